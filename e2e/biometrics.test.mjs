// A finger or a face in the place of the PIN, with the virtual authenticator of the browser as the phone's own.
import assert from 'node:assert/strict';
import { expectNoAxeViolations, expectNoSidewaysScroll } from './support/accessibility.mjs';
import { addAuthenticator } from './support/authenticator.mjs';
import { PHONE } from './support/browser.mjs';
import { openPhone, typePin } from './support/phone.mjs';
import { screenshot, story } from './support/story.mjs';
import { expectSignedIn, giveEmail, givePassword, openApplication, withAuthenticator } from './support/steps.mjs';

const heading = (page, name) => page.getByRole('heading', { level: 1, name }).waitFor();
const button = (page, name) => page.getByRole('button', { name, exact: true });

async function look(page, name) {
  await expectNoAxeViolations(page);
  await expectNoSidewaysScroll(page);
  await screenshot(page, `biometrics ${name}`);
}

async function toSettings(phone) {
  await phone.goto(new URL('/app/settings', phone.url()).href);
  await phone.getByRole('link', { name: /^Fingerprint or face/ }).click();
  await heading(phone, 'Fingerprint or face');
}

// The app on a phone whose finger opens it.
async function phoneWithFinger(demo, visitor, person) {
  const { page: phone, context } = await visitor(PHONE);
  const finger = await addAuthenticator(phone);
  await openPhone(phone, demo, person);
  await toSettings(phone);
  await look(phone, 'to allow');
  await button(phone, 'Use fingerprint or face').click();
  await typePin(phone);
  await heading(phone, 'Settings');
  await phone.getByRole('link', { name: /^Fingerprint or face ?On$/ }).waitFor();
  await look(phone, 'settings');
  return { phone, context, finger };
}

async function lock(phone) {
  await phone.goto(new URL('/app', phone.url()).href);
  await button(phone, 'Lock').click();
  await heading(phone, 'Enter your PIN');
}

story('a finger opens the app and approves a sign-in', async ({ page, demo, visitor }) => {
  const person = withAuthenticator(demo);
  const { phone, finger } = await phoneWithFinger(demo, visitor, person);
  assert.equal((await finger.credentials()).length, 1);
  await lock(phone);
  await look(phone, 'locked');
  await button(phone, 'Use fingerprint or face').click();
  await heading(phone, 'Home');

  await openApplication(page, demo);
  await giveEmail(page, person.email);
  await givePassword(page, person.password);
  await heading(page, 'Approve on your phone');
  const number = (await page.locator('.number-to-match .number').innerText()).replace(/\s/g, '');
  await phone.getByText('Waiting for you').waitFor();
  await phone.locator('.waiting-card').click();
  await heading(phone, 'Are you signing in?');
  await phone.getByLabel('Type the number on the web page').fill(number);
  await button(phone, 'Approve').click();
  await expectSignedIn(page, demo, person);
});

story('a finger that is not recognised leaves the PIN', async ({ demo, visitor }) => {
  const person = withAuthenticator(demo);
  const { phone, finger } = await phoneWithFinger(demo, visitor, person);
  await lock(phone);
  await finger.verifiesUser(false);
  await button(phone, 'Use fingerprint or face').click();
  await phone.getByText('Not confirmed. Try again, or type your PIN.').waitFor();
  await look(phone, 'not confirmed');
  await typePin(phone);
  await heading(phone, 'Home');

  await toSettings(phone);
  await phone.getByText('Your fingerprint or face opens Salpa on this phone.').waitFor();
  await look(phone, 'on');
  await button(phone, 'Use only the PIN').click();
  await heading(phone, 'Settings');
  await lock(phone);
  assert.equal(await button(phone, 'Use fingerprint or face').count(), 0);
  await typePin(phone);
  await heading(phone, 'Home');

  // The passkey is still there: the phone says so, and it is used by a press of its own.
  await finger.verifiesUser(true);
  await toSettings(phone);
  await button(phone, 'Use fingerprint or face').click();
  await phone.getByText('This phone has a passkey of yours already.').waitFor();
  await look(phone, 'own passkey');
  await button(phone, 'Use this passkey').click();
  await typePin(phone);
  await phone.getByRole('link', { name: /^Fingerprint or face ?On$/ }).waitFor();
  assert.equal((await finger.credentials()).length, 1);
});

story('a person with a finger on the phone may still confirm a web sign-in by the PIN', async ({ demo, visitor }) => {
  const person = withAuthenticator(demo);
  const { phone, context } = await phoneWithFinger(demo, visitor, person);
  await lock(phone);
  const tab = await context.newPage();
  await openApplication(tab, demo);
  await tab.getByRole('button', { name: /^Sign in with the phone app/ }).click();
  const opened = context.waitForEvent('page');
  await button(tab, 'Open Salpa on this phone').click();
  const app = await opened;
  await heading(app, 'Enter your PIN');
  await typePin(app);
  await heading(app, 'Sign in on the computer?');
  await button(app, 'Confirm with fingerprint or face').waitFor();
  await look(app, 'confirm');
  await button(app, 'Use PIN').click();
  await app.getByRole('dialog').waitFor();
  await look(app, 'by PIN');
  await typePin(app);
  await heading(app, 'Confirmed. The computer goes on by itself.');
  await tab.bringToFront();
  await expectSignedIn(tab, demo, person);
});
