// Flow 4: a network that is new is confirmed by a code that goes out by SMS and email.
import assert from 'node:assert/strict';
import { expectNoAxeViolations, expectNoSidewaysScroll } from './support/accessibility.mjs';
import { PHONE } from './support/browser.mjs';
import {
  elsewhere, expectRefusal, expectSignedIn, giveEmail, givePassword, openApplication, signIn, withAuthenticator,
  withoutSecondFactor,
} from './support/steps.mjs';
import { screenshot, story } from './support/story.mjs';
import { unusedCode } from './support/totp.mjs';

const TITLE = 'You are signing in from a new network';
const NUMBER = '+358401234567';
const heading = (page, name) => page.getByRole('heading', { level: 1, name });
const field = (page) => page.getByLabel(/^(Code|Six-digit code)$/);

async function messages(page, demo, to) {
  const all = await (await page.request.get(`${demo.messages_url}.json`)).json();
  return all.filter((message) => message.to === to);
}

const smsCode = async (page, demo) => (await messages(page, demo, NUMBER))[0].text.slice(0, 6);
const not = (code) => (code === '000000' ? '111111' : '000000');

async function look(page, name) {
  await screenshot(page, name);
  await expectNoAxeViolations(page);
  await expectNoSidewaysScroll(page);
}

// The second application asks for a code in every new network, and the person has a phone.
async function prepare(visitor, demo) {
  const there = elsewhere(demo);
  const origin = new URL(there.application_url).origin;
  const { client_id } = demo.clients.find((client) => client.redirect_uris.some((uri) => new URL(uri).origin === origin));
  const person = withoutSecondFactor(demo);
  const { page } = await visitor({});
  await page.goto(`${demo.url}/account/communication-phone`);
  await signIn(page, person);
  await page.getByLabel('Communication phone').fill('+358 40 123 4567');
  await page.getByRole('button', { name: 'Send code' }).click();
  await field(page).fill(await smsCode(page, demo));
  await page.getByRole('button', { name: 'Confirm', exact: true }).click();
  await page.getByText('Your communication phone has been changed.').waitFor();
  await demo.command('applications', 'policy', client_id, '--new-network-code', 'everyone');
  return { there, person };
}

async function asked(page, there, person) {
  await openApplication(page, there);
  await giveEmail(page, person.email);
  await givePassword(page, person.password);
  await heading(page, TITLE).waitFor();
}

for (const [name, options] of [
  ['desktop', {}],
  ['desktop dark', { colorScheme: 'dark' }],
  ['phone', PHONE],
  ['phone dark', { ...PHONE, colorScheme: 'dark' }],
]) {
  story(`a new network is confirmed by the code of either message (${name})`, async ({ page, demo, visitor }) => {
    const { there, person } = await prepare(visitor, demo);
    await asked(page, there, person);
    await look(page, `new network ${name}`);
    const code = await smsCode(page, demo);
    assert.equal((await messages(page, demo, person.email))[0].code, code, 'both messages have the same code');
    await page.getByText('+358 •• ••• 45 67').waitFor();

    await field(page).fill(not(code));
    await page.getByRole('button', { name: 'Continue', exact: true }).click();
    await expectRefusal(page, 'You have 4 tries left.');
    await look(page, `new network ${name} wrong code`);

    await page.getByRole('button', { name: 'Send a new code' }).click();
    await page.waitForFunction(() => !document.querySelector('[role=alert]'));
    // By keyboard: the cursor is in the field, and Enter goes on.
    await page.keyboard.type(await smsCode(page, demo));
    await page.keyboard.press('Enter');
    await expectSignedIn(page, there, person);

    await page.goto(`${demo.url}/account`);
    await page.locator('#networks').getByText('confirmed').waitFor();
    await look(page, `new network ${name} my sign-in`);
  }, options);
}

story('a code that is over says so, and the next one can be asked for without losing the page', async ({ page, demo, visitor }) => {
  const { there, person } = await prepare(visitor, demo);
  await asked(page, there, person);
  const code = await smsCode(page, demo);
  for (let count = 0; count < 5; count += 1) {
    await field(page).fill(not(code));
    await page.getByRole('button', { name: 'Continue', exact: true }).click();
    await page.waitForLoadState('load');
  }
  await page.getByText('This code no longer works. Send a new one.').waitFor();
  await look(page, 'new network code over');
  await page.getByRole('button', { name: 'Send a new code' }).click();
  await field(page).waitFor();
  await page.getByRole('button', { name: 'Send a new code' }).click();
  await page.getByRole('button', { name: /^(Send a new code|Available in)/ }).click();
  await page.getByText('Too many codes were sent.').waitFor();
  await look(page, 'new network too many codes');
});

story('the time left is read out at 60, 30 and 10 seconds and at the end alone', async ({ page, demo, visitor }) => {
  const { there, person } = await prepare(visitor, demo);
  await page.clock.install();
  await asked(page, there, person);
  const status = page.locator('[data-time-left-status]');
  const clock = page.locator('[data-time-left-clock]');
  const said = [];
  for (let second = 0; second < 95; second += 1) {
    const [words, left] = [await status.textContent(), await clock.textContent()];
    if (words && said.at(-1)?.words !== words) said.push({ words, left });
    await page.clock.runFor(1000);
  }
  assert.deepEqual(said.map(({ words }) => words), [
    'The code works for 1:00.', 'The code works for 0:30.', 'The code works for 0:10.',
    'This code no longer works. Send a new one.',
  ]);
});

story('without scripts the page says until when the code works, and everything can be done', async ({ page, demo, visitor }) => {
  const { there, person } = await prepare(visitor, demo);
  await asked(page, there, person);
  await page.getByText(/^The code works until \d\d:\d\d:\d\d\.$/).waitFor();
  await screenshot(page, 'new network without scripts');
  await page.getByRole('button', { name: 'Send a new code' }).click();
  await page.getByText('Who is my user administrator?').click();
  await page.getByRole('heading', { level: 2, name: 'Kallio & Laine Oy' }).waitFor();
  await field(page).fill(await smsCode(page, demo));
  await page.getByRole('button', { name: 'Continue', exact: true }).click();
  await expectSignedIn(page, there, person);
}, { javaScriptEnabled: false });

story('whoever shows an authenticator app in the new network is sent nothing', async ({ page, demo, visitor }) => {
  const { there } = await prepare(visitor, demo);
  const person = withAuthenticator(demo);
  const before = (await messages(page, demo, person.email)).length;
  await openApplication(page, there);
  await giveEmail(page, person.email);
  await givePassword(page, person.password);
  await page.getByLabel('Code', { exact: true }).fill(await unusedCode(person.totp_secret));
  await page.getByRole('button', { name: 'Confirm', exact: true }).click();
  await expectSignedIn(page, there, person);
  assert.equal((await messages(page, demo, person.email)).length, before);
});
