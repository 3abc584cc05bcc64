// What a person does, in the words that they see.
import assert from 'node:assert/strict';
import { unusedCode } from './totp.mjs';

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
export async function openApplication(page, demo) {
  await page.goto(demo.application_url);
  await page.getByRole('link', { name: 'Sign in', exact: true }).or(page.getByRole('button', { name: 'Sign in', exact: true })).click();
}

// That the application shows who is signed in.
export async function expectSignedIn(page, demo, person) {
  await page.waitForURL((url) => url.origin === new URL(demo.application_url).origin);
  await page.getByText(person.email).first().waitFor();
}

// That the page refuses, with words like these, and stays where it is.
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
