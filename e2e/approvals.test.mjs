// Approving a sign-in on the phone: a desktop and a phone, each a browser of its own.
import assert from 'node:assert/strict';
import { expectNoAxeViolations, expectNoSidewaysScroll } from './support/accessibility.mjs';
import { PHONE } from './support/browser.mjs';
import { openPhone, typePin } from './support/phone.mjs';
import { screenshot, story } from './support/story.mjs';
import { expectSignedIn, giveEmail, givePassword, openApplication, withAuthenticator } from './support/steps.mjs';

const heading = (page, name) => page.getByRole('heading', { level: 1, name }).waitFor();
const button = (page, name) => page.getByRole('button', { name, exact: true });

// To the page that shows the number.
async function toTheNumber(page, demo, person) {
  await openApplication(page, demo);
  await giveEmail(page, person.email);
  await givePassword(page, person.password);
  await heading(page, 'Approve on your phone');
  return (await page.locator('.number-to-match .number').innerText()).replace(/\s/g, '');
}

// The request comes by itself to the app that is open.
async function openRequest(phone) {
  await phone.getByText('Waiting for you').waitFor();
  await phone.locator('.waiting-card').click();
  await heading(phone, 'Are you signing in?');
}

story('a sign-in is approved on the phone, and the browser goes on by itself', async ({ page, demo, visitor }) => {
  const person = withAuthenticator(demo);
  const { page: phone } = await visitor(PHONE);
  await openPhone(phone, demo, person);
  const number = await toTheNumber(page, demo, person);
  assert.match(number, /^\d\d$/);
  await expectNoAxeViolations(page);
  await screenshot(page, 'approve on your phone');

  await openRequest(phone);
  await expectNoAxeViolations(phone);
  await expectNoSidewaysScroll(phone);
  await screenshot(phone, 'the question on the phone');
  const field = phone.getByLabel('Type the number on the web page');
  await field.fill(number[0]);
  await phone.getByText('One more digit, then you can approve.').waitFor();
  assert.equal(await button(phone, 'Approve').getAttribute('aria-disabled'), 'true');
  await field.fill(number);
  await button(phone, 'Approve').click();
  await typePin(phone);
  await heading(phone, 'Approved. Go on in the browser.');
  await expectSignedIn(page, demo, person);
});

story('another number is refused, and a wrong PIN is said', async ({ page, demo, visitor }) => {
  const person = withAuthenticator(demo);
  const { page: phone } = await visitor(PHONE);
  await openPhone(phone, demo, person);
  const number = await toTheNumber(page, demo, person);
  const other = String((Number(number) + 1) % 100).padStart(2, '0');
  await openRequest(phone);
  await phone.getByLabel('Type the number on the web page').fill(number);
  await button(phone, 'Approve').click();
  await typePin(phone, '482915');
  await phone.getByText('Incorrect PIN code. You have 4 tries left.').waitFor();
  await typePin(phone);
  await expectSignedIn(page, demo, person);

  const { page: second } = await visitor();
  await toTheNumber(second, demo, person);
  await phone.goto(`${demo.url}/app`);
  await openRequest(phone);
  for (const words of ['You can try once more.', null]) {
    await phone.getByLabel('Type the number on the web page').fill(other === number ? '00' : other);
    const shown = (await second.locator('.number-to-match .number').innerText()).replace(/\s/g, '');
    const wrong = String((Number(shown) + 1) % 100).padStart(2, '0');
    await phone.getByLabel('Type the number on the web page').fill(wrong);
    await button(phone, 'Approve').click();
    await typePin(phone);
    if (words) await phone.getByText(words).waitFor();
  }
  await heading(phone, 'This request has ended');
  await second.getByText('Another number was typed on the phone').waitFor();
  await expectNoAxeViolations(second);
});

story('“This wasn’t me” stops the sign-in and says what to do', async ({ page, demo, visitor }) => {
  const person = withAuthenticator(demo);
  const { page: phone } = await visitor({ ...PHONE, colorScheme: 'dark' });
  await openPhone(phone, demo, person);
  await toTheNumber(page, demo, person);
  await page.emulateMedia({ colorScheme: 'dark' });
  await expectNoAxeViolations(page);
  await screenshot(page, 'approve on your phone in the dark');
  await phone.getByText('Waiting for you').waitFor();
  await expectNoAxeViolations(phone);
  await screenshot(phone, 'a question waits in the dark');
  await openRequest(phone);
  await screenshot(phone, 'the question in the dark');
  await button(phone, "This wasn't me").click();
  await heading(phone, 'The sign-in was stopped');
  await expectNoAxeViolations(phone);
  await screenshot(phone, 'this wasn’t me');
  await heading(page, 'The sign-in was stopped on the phone');
  await expectNoAxeViolations(page);
  await phone.getByRole('link', { name: 'Done' }).click();
  await heading(phone, 'Home');
});

story('without scripts the browser goes on by a button', async ({ demo, visitor }) => {
  const person = withAuthenticator(demo);
  const { page: phone } = await visitor(PHONE);
  await openPhone(phone, demo, person);
  const { page } = await visitor({ javaScriptEnabled: false });
  const number = await toTheNumber(page, demo, person);
  await openRequest(phone);
  await phone.getByLabel('Type the number on the web page').fill(number);
  await button(phone, 'Approve').click();
  await typePin(phone);
  await heading(phone, 'Approved. Go on in the browser.');
  await button(page, 'I have approved').click();
  await expectSignedIn(page, demo, person);
});
