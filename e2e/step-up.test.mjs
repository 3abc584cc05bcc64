// The sensitive act is done by an API. It refuses a token that says too little (RFC 9470), and the person is asked
// for just what is missing.
import assert from 'node:assert/strict';
import { expectNoAxeViolations, expectNoSidewaysScroll } from './support/accessibility.mjs';
import { addAuthenticator } from './support/authenticator.mjs';
import { PHONE } from './support/browser.mjs';
import { elsewhere, expectSignedIn, giveCode, giveEmail, givePassword, openApplication, signIn, withAuthenticator } from './support/steps.mjs';
import { screenshot, story } from './support/story.mjs';
import { unusedCode } from './support/totp.mjs';

const act = (page) => page.getByRole('button', { name: 'Do the sensitive act' });

async function signInAndRemember(page, there, person) {
  await openApplication(page, there);
  await giveEmail(page, person.email);
  await givePassword(page, person.password);
  await page.getByRole('checkbox', { name: /^Remember this browser for 30 days/ }).check();
  await screenshot(page, 'remember this browser');
  await expectNoAxeViolations(page);
  await giveCode(page, await unusedCode(person.totp_secret));
  await expectSignedIn(page, there, person);
}

story('a remembered browser asks for no code, and the API of the application does', async ({ page, demo }) => {
  const person = withAuthenticator(demo);
  const there = elsewhere(demo);
  await signInAndRemember(page, there, person);
  await page.getByRole('button', { name: 'Sign out', exact: true }).click();
  await page.getByRole('heading', { level: 1, name: 'You are signed out' }).waitFor();

  await openApplication(page, there);
  await giveEmail(page, person.email);
  await givePassword(page, person.password);
  await expectSignedIn(page, there, person);
  await page.getByText('acr aal1').waitFor();

  await act(page).click();
  // The password was given a moment ago: the code alone is missing.
  await page.getByLabel('Code', { exact: true }).waitFor();
  assert.equal(await page.getByLabel('Password', { exact: true }).count(), 0);
  await page.getByText(/ asks you to confirm that it is you\./).waitFor();
  assert.ok(await page.getByText(person.email).first().isVisible(), 'the person is named');
  await giveCode(page, await unusedCode(person.totp_secret));
  await page.getByText('The sensitive act is done.').waitFor();
  await page.getByText('acr aal2').waitFor();
  await screenshot(page, 'after the step-up');

  // Strong and fresh enough now: nothing is asked.
  await act(page).click();
  await page.getByText('The sensitive act is done.').waitFor();
});

story('a remembered browser is listed in My sign-in and can be forgotten', async ({ page, demo }) => {
  const person = withAuthenticator(demo);
  const there = elsewhere(demo);
  await signInAndRemember(page, there, person);
  await page.goto(`${demo.url}/account`);
  const browsers = page.locator('#remembered');
  await browsers.getByText('This browser').waitFor();
  await browsers.scrollIntoViewIfNeeded();
  await screenshot(page, 'remembered browsers');
  await expectNoAxeViolations(page);
  await browsers.getByRole('button', { name: /^Forget/ }).first().click();
  await page.getByText('The browser is forgotten.').waitFor();

  // Out of the application first: it would hear of it a moment later by the back channel.
  await page.goto(there.application_url);
  await page.getByRole('button', { name: 'Sign out', exact: true }).click();
  await page.getByRole('heading', { level: 1, name: 'You are signed out' }).waitFor();
  await openApplication(page, there);
  await giveEmail(page, person.email);
  await givePassword(page, person.password);
  await page.getByLabel('Code', { exact: true }).waitFor();
});

for (const [name, options] of [
  ['desktop', {}],
  ['desktop dark', { colorScheme: 'dark' }],
  ['phone', PHONE],
  ['phone dark', { ...PHONE, colorScheme: 'dark' }],
]) {
  story(`a passkey as the second step has the browser remembered, too (${name})`, async ({ page, demo, visitor }) => {
    const person = withAuthenticator(demo);
    const there = elsewhere(demo);
    const device = await addAuthenticator(page);
    await page.goto(`${demo.url}/account/passkeys/new`);
    await signIn(page, person);
    await page.getByLabel('Name', { exact: true }).fill('Test laptop');
    await page.getByRole('button', { name: 'Add a passkey' }).click();
    await page.getByRole('status').filter({ hasText: 'The passkey has been added.' }).waitFor();

    const { page: other } = await visitor(options);
    const phone = await addAuthenticator(other, { automaticPresenceSimulation: false });
    for (const credential of await device.credentials()) await phone.add(credential);
    await openApplication(other, there);
    await giveEmail(other, person.email);
    await givePassword(other, person.password);
    const title = other.getByRole('heading', { level: 1, name: 'Use your passkey or security key' });
    const way = other.getByRole('button', { name: 'Use a passkey or security key' });
    await title.or(way).waitFor();
    if (await way.isVisible()) await way.click();
    await title.waitFor();
    await other.getByRole('checkbox', { name: /^Remember this browser for 30 days/ }).check();
    await screenshot(other, `remember this browser with a passkey ${name}`);
    await expectNoAxeViolations(other);
    await expectNoSidewaysScroll(other);
    await phone.answersByItself(true);
    await other.getByRole('button', { name: 'Use a passkey', exact: true }).click();
    await expectSignedIn(other, there, person);

    await other.getByRole('button', { name: 'Sign out', exact: true }).click();
    await other.getByRole('heading', { level: 1, name: 'You are signed out' }).waitFor();
    await phone.answersByItself(false);
    await openApplication(other, there);
    await giveEmail(other, person.email);
    await givePassword(other, person.password);
    await expectSignedIn(other, there, person);
    await other.getByText('acr aal1').waitFor();
  });
}
