// Saying no: a person who came by mistake goes back to the application from the page that they are on, and the
// application hears of it.
import assert from 'node:assert/strict';
import { expectNoAxeViolations, expectNoSidewaysScroll } from './support/accessibility.mjs';
import { PHONE } from './support/browser.mjs';
import { expectSignedIn, giveEmail, givePassword, openApplication, signIn, withAuthenticator } from './support/steps.mjs';
import { screenshot, story } from './support/story.mjs';

const back = (page) => page.getByRole('button', { name: 'Back to Ruori Accounting', exact: true });

// The browser is at the application, which was told that the person said no.
async function expectTold(page, demo) {
  await page.waitForURL((url) => url.origin === new URL(demo.application_url).origin);
  await page.getByText('access_denied').first().waitFor();
}

for (const [name, options] of [['desktop', {}], ['phone', PHONE], ['dark', { colorScheme: 'dark' }]]) {
  story(`every page of a sign-in leads back to the application (${name})`, async ({ page, demo }) => {
    const person = withAuthenticator(demo);
    const steps = [
      async () => {},
      () => giveEmail(page, person.email),
      () => givePassword(page, person.password),
    ];
    for (let far = 0; far < steps.length; far += 1) {
      await openApplication(page, demo);
      for (const step of steps.slice(0, far + 1)) await step();
      await back(page).waitFor();
      await screenshot(page, `turning back ${name} ${far}`);
      await expectNoAxeViolations(page);
      await expectNoSidewaysScroll(page);
      await back(page).click();
      await expectTold(page, demo);
    }
  }, options);
}

story('the way back works without scripts', async ({ page, demo }) => {
  await openApplication(page, demo);
  await page.getByLabel('Email', { exact: true }).fill('somebody@kallio.example');
  await back(page).click();
  await expectTold(page, demo);
}, { javaScriptEnabled: false });

story('Enter in a field goes on and never back, and a session stays', async ({ page, demo }) => {
  const person = withAuthenticator(demo);
  await openApplication(page, demo);
  await page.getByLabel('Email', { exact: true }).fill(person.email);
  await page.keyboard.press('Enter');
  await page.getByLabel('Password', { exact: true }).waitFor();
  await back(page).click();
  await expectTold(page, demo);
  await openApplication(page, demo);
  await signIn(page, person);
  await expectSignedIn(page, demo, person);
  await page.goto(`${demo.url}/account`);
  assert.equal(await page.getByRole('heading', { level: 1, name: 'My sign-in' }).count(), 1);
});
