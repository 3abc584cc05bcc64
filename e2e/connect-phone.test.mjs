// Connecting a phone by the code of a page: a desktop that shows it, and a phone whose camera shows a video of it.
import assert from 'node:assert/strict';
import { expectNoAxeViolations, expectNoSidewaysScroll } from './support/accessibility.mjs';
import { PHONE, newVisitor } from './support/browser.mjs';
import { startCamera } from './support/camera.mjs';
import { declineNotifications, openPhone, typePin } from './support/phone.mjs';
import { screenshot, story } from './support/story.mjs';
import {
  expectSignedIn, giveCode, giveEmail, givePassword, openApplication, saveRecoveryCode, withAuthenticator,
  withoutSecondFactor,
} from './support/steps.mjs';
import { unusedCode } from './support/totp.mjs';

const heading = (page, name) => page.getByRole('heading', { level: 1, name }).waitFor();
const button = (page, name) => page.getByRole('button', { name, exact: true });

async function look(page, name) {
  await expectNoAxeViolations(page);
  await expectNoSidewaysScroll(page);
  await screenshot(page, `connect ${name}`);
}

// To the page that shows the code, of a person without a second step.
async function toTheCode(page, demo, person) {
  await openApplication(page, demo);
  await giveEmail(page, person.email);
  await givePassword(page, person.password);
  await heading(page, 'Choose your second step');
  await look(page, 'choice');
  await page.getByRole('radio', { name: /^Approve in the phone app/ }).check();
  await button(page, 'Continue').click();
  await heading(page, 'Connect your phone');
}

// From the scanned code to the open app.
async function makeIt(phone, page) {
  await heading(phone, 'Connect this phone?');
  await look(phone, 'whose phone');
  const number = (await page.locator('.number-to-match .number').innerText()).replace(/\s/g, '');
  assert.match(number, /^\d{6}$/);
  await phone.getByLabel('Type the number on the web page').fill(number);
  await button(phone, 'Continue').click();
  await heading(phone, 'Create your PIN');
  await typePin(phone);
  await heading(phone, 'Confirm your PIN');
  await typePin(phone);
}

story('a phone is connected on the way in, with the app’s own scanner', async ({ page, demo }) => {
  const person = withoutSecondFactor(demo);
  const camera = await startCamera();
  try {
    const { page: phone, context, faults } = await newVisitor(camera.browser, PHONE);
    await context.grantPermissions(['camera'], { origin: demo.url });
    await toTheCode(page, demo, person);
    await look(page, 'the code');
    await camera.show(page);
    await phone.goto(`${demo.url}/app`);
    await phone.getByRole('link', { name: 'Read QR code' }).click();
    await page.locator('.number-to-match .number').waitFor();
    await look(page, 'the number');
    await makeIt(phone, page);
    // The phone is open at once, whether or not the recovery code is kept.
    await declineNotifications(phone);
    await phone.getByText(person.email).waitFor();
    await look(phone, 'home');
    await saveRecoveryCode(page);
    await expectSignedIn(page, demo, person);
    assert.deepEqual(faults, []);
  } finally {
    await camera.stop();
  }
});

story('a number that was wrong is typed again, and the PIN stays', async ({ page, demo }) => {
  const person = withoutSecondFactor(demo);
  const camera = await startCamera();
  try {
    const { page: phone, context } = await newVisitor(camera.browser, PHONE);
    await context.grantPermissions(['camera'], { origin: demo.url });
    await toTheCode(page, demo, person);
    await camera.show(page);
    await phone.goto(`${demo.url}/app/connect`);
    await heading(phone, 'Connect this phone?');
    const number = (await page.locator('.number-to-match .number').innerText()).replace(/\s/g, '');
    const wrong = String((Number(number) + 1) % 1_000_000).padStart(6, '0');
    await phone.getByLabel('Type the number on the web page').fill(wrong);
    await button(phone, 'Continue').click();
    await typePin(phone);
    await heading(phone, 'Confirm your PIN');
    await typePin(phone);
    await phone.getByText('You can try once more.').waitFor();
    await look(phone, 'wrong number');
    await phone.getByLabel('Type the number on the web page').fill(number);
    await button(phone, 'Continue').click();
    await declineNotifications(phone);
    await saveRecoveryCode(page);
    await expectSignedIn(page, demo, person);
  } finally {
    await camera.stop();
  }
});

story('a phone is connected from My sign-in', async ({ page, demo }) => {
  const person = withAuthenticator(demo);
  const camera = await startCamera();
  try {
    const { page: phone, context } = await newVisitor(camera.browser, { ...PHONE, colorScheme: 'dark' });
    await context.grantPermissions(['camera'], { origin: demo.url });
    await page.goto(`${demo.url}/account`);
    await giveEmail(page, person.email);
    await givePassword(page, person.password);
    await giveCode(page, await unusedCode(person.totp_secret));
    await page.getByRole('link', { name: 'Add a phone' }).click();
    await heading(page, 'Connect your phone');
    await button(page, 'Show the code').click();
    await page.locator('[data-code] svg').waitFor();
    await look(page, 'in my sign-in');
    await camera.show(page);
    await phone.goto(`${demo.url}/app/connect`);
    await makeIt(phone, page);
    await page.getByText('The phone has been added.').waitFor();
    await declineNotifications(phone);
  } finally {
    await camera.stop();
  }
});

story('on the phone itself a link takes the place of the code', async ({ page, context, demo }) => {
  const person = withoutSecondFactor(demo);
  await toTheCode(page, demo, person);
  await expectNoSidewaysScroll(page);
  await screenshot(page, 'connect on one device');
  const [app] = await Promise.all([context.waitForEvent('page'), button(page, 'Set up Salpa on this phone').click()]);
  await heading(app, 'Connect this phone?');
  assert.equal(await app.getByLabel('Type the number on the web page').count(), 0);
  await button(app, 'Continue').click();
  await heading(app, 'Create your PIN');
  await typePin(app);
  await heading(app, 'Confirm your PIN');
  await typePin(app);
  // A browser draws a tab behind another when it likes to, and a click there may wait for ever.
  await page.bringToFront();
  await heading(page, 'Save your recovery code');
  await saveRecoveryCode(page);
  await expectSignedIn(page, demo, person);
}, PHONE);

story('a phone that is somebody’s already is told so', async ({ page, demo }) => {
  const person = withAuthenticator(demo);
  await openPhone(page, demo, person);
  await page.goto(`${demo.url}/app/connect`);
  await heading(page, 'Salpa is set up on this phone already');
  await look(page, 'already');
}, PHONE);
