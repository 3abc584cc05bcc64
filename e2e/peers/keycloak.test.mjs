// The directory of a company by Keycloak, as a company would register this service there: nothing of the provider is ours.
import assert from 'node:assert/strict';
import { after, before } from 'node:test';
import { startKeycloak, PERSON } from '../support/keycloak.mjs';
import { expectSignedIn, giveCode, giveEmail, givePassword, openApplication, withAuthenticator } from '../support/steps.mjs';
import { screenshot, story } from '../support/story.mjs';
import { unusedCode } from '../support/totp.mjs';

let keycloak;

before(async () => {
  keycloak = await startKeycloak();
});

after(() => keycloak?.stop());

const heading = (page, name) => page.getByRole('heading', { level: 1, name, exact: true }).waitFor();

async function choose(page, demo) {
  await openApplication(page, demo);
  await page.getByRole('link', { name: /^Bank or national eID/ }).click();
  await page.getByRole('button', { name: 'Keycloak of Kallio', exact: true }).click();
  await page.waitForURL((url) => url.origin === keycloak.origin);
}

async function signInThere(page, password = PERSON.password) {
  await page.locator('input[name=username]').fill(PERSON.name);
  await page.locator('input[name=password]').fill(password);
  await page.locator('[type=submit]').click();
}

for (const [name, settings, attributes] of [
  ['pushed requests', { request: 'pushed' }, { 'require.pushed.authorization.requests': 'true' }],
  ['signed requests and encrypted ID tokens', { request: 'signed', encrypted: true }, {
    'request.object.signature.alg': 'ES256', 'request.object.required': 'request only',
    'id.token.encrypted.response.alg': 'RSA-OAEP', 'id.token.encrypted.response.enc': 'A128CBC-HS256',
  }],
]) {
  story(`a person links a directory of Keycloak, and signs in by it (${name})`, async ({ page, demo, visitor }) => {
    const { issuer, trials } = await keycloak.directory(demo, settings, attributes);
    assert.ok(trials.length > 1 && trials.every((trial) => trial.fine), JSON.stringify(trials));
    const person = withAuthenticator(demo);
    await choose(page, demo);
    assert.ok(page.url().startsWith(issuer));
    await signInThere(page, 'a wrong password');
    // It is the directory that refuses a wrong password, and asks again.
    assert.equal(new URL(page.url()).origin, keycloak.origin);
    await signInThere(page);
    await heading(page, 'Link this to your profile');
    await screenshot(page, `keycloak ${name} unmatched`);
    await page.getByRole('button', { name: 'Sign in and link', exact: true }).click();
    await giveEmail(page, person.email);
    await givePassword(page, person.password);
    await giveCode(page, await unusedCode(person.totp_secret));
    await expectSignedIn(page, demo, person);

    // From now on it stands for the password, in a browser that was never seen.
    const { page: other } = await visitor();
    await choose(other, demo);
    await signInThere(other);
    await giveCode(other, await unusedCode(person.totp_secret));
    await expectSignedIn(other, demo, person);
  });
}
