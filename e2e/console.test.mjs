// Flow 11: the administrator console, as a user administrator and as a main user see it.
import assert from 'node:assert/strict';
import { expectNoAxeViolations, expectNoSidewaysScroll } from './support/accessibility.mjs';
import { PHONE } from './support/browser.mjs';
import { signIn } from './support/steps.mjs';
import { screenshot, story } from './support/story.mjs';

const heading = (page, name) => page.getByRole('heading', { level: 1, name });
const tab = (page, name) =>
  page.getByRole('navigation', { name: 'About this user' }).getByRole('link', { name, exact: true });
const withRole = (demo, role) => {
  const person = demo.people.find((one) => one.totp_secret && one.roles.includes(role));
  assert.ok(person, `the demo has no ${role}`);
  return person;
};

async function openConsole(page, demo, role) {
  await page.goto(`${demo.url}/admin?section=users`);
  await signIn(page, withRole(demo, role));
  await page.waitForURL(/\/admin/);
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
  story(`a user administrator looks after a user (${name})`, async ({ page, demo }) => {
    await openConsole(page, demo, 'user administrator');
    await heading(page, 'Users and roles').waitFor();
    await look(page, `console ${name} users`);

    await page.getByRole('link', { name: 'Add user' }).first().click();
    await page.getByLabel('Email', { exact: true }).fill('priya.raman@raman.example');
    await page.getByLabel('Given name').fill('Priya');
    await page.getByLabel('Family name').fill('Raman');
    await page.getByLabel('Phone number for codes').fill('+358-40-1234567');
    await page.getByRole('button', { name: 'Add user' }).click();
    await page.getByText('Did you mean this number?').waitFor();
    await look(page, `console ${name} add user refused`);
    await page.getByLabel('Phone number for codes').fill('+358 40 1234567');
    await look(page, `console ${name} add user`);
    await page.getByRole('button', { name: 'Add user' }).click();
    await heading(page, 'Priya Raman').waitFor();
    await look(page, `console ${name} basic data`);

    await tab(page, 'Communication').click();
    assert.equal(await page.getByLabel('Phone number for codes').inputValue(), '+358 40 1234567');
    await page.getByLabel('Phone number for codes').fill('+358 40 7654321');
    await look(page, `console ${name} communication`);
    await page.getByRole('button', { name: 'Save', exact: true }).click();
    await page.getByRole('status').filter({ hasText: 'Saved.' }).waitFor();
    for (const title of ['Access rights', 'Sign-in & devices', 'History']) {
      await tab(page, title).click();
      await page.locator(`.tabs [aria-current]`, { hasText: title }).waitFor();
      await look(page, `console ${name} ${title}`);
    }
    await tab(page, 'Basic data').click();
    await page.getByRole('link', { name: 'Remove' }).click();
    await page.getByText('This is the basic company of Priya Raman.').waitFor();
    await look(page, `console ${name} remove`);
  }, options);
}

story('a search finds as one types, and works with the keyboard alone', async ({ page, demo }) => {
  await openConsole(page, demo, 'user administrator');
  const own = withRole(demo, 'user administrator');
  await page.getByRole('searchbox', { name: 'Search name, email or phone' }).focus();
  await page.keyboard.type('zzzz');
  await page.getByRole('heading', { name: 'Nobody was found' }).waitFor();
  for (let key = 0; key < 4; key += 1) await page.keyboard.press('Backspace');
  await page.keyboard.type(own.email.split('@')[0]);
  await page.locator('.people .who small', { hasText: own.email }).waitFor();
  assert.equal(await page.locator('.people tbody tr').count(), 1);
  assert.match(page.url(), /typed=/, 'the address says what was typed');
  await page.locator('.people .who a').focus();
  await page.keyboard.press('Enter');
  await page.getByRole('navigation', { name: 'About this user' }).waitFor();
});

for (const [name, options] of [
  ['desktop', {}],
  ['desktop dark', { colorScheme: 'dark' }],
  ['phone', PHONE],
  ['phone dark', { ...PHONE, colorScheme: 'dark' }],
]) {
  story(`employees are found as one types (${name})`, async ({ page, demo }) => {
    await openConsole(page, demo, 'user administrator');
    await page.goto(page.url().replace(/users$/, 'employees'));
    await heading(page, 'Employees').waitFor();
    const names = page.locator('.people .who a');
    await names.getByText('Onni Niemi').waitFor();
    await look(page, `console ${name} employees`);
    const search = page.getByRole('searchbox', { name: 'Search name, email or phone' });
    await search.fill('zzzz');
    await page.getByRole('heading', { name: 'Nobody was found' }).waitFor();
    await look(page, `console ${name} employees none`);
    await search.fill('niem');
    await names.getByText('Onni Niemi').waitFor();
    assert.match(page.url(), /typed=niem/);
    await search.focus();
    await page.keyboard.press('Enter');
    await names.getByText('Onni Niemi').waitFor();
  }, options);
}

story('the console works without scripts', async ({ page, demo }) => {
  await openConsole(page, demo, 'user administrator');
  await page.getByRole('searchbox', { name: 'Search name, email or phone' }).fill('zzzz');
  await page.getByRole('button', { name: 'Search' }).click();
  await page.getByRole('heading', { name: 'Nobody was found' }).waitFor();
  await page.getByRole('link', { name: 'See all users' }).click();
  await page.locator('.people .who a').first().click();
  await page.getByRole('navigation', { name: 'About this user' }).waitFor();

  await page.goto(page.url().replace(/users\/.*$/, 'employees'));
  await page.getByRole('searchbox', { name: 'Search name, email or phone' }).fill('zzzz');
  await page.getByRole('button', { name: 'Search' }).click();
  await page.getByRole('heading', { name: 'Nobody was found' }).waitFor();
  await page.getByRole('link', { name: 'See all employees' }).click();
  await page.getByText('Onni Niemi').waitFor();
}, { javaScriptEnabled: false });

story('a main user comes to the section that was asked for', async ({ page, demo }) => {
  await openConsole(page, demo, 'main user');
  await page.goto(`${demo.url}/admin?section=employees`);
  const company = page.locator('.companies a').first();
  if (await company.isVisible()) await company.click();
  await heading(page, 'Employees').waitFor();
  await look(page, 'console employees');
});
