// The console for many people at once: import, acts on chosen users, order, the overview; and one factor that was lost.
import assert from 'node:assert/strict';
import { expectNoAxeViolations, expectNoSidewaysScroll } from './support/accessibility.mjs';
import { PHONE } from './support/browser.mjs';
import { elsewhere, expectSignedIn, giveCode, giveEmail, givePassword, openApplication, signIn } from './support/steps.mjs';
import { screenshot, story } from './support/story.mjs';
import { unusedCode } from './support/totp.mjs';

const heading = (page, name) => page.getByRole('heading', { level: 1, name });
const withRole = (demo, role) => demo.people.find((one) => one.totp_secret && one.roles.includes(role));
const named = (demo, name) => demo.people.find((one) => one.email.startsWith(name));

const SIZES = [
  ['desktop', {}],
  ['desktop dark', { colorScheme: 'dark' }],
  ['phone', PHONE],
  ['phone dark', { ...PHONE, colorScheme: 'dark' }],
];

// Opens the console where it begins, and returns the address of each of its pages.
async function openConsole(page, demo, person = withRole(demo, 'user administrator')) {
  await page.goto(`${demo.url}/admin`);
  await signIn(page, person);
  await page.waitForURL(/\/admin/);
  // A main user chooses a company first; the office is one of them.
  const office = page.locator('main .companies').getByRole('link', { name: 'Rantanen' });
  await heading(page, 'Overview').or(office).first().waitFor();
  if (await office.count() > 0) await office.click();
  await heading(page, 'Overview').waitFor();
  const id = new URL(page.url()).pathname.split('/')[2];
  return (path) => `${demo.url}/admin/${id}/${path}`;
}

// Axe is a script itself, and scripts see no more of these pages than a person without them.
async function look(page, name) {
  await screenshot(page, name);
  if (name.includes('without scripts')) return;
  await expectNoAxeViolations(page);
  await expectNoSidewaysScroll(page);
}

const ROWS = [
  'Email\tGiven name\tFamily name\tPhone\tRole',
  'priya.raman@raman.example\tPriya\tRaman\t+358 40 1234567\tEmployee',
  'henrik.dahl@dahl.example\tHenrik\tDahl\t12\twizard',
  'mikko.laine@kallio.example\tMikko\tLaine\t\t',
  'tuula.maki@saari.example\tTuula\tMaki\t\t',
  'no email\tNobody\t\t\t',
].join('\n');

for (const [name, options] of SIZES) {
  story(`users are imported after each row was looked at (${name})`, async ({ page, demo }) => {
    const at = await openConsole(page, demo);
    await page.goto(at('users'));
    await page.getByRole('link', { name: 'Import users' }).click();
    await heading(page, 'Import users').waitFor();
    await look(page, `import ${name} form`);
    await page.getByLabel('Or paste rows').fill('Aino, Virtanen');
    await page.getByRole('button', { name: 'See what will happen' }).click();
    await page.getByText('No column has emails.').waitFor();
    await look(page, `import ${name} refused`);
    await page.getByLabel('Or paste rows').fill(ROWS);
    await page.getByRole('button', { name: 'See what will happen' }).click();
    await heading(page, 'Check the import').waitFor();
    const row = (email) => page.getByRole('row').filter({ hasText: email });
    await row('priya.raman').getByText('will be added').waitFor();
    await row('henrik.dahl').getByText('Added without the phone 12.').waitFor();
    await row('mikko.laine').getByText('is a user already, nothing changes').waitFor();
    await row('tuula.maki').getByText('has a profile already, will be asked to accept').waitFor();
    await row('no email').getByText('cannot be added').waitFor();
    await look(page, `import ${name} preview`);
    await page.getByRole('button', { name: 'Add 3 people' }).click();
    await heading(page, 'Import done').waitFor();
    await look(page, `import ${name} done`);
    await page.goto(at('users'));
    await page.locator('.people .who a', { hasText: 'Priya Raman' }).waitFor();
    await page.locator('.people .who a', { hasText: 'Tuula Maki' }).waitFor();
  }, options);
}

story('a file is imported by the keyboard alone and without scripts', async ({ page, demo }) => {
  const at = await openConsole(page, demo);
  await page.goto(at('users/import'));
  await page.locator('input[type=file]').setInputFiles({
    name: 'people.csv', mimeType: 'text/csv', buffer: Buffer.from('Sähköposti;Etunimi\r\nida@new.example;Ida\r\n', 'latin1'),
  });
  await page.getByRole('button', { name: 'See what will happen' }).press('Enter');
  await heading(page, 'Check the import').waitFor();
  await page.getByRole('button', { name: 'Correct the rows' }).press('Enter');
  await heading(page, 'Import users').waitFor();
  assert.match(await page.getByLabel('Or paste rows').inputValue(), /ida@new\.example;Ida/);
  await page.getByRole('button', { name: 'See what will happen' }).press('Enter');
  await page.getByRole('button', { name: 'Add 1 person' }).press('Enter');
  await heading(page, 'Import done').waitFor();
}, { javaScriptEnabled: false });

for (const [name, options] of [...SIZES, ['without scripts', { javaScriptEnabled: false }]]) {
  story(`several chosen users are locked, and each is told what happened (${name})`, async ({ page, demo }) => {
    const at = await openConsole(page, demo);
    await page.goto(at('users'));
    for (const person of ['Mikko Laine', 'Pekka Salo', 'Elina Saarinen']) {
      const box = page.getByRole('checkbox', { name: `Choose ${person}` });
      if (await box.count() > 0) await box.check();
    }
    const chosen = await page.locator('input[name=person]:checked').count();
    assert.ok(chosen > 0, 'somebody is chosen');
    await look(page, `chosen ${name} list`);
    await page.getByRole('button', { name: 'Lock', exact: true }).click();
    await heading(page, new RegExp(`^Lock ${chosen} users?$`)).waitFor();
    await look(page, `chosen ${name} question`);
    await page.getByRole('button', { name: new RegExp(`^Lock ${chosen}`) }).click();
    await page.getByRole('status').filter({ hasText: 'locked now' }).waitFor();
    await look(page, `chosen ${name} result`);
    await page.goto(at('users'));
    await page.getByRole('link', { name: 'Choose all on this page' }).click();
    assert.equal(
      await page.locator('input[name=person]:checked').count(), await page.locator('input[name=person]').count(),
    );
    await page.getByRole('button', { name: 'Give a ready-made profile' }).click();
    await page.locator('input[name=profile]:enabled').first().check();
    await look(page, `chosen ${name} profile`);
    await page.getByRole('button', { name: /^Give to/ }).click();
    await heading(page, 'Give a ready-made profile').waitFor();
    await look(page, `chosen ${name} profile result`);
  }, options);
}

story('the list is ordered by its headings', async ({ page, demo }) => {
  const at = await openConsole(page, demo);
  await page.goto(at('users'));
  const names = () => page.locator('.people .who a').allInnerTexts();
  const before = await names();
  await page.getByRole('columnheader', { name: 'Name' }).getByRole('link').click();
  await page.waitForURL(/sort=/);
  assert.deepEqual(await names(), [...before].reverse());
  const last = page.getByRole('columnheader', { name: 'Last sign-in' });
  await last.getByRole('link').press('Enter');
  await page.locator('th[aria-sort=descending]', { hasText: 'Last sign-in' }).waitFor();
  assert.equal((await names())[0], await page.locator('.foot .person a').innerText(), 'who has just signed in');
  await look(page, 'users ordered');
});

for (const [name, options] of SIZES) {
  story(`one lost factor is removed and the others stay (${name})`, async ({ page, demo, visitor }) => {
    const pekka = named(demo, 'pekka.salo');
    const office = named(demo, 'sanna.rantanen');
    const at = await openConsole(page, demo, office);
    await page.goto(at('users?typed=pekka'));
    await page.locator('.people .who a', { hasText: 'Pekka Salo' }).click();
    await page.getByRole('link', { name: 'Sign-in & devices' }).click();
    await look(page, `factor ${name} tab`);
    await page.getByRole('link', { name: /^Remove: / }).first().click();
    await page.getByText('Make sure that it is Pekka Salo who is asking.').waitFor();
    await look(page, `factor ${name} question`);
    await page.getByRole('button', { name: 'Remove', exact: true }).click();
    await page.getByText('It has been removed, and every session has ended.').waitFor();
    await look(page, `factor ${name} done`);
    const { page: own } = await visitor();
    await own.goto(`${demo.url}/account`);
    await giveEmail(own, pekka.email);
    await givePassword(own, pekka.password);
    await own.getByLabel('Code', { exact: true }).or(heading(own, 'My sign-in')).or(own.getByRole('radio').first()).waitFor();
    assert.equal(await own.getByLabel('Code', { exact: true }).count(), 0, 'the app that was lost opens nothing');
  }, options);
}

for (const [name, options] of SIZES) {
  story(`an office begins with what may need attention, in all its clients (${name})`, async ({ page, demo }) => {
    await openConsole(page, demo, withRole(demo, 'main user'));
    await page.getByRole('heading', { name: 'Client companies' }).waitFor();
    await look(page, `overview ${name}`);
    await page.getByRole('link', { name: 'See each client' }).click();
    await heading(page, 'Client companies').waitFor();
    await look(page, `clients ${name}`);
    await page.getByRole('link', { name: 'Kallio & Laine Oy' }).click();
    await heading(page, 'Overview').waitFor();
    await page.getByRole('link', { name: 'Never signed in' }).click();
    await heading(page, 'Users and roles').waitFor();
    await page.locator('.people .who a', { hasText: 'Mikko Laine' }).waitFor();
  }, options);
}

for (const [name, options] of SIZES) {
  story(`the company's data is corrected, and an employee becomes a user (${name})`, async ({ page, demo }) => {
    const at = await openConsole(page, demo);
    await page.goto(at('company'));
    await heading(page, 'Company data').waitFor();
    await page.getByLabel(/^Phone/).fill('call me');
    await page.getByRole('button', { name: 'Save', exact: true }).click();
    await page.getByText('Type the phone number with a plus and the country code.').waitFor();
    await look(page, `company ${name} refused`);
    await page.getByLabel(/^Phone/).fill('+358 40 1234567');
    await page.getByLabel('Name', { exact: true }).fill('Kallio & Pojat Oy');
    await page.getByRole('button', { name: 'Save', exact: true }).click();
    await page.getByRole('status').filter({ hasText: 'The company data has been saved.' }).waitFor();
    await look(page, `company ${name}`);

    await page.goto(at('employees'));
    await page.locator('.people .who a', { hasText: 'Onni Niemi' }).click();
    await look(page, `employee ${name}`);
    await page.getByRole('link', { name: 'Add as a user' }).click();
    assert.equal(await page.getByLabel('Given name').inputValue(), 'Onni');
    assert.equal(await page.getByLabel('Family name').inputValue(), 'Niemi');
    assert.equal(await page.getByLabel('Email', { exact: true }).inputValue(), 'onni.niemi@kallio.example');
    await page.getByRole('button', { name: 'Add user' }).click();
    await heading(page, 'Onni Niemi').waitFor();

    await page.goto(at('nowhere'));
    await look(page, `missing ${name}`);
    await page.getByRole('navigation', { name: 'Sections' }).getByRole('link', { name: 'Sign-in policy' }).click();
    await heading(page, 'Sign-in policy').waitFor();
    await page.getByRole('link', { name: 'Help' }).click();
    await heading(page, 'Help with the administrator console').waitFor();
    await page.getByRole('heading', { level: 2, name: 'When is a second factor asked for?' }).waitFor();
    await look(page, `help ${name}`);
  }, options);
}

story('of a remembered browser the console asks for the code alone, and names the person', async ({ page, demo }) => {
  const person = withRole(demo, 'user administrator');
  const there = elsewhere(demo);
  await openApplication(page, there);
  await giveEmail(page, person.email);
  await givePassword(page, person.password);
  await page.getByRole('checkbox', { name: /^Remember this browser for 30 days/ }).check();
  await giveCode(page, await unusedCode(person.totp_secret));
  await expectSignedIn(page, there, person);
  await page.getByRole('button', { name: 'Sign out', exact: true }).click();
  await heading(page, 'You are signed out').waitFor();
  await openApplication(page, there);
  await giveEmail(page, person.email);
  await givePassword(page, person.password);
  await expectSignedIn(page, there, person);

  await page.goto(`${demo.url}/admin`);
  await page.getByLabel('Code', { exact: true }).waitFor();
  assert.ok(await page.getByText(person.email).first().isVisible(), 'the person is named');
  await look(page, 'step-up console');
  await giveCode(page, await unusedCode(person.totp_secret));
  await heading(page, 'Overview').waitFor();
  await page.goto(page.url().replace('/overview', '/users/new'));
  await heading(page, 'Add user').waitFor();
});
