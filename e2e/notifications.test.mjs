// Notifications of the phone app: allowed by a press, shown by the service worker, and opened by a press.
import assert from 'node:assert/strict';
import { expectNoAxeViolations, expectNoSidewaysScroll } from './support/accessibility.mjs';
import { PHONE } from './support/browser.mjs';
import { openPhone, typePin } from './support/phone.mjs';
import { deliver, press, shown, startPushService, subscribeThere } from './support/push-service.mjs';
import { screenshot, story } from './support/story.mjs';
import { expectSignedIn, giveEmail, givePassword, openApplication, signIn, withAuthenticator } from './support/steps.mjs';

const heading = (page, name) => page.getByRole('heading', { level: 1, name }).waitFor();
const button = (page, name) => page.getByRole('button', { name, exact: true });
const OPENED = { SALPA_EGRESS_NETWORKS: '127.0.0.0/8' };

async function look(page, name) {
  await expectNoAxeViolations(page);
  await expectNoSidewaysScroll(page);
  await screenshot(page, `notifications ${name}`);
}

async function ask(page, demo, person) {
  await openApplication(page, demo);
  await giveEmail(page, person.email);
  await givePassword(page, person.password);
  await heading(page, 'Approve on your phone');
  return (await page.locator('.number-to-match .number').innerText()).replace(/\s/g, '');
}

// A phone that may notify, and a push service that it subscribes to.
async function phoneThatHears(demo, visitor, person) {
  const service = await startPushService();
  const { page: phone, context } = await visitor(PHONE);
  await subscribeThere(context, service.subscription);
  await openPhone(phone, demo, person);
  await phone.evaluate(() => navigator.serviceWorker.ready);
  await phone.goto(`${demo.url}/app/settings`);
  await phone.getByRole('link', { name: /^Notifications/ }).click();
  await heading(phone, 'Notifications');
  return { service, phone };
}

story('a notification reaches a closed app, and a press opens the request', async ({ page, demo, visitor }) => {
  const person = withAuthenticator(demo);
  const { service, phone } = await phoneThatHears(demo, visitor, person);
  try {
    if (await button(phone, 'Allow notifications').isVisible()) {
      await look(phone, 'to allow');
      await button(phone, 'Allow notifications').click();
      await heading(phone, 'Settings');
    }
    await phone.goto(`${demo.url}/app/notifications`);
    await phone.getByText('Notifications are on.').waitFor();
    await look(phone, 'on');
    await phone.goto(`${demo.url}/app`);
    await button(phone, 'Lock').click();
    await heading(phone, 'Enter your PIN');

    const number = await ask(page, demo, person);
    const { headers, text } = await service.next();
    assert.equal(headers.urgency, 'high');
    assert.ok(Number(headers.ttl) > 50 && Number(headers.ttl) <= 60, headers.ttl);
    assert.match(headers.authorization, /^vapid t=[\w.-]+, k=[\w-]{87}$/);
    assert.deepEqual(Object.keys(JSON.parse(text)).sort(), ['path', 'text', 'title']);
    for (const secret of [number, person.email, 'Chrom']) assert.ok(!text.includes(`"${secret}`), text);

    await deliver(phone, text);
    let told;
    while (!(told = await shown(phone)).length) await phone.waitForTimeout(50);
    assert.equal(told.length, 1);
    assert.equal(told[0].title, 'A request waits for you');
    await press(phone);
    await heading(phone, 'Enter your PIN');
    await typePin(phone);
    await heading(phone, 'Are you signing in?');
    await phone.getByLabel('Type the number on the web page').fill(number);
    await button(phone, 'Approve').click();
    await typePin(phone);
    await expectSignedIn(page, demo, person);
  } finally {
    service.stop();
  }
}, {}, OPENED);

story('a notification that names another page opens the app', async ({ demo, visitor }) => {
  const person = withAuthenticator(demo);
  const { service, phone } = await phoneThatHears(demo, visitor, person);
  try {
    for (const path of ['https://evil.example/app/x', '//evil.example/app', '/account', '/application', 'javascript:alert(1)']) {
      await deliver(phone, JSON.stringify({ title: 'A request waits for you', text: 'x', path }));
      while (!(await shown(phone)).length) await phone.waitForTimeout(50);
      await phone.goto(`${demo.url}/app/settings`);
      await deliver(phone, JSON.stringify({ title: 'A request waits for you', text: 'x', path }));
      while (!(await shown(phone)).length) await phone.waitForTimeout(50);
      await press(phone);
      await heading(phone, 'Home');
      assert.equal(new URL(phone.url()).pathname, '/app');
    }
    assert.deepEqual(await shown(phone), [], 'an app that is open needs none');
  } finally {
    service.stop();
  }
}, {}, OPENED);

story('notifications are asked for after the PIN, and “Not now” leads on', async ({ page, context, demo }) => {
  const person = withAuthenticator(demo);
  // A browser that has not been asked.
  await context.addInitScript(() => {
    Object.defineProperty(Notification, 'permission', { get: () => 'default' });
    Notification.requestPermission = async () => 'denied';
  });
  await page.goto(`${demo.url}/app`);
  await page.getByRole('link', { name: 'Already completed two-step authentication' }).click();
  await signIn(page, person);
  await heading(page, 'Create your PIN');
  await typePin(page);
  await heading(page, 'Confirm your PIN');
  await typePin(page);
  await heading(page, 'Allow notifications');
  await look(page, 'asked first');
  await button(page, 'Allow notifications').click();
  await page.getByText('Notifications are blocked for Salpa.').waitFor();
  await look(page, 'blocked');
  await page.getByRole('link', { name: 'Not now' }).click();
  await heading(page, 'Give your phone number?');
  await look(page, 'phone number');
  await page.getByRole('link', { name: 'Skip', exact: true }).click();
  await heading(page, 'Home');
}, PHONE);

story('on an iPhone the welcome shows how to put the app on the home screen', async ({ page, context, demo }) => {
  await context.addInitScript(() => Object.defineProperty(navigator, 'standalone', { value: false }));
  await page.goto(`${demo.url}/app`);
  await page.getByText('Tap Add to Home Screen').waitFor();
  await look(page, 'home screen');
}, { ...PHONE, colorScheme: 'dark' });
