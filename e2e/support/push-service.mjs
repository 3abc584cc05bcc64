// A push service of its own, and a browser's subscription there. It reads messages by `http_ece`, another implementation
// of RFC 8188 and RFC 8291 than Salpa has.
import { createECDH, randomBytes } from 'node:crypto';
import { createServer } from 'node:http';
import { once } from 'node:events';
import ece from 'http_ece';

export async function startPushService() {
  const keys = createECDH('prime256v1');
  keys.generateKeys();
  const secret = randomBytes(16);
  const waiting = [];
  const taken = [];
  const server = createServer(async (request, response) => {
    const parts = [];
    for await (const part of request) parts.push(part);
    const text = ece.decrypt(Buffer.concat(parts), { version: 'aes128gcm', privateKey: keys, authSecret: secret.toString('base64url') });
    taken.push({ headers: request.headers, text: text.toString() });
    waiting.splice(0).forEach((wake) => wake());
    response.writeHead(201).end();
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    subscription: {
      endpoint: `http://127.0.0.1:${server.address().port}/push/phone`,
      keys: { p256dh: keys.getPublicKey('base64url'), auth: secret.toString('base64url') },
    },
    // The next message, as its text and headers.
    next: async () => {
      while (!taken.length) await new Promise((wake) => waiting.push(wake));
      return taken.shift();
    },
    stop: () => server.close(),
  };
}

// Lets the browser of a page subscribe there: headless browsers have no push service.
export async function subscribeThere(context, subscription) {
  await context.grantPermissions(['notifications']);
  await context.addInitScript((made) => {
    if (!globalThis.PushManager) return;
    let current = null;
    PushManager.prototype.getSubscription = async () => current;
    PushManager.prototype.subscribe = async ({ applicationServerKey, userVisibleOnly }) => {
      if (!userVisibleOnly || applicationServerKey.length !== 65) throw new Error('no browser subscribes so');
      current = { toJSON: () => made, unsubscribe: async () => { current = null; return true; } };
      return current;
    };
  }, subscription);
}

const workerOf = (page) => page.context().serviceWorkers()[0];

// Hands a message to the service worker of the app, as the browser does. A browser without a desktop shows no
// notification, so what it is given to show is kept in the worker.
export async function deliver(page, text) {
  await workerOf(page).evaluate((data) => {
    self.told ??= [];
    const showNotification = async (title, { body, tag, data: more }) => {
      self.told = [{ title, body, tag, data: more }];
    };
    Object.defineProperty(self.registration, 'showNotification', { value: showNotification, configurable: true });
    const event = new Event('push');
    self.dispatchEvent(Object.assign(event, { data: { json: () => JSON.parse(data) }, waitUntil: () => {} }));
  }, text);
}

// The notifications that are shown.
export const shown = (page) => workerOf(page).evaluate(() => self.told ?? []);

// Presses the notification that is shown.
export async function press(page) {
  await workerOf(page).evaluate(() => {
    // Only a hand may focus a window.
    WindowClient.prototype.focus = async function focus() { return this; };
    const [{ data }] = self.told;
    const notification = { data, close: () => { self.told = []; } };
    self.dispatchEvent(Object.assign(new Event('notificationclick'), { notification, waitUntil: () => {} }));
  });
}
