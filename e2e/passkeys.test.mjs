// Passkeys in a real browser, with its virtual authenticator.
import assert from 'node:assert/strict';
import { expectNoAxeViolations, expectNoSidewaysScroll } from './support/accessibility.mjs';
import { addAuthenticator } from './support/authenticator.mjs';
import { PHONE } from './support/browser.mjs';
import { screenshot, story } from './support/story.mjs';
import {
  expectRefusal, expectSignedIn, giveEmail, givePassword, openApplication, saveRecoveryCode,
  signIn, withAuthenticator, withoutSecondFactor,
} from './support/steps.mjs';

const heading = (page, name) => page.getByRole('heading', { level: 1, name }).waitFor();
const button = (page, name) => page.getByRole('button', { name });

// To the list of methods, signed in.
async function openAccount(page, demo, person) {
  await page.goto(`${demo.url}/account`);
  await signIn(page, person);
  await heading(page, 'My sign-in');
}

// Adds a passkey from the list.
async function addPasskey(page, name) {
  await page.getByRole('link', { name: 'Add a passkey' }).click();
  await heading(page, 'Add a passkey or security key');
  await page.getByLabel('Name', { exact: true }).fill(name);
  await button(page, 'Add a passkey').click();
  await page.getByRole('status').filter({ hasText: 'The passkey has been added.' }).waitFor();
}

// One more browser, whose authenticator has the same passkeys: they are synchronised.
async function anotherBrowser(visitor, credentials) {
  const { page } = await visitor();
  const device = await addAuthenticator(page, { automaticPresenceSimulation: false });
  for (const credential of credentials) await device.add(credential);
  return { page, device };
}

story('a passkey is added in the account, and opens by its button', async ({ page, demo, visitor }) => {
  const person = withAuthenticator(demo);
  const device = await addAuthenticator(page);
  await openAccount(page, demo, person);
  await addPasskey(page, 'Test laptop');
  await page.getByText('Test laptop').waitFor();
  await expectNoAxeViolations(page);
  const credentials = await device.credentials();
  assert.equal(credentials.length, 1);
  assert.equal(credentials[0].isResidentCredential, true, 'the device keeps it, so no email has to be typed');

  const other = await anotherBrowser(visitor, credentials);
  await openApplication(other.page, demo);
  await heading(other.page, 'Sign in');
  await expectNoAxeViolations(other.page);
  await screenshot(other.page, 'passkey on the first page');
  // Once the button asks: before, it would answer to the email field, which asks all the time; and who is asked
  // before this hears nothing of it.
  await other.page.route('**/passkey/challenge', async (route) => {
    await other.device.answersByItself(true);
    await route.continue();
  });
  await button(other.page, /^Passkey/).click();
  await expectSignedIn(other.page, demo, person);
});

story('the email field offers the passkey by itself', async ({ page, demo, visitor }) => {
  const person = withAuthenticator(demo);
  const device = await addAuthenticator(page);
  await openAccount(page, demo, person);
  await addPasskey(page, 'Test laptop');

  const { page: other } = await visitor();
  const phone = await addAuthenticator(other);
  for (const credential of await device.credentials()) await phone.add(credential);
  await openApplication(other, demo);
  // Choosing it in the field is the consent; the virtual authenticator chooses at once.
  await expectSignedIn(other, demo, person);
});

story('who was not verified is refused, and so is a removed passkey', async ({ page, demo, visitor }) => {
  const person = withAuthenticator(demo);
  const device = await addAuthenticator(page);
  await openAccount(page, demo, person);
  await addPasskey(page, 'Test laptop');

  const other = await anotherBrowser(visitor, await device.credentials());
  await openApplication(other.page, demo);
  await heading(other.page, 'Sign in');
  await other.device.verifiesUser(false);
  await other.device.answersByItself(true);
  await button(other.page, /^Passkey/).click();
  await expectRefusal(other.page, 'No passkey was used.');

  await page.getByRole('link', { name: 'Change: Passkey, Test laptop' }).click();
  await heading(page, 'Passkey');
  await expectNoAxeViolations(page);
  await button(page, 'Remove').click();
  await page.getByRole('status').filter({ hasText: 'The passkey has been removed.' }).waitFor();

  await other.device.verifiesUser(true);
  await button(other.page, /^Passkey/).click();
  await expectRefusal(other.page, 'This passkey does not belong to this sign-in.');
  await expectNoAxeViolations(other.page);
});

story('a passkey is set up on the way, with the keyboard alone', async ({ page, demo, visitor }) => {
  const person = withoutSecondFactor(demo);
  const device = await addAuthenticator(page);
  await openApplication(page, demo);
  // Typed once the field has the focus by itself: letters before that go nowhere.
  await page.locator('input[name=email]:focus').waitFor();
  await page.keyboard.type(person.email);
  await page.keyboard.press('Enter');
  await page.locator('input[name=password]:focus').waitFor();
  await page.keyboard.type(person.password);
  await page.keyboard.press('Enter');
  await heading(page, 'Choose your second step');
  await expectNoAxeViolations(page);
  await page.getByRole('radio', { name: 'Authenticator app code' }).focus();
  await page.keyboard.press('ArrowDown');
  assert.ok(await page.getByRole('radio', { name: 'Passkey or security key' }).isChecked());
  await page.keyboard.press('Enter');
  await heading(page, 'Add a passkey or security key');
  await expectNoAxeViolations(page);
  await screenshot(page, 'add a passkey');
  await button(page, 'Add a passkey').focus();
  await page.keyboard.press('Enter');
  await heading(page, 'Save your recovery code');
  await saveRecoveryCode(page);
  await expectSignedIn(page, demo, person);

  // The next time, as the second step and on a phone's screen.
  const { page: other } = await visitor(PHONE);
  const phone = await addAuthenticator(other, { automaticPresenceSimulation: false });
  for (const credential of await device.credentials()) await phone.add(credential);
  await openApplication(other, demo);
  await giveEmail(other, person.email);
  await givePassword(other, person.password);
  await heading(other, 'Use your passkey or security key');
  await expectNoAxeViolations(other);
  await expectNoSidewaysScroll(other);
  await screenshot(other, 'passkey as the second step');
  await phone.answersByItself(true);
  await button(other, 'Use a passkey').click();
  await expectSignedIn(other, demo, person);
});

story('a second authenticator app and a new recovery code, in the account', async ({ page, demo }) => {
  const person = withAuthenticator(demo);
  await openAccount(page, demo, person);
  await screenshot(page, 'my sign-in');
  await page.getByRole('link', { name: 'Add an authenticator app' }).click();
  await heading(page, 'Connect your authenticator app');
  await expectNoAxeViolations(page);
  await screenshot(page, 'connect another app');
  await page.goto(`${demo.url}/account/recovery-code`);
  await button(page, 'Make a new code').click();
  await heading(page, 'Save your recovery code');
  await expectNoAxeViolations(page);
  assert.match((await page.locator('.shown-code').innerText()).replace(/\s/g, ''), /^[A-Z0-9]{20}$/);
}, { colorScheme: 'dark' });
