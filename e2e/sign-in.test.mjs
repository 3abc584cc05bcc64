// Flow 1: a person signs in to an application.
import assert from 'node:assert/strict';
import { expectNoAxeViolations, expectNoSidewaysScroll } from './support/accessibility.mjs';
import { PHONE } from './support/browser.mjs';
import {
  connectAuthenticator, elsewhere, expectRefusal, expectSignedIn, giveCode, giveEmail, givePassword, openApplication,
  saveRecoveryCode, signIn, withAuthenticator, withoutSecondFactor,
} from './support/steps.mjs';
import { screenshot, story } from './support/story.mjs';
import { unusedCode, wrongCode } from './support/totp.mjs';

const heading = (page, name) => page.getByRole('heading', { level: 1, name });

// Walks the sign-in of a person with an authenticator app, looking at every page on the way.
async function walk(page, demo, name, look) {
  const person = withAuthenticator(demo);
  await openApplication(page, demo);
  await look('email');
  await giveEmail(page, person.email);
  await page.getByLabel('Password', { exact: true }).waitFor();
  await look('password');
  await givePassword(page, person.password);
  await page.getByLabel('Code', { exact: true }).waitFor();
  await look('code');
  await giveCode(page, await unusedCode(person.totp_secret));
  await expectSignedIn(page, demo, person);
  await screenshot(page, `${name} application`);
}

for (const [name, options] of [
  ['desktop', {}],
  ['desktop dark', { colorScheme: 'dark' }],
  ['phone', PHONE],
  ['phone dark', { ...PHONE, colorScheme: 'dark' }],
]) {
  story(`email, password and code lead back into the application (${name})`, async ({ page, demo }) => {
    await walk(page, demo, name, async (step) => {
      await screenshot(page, `${name} ${step}`);
      await expectNoAxeViolations(page);
      await expectNoSidewaysScroll(page);
    });
  }, options);
}

story('the sign-in works without scripts', async ({ page, demo }) => {
  await walk(page, demo, 'without scripts', (step) => screenshot(page, `without scripts ${step}`));
}, { javaScriptEnabled: false });

story('the sign-in works by keyboard alone', async ({ page, demo }) => {
  const person = withAuthenticator(demo);
  await openApplication(page, demo);
  for (const [label, text] of [['Email', () => person.email], ['Password', () => person.password], ['Code', () => unusedCode(person.totp_secret)]]) {
    const field = page.getByLabel(label, { exact: true });
    await field.waitFor();
    // The browser puts the cursor there itself, once the page stands.
    const hasCursor = (element) => element === document.activeElement;
    await page.waitForFunction(hasCursor, await field.elementHandle());
    await page.keyboard.type(await text());
    await page.keyboard.press('Enter');
  }
  await expectSignedIn(page, demo, person);
});

story('a person without a second factor sets one up on the way, and needs it the next time', async ({ page, demo, visitor }) => {
  const person = withoutSecondFactor(demo);
  await openApplication(page, demo);
  await giveEmail(page, person.email);
  await givePassword(page, person.password);

  await heading(page, 'Choose your second step').waitFor();
  await screenshot(page, 'choose second step');
  await expectNoAxeViolations(page);
  const secret = await connectAuthenticator(page, async () => {
    await screenshot(page, 'connect authenticator');
    await expectNoAxeViolations(page);
  });
  await giveCode(page, wrongCode(secret));
  await expectRefusal(page, 'This code does not match');
  await giveCode(page, await unusedCode(secret));

  await heading(page, 'Save your recovery code').waitFor();
  await screenshot(page, 'recovery code');
  await expectNoAxeViolations(page);
  await saveRecoveryCode(page);
  await expectSignedIn(page, demo, person);

  const { page: next } = await visitor();
  await openApplication(next, demo);
  await signIn(next, { ...person, totp_secret: secret });
  await expectSignedIn(next, demo, person);
});

story('a wrong password and an unknown email are refused with the same words', async ({ page, demo, visitor }) => {
  const person = withAuthenticator(demo);
  await openApplication(page, demo);
  await giveEmail(page, person.email);
  await givePassword(page, 'not the password of anybody');
  const known = await expectRefusal(page, 'The email and password do not match');
  await screenshot(page, 'wrong password');
  await expectNoAxeViolations(page);

  const { page: other } = await visitor();
  await openApplication(other, demo);
  await giveEmail(other, 'nobody.at.all@kallio.example');
  await givePassword(other, 'not the password of anybody');
  assert.equal(await expectRefusal(other, 'The email and password do not match'), known);
  assert.equal(await heading(other, /.*/).innerText(), await heading(page, /.*/).innerText());
});

story('a wrong code is refused, the right one goes on, and a used one is used up', async ({ page, demo, visitor }) => {
  const person = withAuthenticator(demo);
  await openApplication(page, demo);
  await giveEmail(page, person.email);
  await givePassword(page, person.password);
  await giveCode(page, wrongCode(person.totp_secret));
  await expectRefusal(page, 'This code does not match');
  await screenshot(page, 'wrong code');
  await expectNoAxeViolations(page);
  const code = await unusedCode(person.totp_secret);
  await giveCode(page, code);
  await expectSignedIn(page, demo, person);

  const { page: other } = await visitor();
  await openApplication(other, demo);
  await giveEmail(other, person.email);
  await givePassword(other, person.password);
  await giveCode(other, code);
  await expectRefusal(other, 'This code has been used already');
});

story('who is signed in is not asked again by another application, and signing out ends it', async ({ page, demo }) => {
  const person = withAuthenticator(demo);
  await openApplication(page, demo);
  await signIn(page, person);
  await expectSignedIn(page, demo, person);

  await openApplication(page, elsewhere(demo));
  await expectSignedIn(page, elsewhere(demo), person);

  await page.getByRole('button', { name: 'Sign out', exact: true }).click();
  await heading(page, 'You are signed out').waitFor();
  // The first application is told by the back channel, a moment after the second: one looks until it knows.
  const signInAgain = page.getByRole('link', { name: 'Sign in', exact: true });
  for (let looks = 0; looks < 200; looks += 1) {
    await page.goto(demo.application_url);
    if (await signInAgain.count() > 0) break;
  }
  await signInAgain.click();
  await page.getByLabel('Email', { exact: true }).waitFor();
});

story('the sensitive act is done at once after two proofs', async ({ page, demo }) => {
  const person = withAuthenticator(demo);
  await openApplication(page, demo);
  await signIn(page, person);
  await page.getByRole('button', { name: 'Do the sensitive act' }).click();
  await page.getByText('The sensitive act is done.').waitFor();
  await screenshot(page, 'after the sensitive act');
});

story('the sensitive act has who gave a password alone set up a second step', async ({ page, demo }) => {
  const person = withoutSecondFactor(demo);
  await openApplication(page, elsewhere(demo));
  await signIn(page, person);
  await expectSignedIn(page, elsewhere(demo), person);
  await page.getByRole('button', { name: 'Do the sensitive act' }).click();
  // A new factor is given to the person alone, not to whoever sits before their session.
  await givePassword(page, person.password);
  await heading(page, 'Choose your second step').waitFor();
  await giveCode(page, await unusedCode(await connectAuthenticator(page)));
  await saveRecoveryCode(page);
  await page.getByText('The sensitive act is done.').waitFor();
});

story('going back in the browser does not break the sign-in', async ({ page, demo }) => {
  const person = withAuthenticator(demo);
  await openApplication(page, demo);
  await giveEmail(page, person.email);
  await givePassword(page, person.password);
  await page.getByLabel('Code', { exact: true }).waitFor();
  await page.goBack();
  await page.goForward();
  await giveCode(page, await unusedCode(person.totp_secret));
  await expectSignedIn(page, demo, person);
  await page.goBack();
  await page.getByRole('heading', { level: 1 }).waitFor();
});
