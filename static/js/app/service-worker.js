// The part of the app that works while it is closed: a page that says that there is no network, and that goes on by
// itself when there is one; and notifications of what waits. Nothing of a person is ever kept. `self.build` stands above, written by the server: the version and the files of the page.
const CACHE = `salpa-${self.build.shell.join()}`;
const OFFLINE = "/app/offline";

self.addEventListener("install", (event) => {
  const keep = async () => (await caches.open(CACHE)).addAll([OFFLINE, ...self.build.shell]);
  event.waitUntil(keep());
});

self.addEventListener("activate", (event) => {
  const clear = async () => {
    for (const name of await caches.keys()) if (name !== CACHE) await caches.delete(name);
    await self.clients.claim();
  };
  event.waitUntil(clear());
});

// A new version waits until the person takes it.
self.addEventListener("message", (event) => {
  if (event.data === "take over") self.skipWaiting();
});

// Only these files and that page are answered from here, and only as they came when this version was installed.
self.addEventListener("fetch", (event) => {
  const url = new URL(event.request.url);
  if (event.request.method !== "GET" || url.origin !== self.location.origin) return;
  if (event.request.mode === "navigate") {
    event.respondWith(fetch(event.request).catch(async () => (await (await caches.open(CACHE)).match(OFFLINE)) ?? Response.error()));
  } else if (self.build.shell.includes(url.pathname)) {
    event.respondWith((async () => (await (await caches.open(CACHE)).match(url.pathname)) ?? fetch(event.request))());
  }
});

// A push message says that something waits, and where, and no more. Browsers want one that is shown for each that comes.
self.addEventListener("push", (event) => {
  const { title, text, path } = event.data.json();
  const shown = { body: text, tag: "request", renotify: true, icon: self.build.icon, data: { path } };
  event.waitUntil(self.registration.showNotification(title, shown));
});

self.addEventListener("notificationclick", (event) => {
  event.notification.close();
  event.waitUntil(open(event.notification.data?.path));
});

// Opens a page of the app, in the window that it has or in a new one; any other address opens its first page.
async function open(path) {
  const url = new URL(path ?? "/app", self.location.origin);
  const isOfApp = url.origin === self.location.origin && /^\/app(\/|$)/.test(url.pathname);
  const to = isOfApp ? url.href : new URL("/app", self.location.origin).href;
  for (const client of await self.clients.matchAll({ type: "window" })) {
    try {
      await client.focus();
      await client.navigate(to);
      return;
    } catch {
      // The window shows something else by now.
    }
  }
  await self.clients.openWindow(to);
}
