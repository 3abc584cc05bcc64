// Flow 1: a new user, from the first mail to My sign-in, and the address without anything behind it.
import assert from 'node:assert/strict';
import { expectNoAxeViolations, expectNoSidewaysScroll } from './support/accessibility.mjs';
import { PHONE } from './support/browser.mjs';
import { connectAuthenticator, giveCode, saveRecoveryCode, signIn } from './support/steps.mjs';
import { screenshot, story } from './support/story.mjs';
import { unusedCode } from './support/totp.mjs';

const NEW = 'a kettle sings in the north wind';
const PRIYA = 'priya.raman@raman.example';
const heading = (page, name) => page.getByRole('heading', { level: 1, name });

async function look(page, name) {
  await screenshot(page, name);
  await expectNoAxeViolations(page);
  await expectNoSidewaysScroll(page);
}

const messagesTo = async (page, demo, to) => {
  const messages = await (await page.request.get(`${demo.messages_url}.json`)).json();
  return messages.filter((message) => message.to === to);
};

for (const [name, options] of [
  ['desktop', {}],
  ['desktop dark', { colorScheme: 'dark' }],
  ['phone', PHONE],
  ['phone dark', { ...PHONE, colorScheme: 'dark' }],
]) {
  story(`a new user sets up a sign-in by the button of the first mail (${name})`, async ({ page, demo, visitor }) => {
    const administrator = demo.people.find((person) => person.totp_secret && person.roles.includes('user administrator'));
    await page.goto(`${demo.url}/admin?section=users`);
    await signIn(page, administrator);
    await page.getByRole('link', { name: 'Add user' }).first().click();
    await page.getByLabel('Email', { exact: true }).fill(PRIYA);
    await page.getByLabel('Given name').fill('Priya');
    await page.getByLabel('Family name').fill('Raman');
    await page.locator('input[name=profile]:enabled').first().check();
    await look(page, `set up ${name} add user`);
    await page.getByRole('button', { name: 'Add user' }).click();
    await heading(page, 'Priya Raman').waitFor();
    await look(page, `set up ${name} added`);

    const mails = await messagesTo(page, demo, PRIYA);
    assert.equal(mails.length, 1, 'one message tells of all of it');
    const link = mails[0].text.split(/\s/).find((word) => word.includes('/set-up/'));
    const { page: own } = await visitor();
    const pages = [];
    own.on('framenavigated', (frame) => frame === own.mainFrame() && pages.push(frame.url()));
    await own.goto(link);
    await heading(own, 'Set up your sign-in').waitFor();
    await look(own, `set up ${name} link`);
    await own.getByRole('button', { name: 'Begin' }).click();
    await heading(own, 'Choose a new password').waitFor();
    await own.getByLabel('New password').fill(NEW);
    assert.equal(pages.length, 2, `two pages come before the second step: ${pages}`);
    await own.getByRole('button', { name: 'Save the new password' }).click();
    await heading(own, 'Choose your second step').waitFor();
    const secret = await connectAuthenticator(own);
    await giveCode(own, await unusedCode(secret));
    const code = own.locator('.shown-code');
    await code.waitFor();
    const written = await code.evaluate((element) => {
      const style = getComputedStyle(element);
      return [style.fontSize, style.fontWeight];
    });
    assert.deepEqual(written, ['24px', '600'], 'the code is large enough to be written down');
    const [box, last] = [await code.boundingBox(), await code.locator('span').last().boundingBox()];
    assert.ok(Math.abs(box.x + box.width - last.x - last.width) < 3, 'no cell is empty');
    await saveRecoveryCode(own);
    await heading(own, 'My sign-in').waitFor();
    await own.getByRole('heading', { name: 'My applications' }).waitFor();
    assert.equal(await own.locator('main section').first().getAttribute('id'), 'my-applications');
    await look(own, `set up ${name} done`);

    await own.goto(demo.url);
    await heading(own, 'My sign-in').waitFor();
  }, options);
}
