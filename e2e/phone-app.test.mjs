// The phone app in a browser as wide as a phone: its key is made there, so only here the PIN is really one.
import assert from 'node:assert/strict';
import { expectNoAxeViolations, expectNoSidewaysScroll } from './support/accessibility.mjs';
import { PHONE } from './support/browser.mjs';
import { declineNotifications, padIsReady, typePin } from './support/phone.mjs';
import { screenshot, story } from './support/story.mjs';
import { signIn, withAuthenticator } from './support/steps.mjs';

const PIN = '294705';
const WRONG = '731518';

const heading = (page, name) => page.getByRole('heading', { level: 1, name }).waitFor();
const button = (page, name) => page.getByRole('button', { name, exact: true });

async function look(page, name) {
  await expectNoAxeViolations(page);
  await expectNoSidewaysScroll(page);
  await screenshot(page, `app ${name}`);
}

// From the welcome to a PIN that is to be made.
async function signInToApp(page, demo, person) {
  await page.goto(`${demo.url}/app`);
  await page.getByRole('link', { name: 'Already completed two-step authentication' }).tap();
  await signIn(page, person);
  await heading(page, 'Create your PIN');
}

async function makePin(page, pin) {
  await typePin(page, pin);
  await heading(page, 'Confirm your PIN');
  await typePin(page, pin);
  await declineNotifications(page);
}

story('a phone signs in, makes a PIN, locks, and is signed out by the fifth wrong one', async ({ page, context, demo }) => {
  const person = withAuthenticator(demo);
  await page.goto(`${demo.url}/app`);
  await heading(page, 'Salpa');
  await look(page, 'welcome');
  await signInToApp(page, demo, person);
  await look(page, 'create PIN');
  await typePin(page, '123456');
  await page.getByRole('alert').filter({ hasText: 'Digits in a row' }).waitFor();
  await typePin(page, PIN);
  await heading(page, 'Confirm your PIN');
  await typePin(page, WRONG);
  await page.getByRole('alert').filter({ hasText: 'The two PINs are not the same' }).waitFor();
  await heading(page, 'Create your PIN');
  await makePin(page, PIN);
  await page.getByText(person.email).waitFor();
  await look(page, 'home');

  await page.getByRole('link', { name: 'Settings' }).tap();
  await heading(page, 'Settings');
  await page.getByText('This phone').waitFor();
  await look(page, 'settings');
  await page.getByRole('link', { name: 'Back', exact: true }).tap();
  await page.getByRole('link', { name: /^Applications/ }).tap();
  await heading(page, 'Applications');
  await look(page, 'applications');
  await page.getByRole('link', { name: 'Back', exact: true }).tap();

  await button(page, 'Lock').tap();
  await heading(page, 'Enter your PIN');
  await padIsReady(page);
  await page.keyboard.type(WRONG);
  await page.getByRole('alert').filter({ hasText: 'Incorrect PIN code. You have 4 tries left.' }).waitFor();
  await look(page, 'wrong PIN');
  await page.keyboard.type('29470');
  await button(page, 'Delete the last digit').tap();
  await page.keyboard.type('05');
  await page.getByText(person.email).waitFor();

  // The page that is shown without a network was kept on the first visit.
  await page.evaluate(() => navigator.serviceWorker.ready);
  await context.setOffline(true);
  await page.goto(`${demo.url}/app`);
  await heading(page, 'You are offline');
  await screenshot(page, 'app offline');
  // With the network the app comes back by itself.
  await context.setOffline(false);
  await page.getByText(person.email).waitFor();

  await button(page, 'Lock').tap();
  await heading(page, 'Enter your PIN');
  for (const left of ['4 tries', '3 tries', '2 tries', 'one try']) {
    await typePin(page, WRONG);
    await page.getByRole('alert').filter({ hasText: `You have ${left} left.` }).waitFor();
  }
  await typePin(page, WRONG);
  await page.getByText('You entered the wrong PIN code too many times. Sign in again.').waitFor();
  await look(page, 'closed');
  const kept = await page.evaluate(async () => (await indexedDB.databases()).map((one) => one.name));
  assert.deepEqual(kept, [], 'the phone has forgotten its secret');
}, PHONE);

story('a secret copied out of one phone makes no key in another browser', async ({ page, demo, visitor }) => {
  const person = withAuthenticator(demo);
  await signInToApp(page, demo, person);
  await makePin(page, PIN);
  const taken = await page.evaluate(async () => {
    const opened = await new Promise((resolve) => {
      const request = indexedDB.open('salpa', 1);
      request.onsuccess = () => resolve(request.result);
    });
    const all = await new Promise((resolve) => {
      const request = opened.transaction('secrets').objectStore('secrets').getAll();
      request.onsuccess = () => resolve(request.result);
    });
    const raw = await crypto.subtle.exportKey('raw', all[0].key).then(() => 'taken out', (error) => error.name);
    return { count: all.length, extractable: all[0].key.extractable, fields: Object.keys(all[0]).sort(), raw };
  });
  assert.deepEqual(taken, { count: 1, extractable: false, fields: ['key', 'salt'], raw: 'InvalidAccessError' });

  // The cookies alone, in another browser: the app knows the phone, and no PIN opens it.
  const cookies = await page.context().cookies();
  const other = await visitor(PHONE);
  await other.context.addCookies(cookies);
  await other.page.goto(`${demo.url}/app`);
  if (await other.page.getByText(person.email).isVisible()) await button(other.page, 'Lock').tap();
  await heading(other.page, 'Enter your PIN');
  await typePin(other.page, PIN);
  await other.page.waitForURL(/\/sign-in\//);
}, PHONE);

story('the app is readable in the dark and in Finnish', async ({ page, demo }) => {
  await page.goto(`${demo.url}/app`);
  await button(page, 'Suomi').tap();
  await page.getByText('Kirjaudu yrityksesi sovelluksiin puhelimellasi.').waitFor();
  await look(page, 'welcome dark');
}, { ...PHONE, colorScheme: 'dark' });
