// A person's steps, in the words on the page.
import assert from 'node:assert/strict';
import { unusedCode } from './totp.mjs';
import { wordsOf } from './words.mjs';

export async function giveEmail(page, email) {
  await page.getByLabel('Email', { exact: true }).fill(email);
  await page.getByRole('button', { name: 'Continue', exact: true }).click();
}

export async function givePassword(page, password) {
  await page.getByLabel('Password', { exact: true }).fill(password);
  await page.getByRole('button', { name: 'Sign in', exact: true }).click();
}

export async function giveCode(page, code) {
  await page.getByLabel('Code', { exact: true }).fill(code);
  await page.getByRole('button', { name: 'Confirm', exact: true }).click();
}

// The whole sign-in from its first page, for who has an authenticator app or needs none.
export async function signIn(page, person) {
  await giveEmail(page, person.email);
  await givePassword(page, person.password);
  if (person.totp_secret) await giveCode(page, await unusedCode(person.totp_secret));
}

// Opens the demo's application and asks it to sign in.
export async function openApplication(page, demo, t = wordsOf('en')) {
  await page.goto(demo.application_url);
  await page.getByRole('link', { name: t('sign-in'), exact: true }).click();
}

// The demo as seen from its other application, which asks a second factor only of those who have one.
export function elsewhere(demo) {
  const first = new URL(demo.application_url).origin;
  const other = demo.clients.flatMap((client) => client.redirect_uris).find((uri) => new URL(uri).origin !== first);
  assert.ok(other, 'the demo has one application only');
  return { ...demo, application_url: new URL(other).origin };
}

// Asserts that the application shows the signed-in person.
export async function expectSignedIn(page, demo, person) {
  await page.waitForURL((url) => url.origin === new URL(demo.application_url).origin);
  await page.getByText(person.email).first().waitFor();
}

// Chooses the authenticator app as the second step, adds it to an app, and gives its secret.
export async function connectAuthenticator(page, look = async () => {}) {
  await page.getByRole('radio', { name: 'Authenticator app code' }).check();
  await page.getByRole('button', { name: 'Continue', exact: true }).click();
  await page.getByRole('img', { name: /^QR / }).waitFor();
  await page.getByText('I cannot scan the code').click();
  await look();
  const secret = (await page.locator('.secret').innerText()).replace(/\s/g, '');
  assert.match(secret, /^[A-Z2-7]{26,}$/, 'a secret of at least 128 bits can be typed');
  return secret;
}

// Confirms that the recovery code is saved, gives it, and comes into the application.
export async function saveRecoveryCode(page) {
  const code = (await page.locator('.shown-code').innerText()).replace(/\s/g, '');
  assert.match(code, /^[A-Z0-9]{20}$/);
  await page.getByRole('checkbox', { name: 'I have saved the code somewhere safe' }).check();
  await page.getByRole('button', { name: 'Finish and sign in' }).click();
  // The bolt is open, the panel says so too, and the application opens by itself.
  const open = page.locator('.door.open', { has: page.locator('.caption', { hasText: /^You are signed in to$/ }) });
  await open.getByRole('heading', { level: 1, name: 'You are signed in' }).waitFor();
  await page.waitForURL((url) => !url.pathname.startsWith('/sign-in/'));
  return code;
}

// Asserts that the page refuses, with words like these, and stays.
export async function expectRefusal(page, words) {
  const refusal = page.getByRole('alert').filter({ hasText: words });
  await refusal.waitFor();
  return (await refusal.innerText()).trim();
}

export const withAuthenticator = (demo) => someone(demo, (person) => person.totp_secret, 'with an authenticator app');
export const withoutSecondFactor = (demo) => someone(demo, (person) => !person.totp_secret, 'without a second factor');

function someone(demo, fits, words) {
  const person = demo.people.find(fits);
  assert.ok(person, `the demo has nobody ${words}`);
  return person;
}
