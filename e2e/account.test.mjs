// Flows 2, 5 and 9: what people do about their own sign-in.
import assert from 'node:assert/strict';
import { expectNoAxeViolations, expectNoSidewaysScroll } from './support/accessibility.mjs';
import { PHONE } from './support/browser.mjs';
import {
  expectRefusal, expectSignedIn, giveCode, giveEmail, givePassword, openApplication, signIn, withAuthenticator,
  withoutSecondFactor,
} from './support/steps.mjs';
import { screenshot, story } from './support/story.mjs';
import { unusedCode } from './support/totp.mjs';

const heading = (page, name) => page.getByRole('heading', { level: 1, name });
const tab = (page, name) => page.getByRole('navigation', { name: 'Your account' }).getByRole('link', { name, exact: true });
const NEW = 'seven herons over the reeds';

async function openAccount(page, demo, person) {
  await page.goto(`${demo.url}/account`);
  await signIn(page, person);
  await heading(page, 'My sign-in').waitFor();
}

// The newest message to an address, as the demo shows it.
async function letter(page, demo, to) {
  const messages = await (await page.request.get(`${demo.messages_url}.json`)).json();
  const found = messages.find((message) => message.to === to);
  assert.ok(found, `nothing was written to ${to}`);
  return found;
}

async function linkTo(page, demo, to, start) {
  const { text } = await letter(page, demo, to);
  const link = text.split(/\s/).find((word) => word.startsWith(`${demo.url.replace(/\/$/, '')}${start}`));
  assert.ok(link, `no link ${start} in: ${text}`);
  return link;
}

async function look(page, name) {
  await screenshot(page, name);
  await expectNoAxeViolations(page);
  await expectNoSidewaysScroll(page);
}

for (const [name, options] of [
  ['desktop', {}],
  ['desktop dark', { colorScheme: 'dark' }],
  ['phone', PHONE],
  ['phone dark', { ...PHONE, colorScheme: 'dark' }],
]) {
  story(`the account has four tabs (${name})`, async ({ page, demo }) => {
    await openAccount(page, demo, withAuthenticator(demo));
    await look(page, `account ${name} my sign-in`);
    for (const title of ['My basic data', 'Communication', 'History']) {
      await tab(page, title).click();
      await heading(page, title).waitFor();
      assert.equal(await tab(page, title).getAttribute('aria-current'), 'page');
      await look(page, `account ${name} ${title}`);
    }
    for (const path of ['password', 'email', 'communication-email', 'communication-phone']) {
      await page.goto(`${demo.url}/account/${path}`);
      await look(page, `account ${name} ${path}`);
    }
  }, options);
}

story('a sign-in email is changed by the link of a message', async ({ page, demo }) => {
  const person = withAuthenticator(demo);
  await openAccount(page, demo, person);
  await tab(page, 'My basic data').click();
  await page.getByRole('link', { name: 'Change: Sign-in email' }).click();
  await page.getByLabel('New email').fill('somebody.new@laine.example');
  await page.getByRole('button', { name: 'Send link' }).click();
  await page.getByRole('status').filter({ hasText: 'We sent a link to the new address.' }).waitFor();
  const link = await linkTo(page, demo, 'somebody.new@laine.example', '/account/confirm-email/');
  await page.goto(link);
  await heading(page, 'Confirm your sign-in email').waitFor();
  await look(page, 'account confirm email');
  await page.getByRole('button', { name: 'Confirm', exact: true }).click();
  await page.getByRole('status').filter({ hasText: 'Your sign-in email has been changed in every application.' }).waitFor();
  assert.equal((await letter(page, demo, person.email)).subject, 'Your sign-in email was changed');

  await page.goto(await linkTo(page, demo, person.email, '/account/not-me/'));
  await heading(page, 'Was this not you?').waitFor();
  await look(page, 'account not me');
  await page.getByRole('button', { name: 'This wasn\'t me' }).click();
  await heading(page, 'It has been stopped').waitFor();
  await look(page, 'account not me done');
});

story('a password is changed by keyboard alone', async ({ page, demo, visitor }) => {
  const person = withAuthenticator(demo);
  await openAccount(page, demo, person);
  const change = page.getByRole('link', { name: 'Change: Password' });
  for (let presses = 0; presses < 40; presses += 1) {
    await page.keyboard.press('Tab');
    if (await change.evaluate((element) => element === document.activeElement)) break;
  }
  await page.keyboard.press('Enter');
  await heading(page, 'Change your password').waitFor();
  await page.locator('input[name=password]:focus').waitFor();
  await page.keyboard.type('password1');
  await page.keyboard.press('Enter');
  await expectRefusal(page, 'This password is easy to guess');
  await look(page, 'account password refused');
  await page.locator('input[name=password]:focus').waitFor();
  await page.keyboard.type(NEW);
  await page.keyboard.press('Enter');
  await page.getByRole('status').filter({ hasText: 'Your password has been changed in every application.' }).waitFor();

  const { page: next } = await visitor();
  await openApplication(next, demo);
  await signIn(next, { ...person, password: NEW });
  await expectSignedIn(next, demo, person);
});

story('a phone is corrected, and confirmed by the code of a text message', async ({ page, demo }) => {
  await openAccount(page, demo, withAuthenticator(demo));
  await tab(page, 'Communication').click();
  await page.getByRole('link', { name: 'Add: Communication phone' }).click();
  await page.getByLabel('Communication phone').fill('+358-40-1234567');
  await page.getByRole('button', { name: 'Send code', exact: true }).click();
  await expectRefusal(page, 'no dots, dashes or brackets');
  await look(page, 'account phone offered');
  await page.getByRole('button', { name: 'Send code to +358 40 1234567' }).click();
  await heading(page, 'Type the code from the text message').waitFor();
  await look(page, 'account phone code');
  const { text, channel } = await letter(page, demo, '+358401234567');
  assert.equal(channel, 'sms');
  await giveCode(page, text.slice(0, 6));
  await page.getByRole('status').filter({ hasText: 'Your communication phone has been changed.' }).waitFor();
  await page.getByText('+358 40 1234567').waitFor();
});

for (const [name, options] of [['desktop', {}], ['phone', PHONE], ['without scripts', { javaScriptEnabled: false }]]) {
  story(`a forgotten password is replaced beside the code of the app (${name})`, async ({ page, demo }) => {
    const see = options.javaScriptEnabled === false ? screenshot : look;
    const person = withAuthenticator(demo);
    await openApplication(page, demo);
    await giveEmail(page, person.email);
    await see(page, `forgotten ${name} password`);
    await page.getByRole('link', { name: 'Forgot your password?' }).click();
    await heading(page, 'Reset your password').waitFor();
    await see(page, `forgotten ${name} ways`);
    await page.getByRole('button', { name: 'Continue', exact: true }).click();
    await heading(page, 'Check your email').waitFor();
    await see(page, `forgotten ${name} sent`);
    await page.goto(await linkTo(page, demo, person.email, '/forgotten-password/'));
    await heading(page, 'Choose a new password').waitFor();
    await see(page, `forgotten ${name} link`);
    await page.getByRole('button', { name: 'Continue', exact: true }).click();
    await giveCode(page, await unusedCode(person.totp_secret));
    await heading(page, 'Choose a new password').waitFor();
    await see(page, `forgotten ${name} new password`);
    await page.getByLabel('New password').fill(NEW);
    await page.getByRole('button', { name: 'Save the new password' }).click();
    await expectSignedIn(page, demo, person);
  }, options);
}

story('in another browser the new password is set, and one can go on from there', async ({ page, demo, visitor }) => {
  const person = withoutSecondFactor(demo);
  await page.goto(`${demo.url}/account`);
  await giveEmail(page, person.email);
  await page.getByRole('link', { name: 'Forgot your password?' }).click();
  await page.getByRole('button', { name: 'Continue', exact: true }).click();
  await heading(page, 'Check your email').waitFor();
  const link = await linkTo(page, demo, person.email, '/forgotten-password/');

  const { page: phone } = await visitor(PHONE);
  await phone.goto(link);
  await phone.getByRole('button', { name: 'Continue', exact: true }).click();
  await phone.getByLabel('New password').fill(NEW);
  await phone.getByRole('button', { name: 'Save the new password' }).click();
  await heading(phone, 'Your new password is set').waitFor();
  await look(phone, 'forgotten elsewhere');
  await phone.getByRole('link', { name: 'Open My sign-in' }).click();
  await heading(phone, 'My sign-in').waitFor();

  await phone.goto(link);
  await heading(phone, 'This link no longer works').waitFor();
  await look(phone, 'forgotten link over');
  await page.goto(`${demo.url}/account`);
  await giveEmail(page, person.email);
  await givePassword(page, NEW);
  await heading(page, 'My sign-in').waitFor();
});
