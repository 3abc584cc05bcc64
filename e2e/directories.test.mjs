// The directory of a company, to which the domain of an email leads: the domain is proved at the console, and people are led.
import assert from 'node:assert/strict';
import { after } from 'node:test';
import { expectNoAxeViolations, expectNoSidewaysScroll } from './support/accessibility.mjs';
import { startDirectory } from './support/broker.mjs';
import { DESKTOP, PHONE } from './support/browser.mjs';
import { startResolver } from './support/dns.mjs';
import { expectSignedIn, giveCode, giveEmail, givePassword, openApplication } from './support/steps.mjs';
import { screenshot, story } from './support/story.mjs';
import { unusedCode } from './support/totp.mjs';

const resolver = await startResolver();
after(() => resolver.stop());

const heading = (page, name) => page.getByRole('heading', { level: 1, name, exact: true }).waitFor();
const button = (page, name) => page.getByRole('button', { name, exact: true });

async function look(page, name) {
  for (const size of [DESKTOP.viewport, PHONE.viewport]) {
    await page.setViewportSize(size);
    for (const colorScheme of ['light', 'dark']) {
      await page.emulateMedia({ colorScheme });
      // Colours change over a moment.
      await page.evaluate(async () => {
        await new Promise(requestAnimationFrame);
        await Promise.all(document.getAnimations().map((one) => one.finished));
      });
      await expectNoAxeViolations(page);
      await expectNoSidewaysScroll(page);
      await screenshot(page, `${name} ${size.width} ${colorScheme}`);
    }
  }
  await page.setViewportSize(DESKTOP.viewport);
  await page.emulateMedia({ colorScheme: 'light' });
}

story('a company proves its domain, and its people are led to its directory', async ({ page, demo, visitor }) => {
  const administrator = demo.people.find(({ roles, totp_secret: seed }) => roles.includes('user administrator') && seed);
  const person = administrator;
  const domain = administrator.email.split('@')[1];

  await page.goto(`${demo.url}/admin?section=domains`);
  await giveEmail(page, administrator.email);
  await givePassword(page, administrator.password);
  await giveCode(page, await unusedCode(administrator.totp_secret));
  await page.waitForURL(/\/admin\/[0-9a-f-]+\//);
  const company = new URL(page.url()).pathname.split('/')[2];
  const directory = await startDirectory(demo, { Aino: 'object 7' }, { company, name: 'Their directory' });
  try {
    await page.goto(`${demo.url}/admin/${company}/domains`);
    await heading(page, 'Domains');
    await page.getByLabel('Domain, such as company.example').fill('gmail.com');
    await button(page, 'Add domain').click();
    await page.getByText('Anybody can have a mailbox there').waitFor();
    await look(page, 'domains refused');
    await page.getByLabel('Domain, such as company.example').fill(domain);
    await page.keyboard.press('Enter');
    await page.getByRole('status').filter({ hasText: 'The domain is added' }).waitFor();
    await look(page, 'domains claimed');
    await button(page, 'Check record').click();
    // The demo asks the resolver of the machine, which knows no such name, or none at all.
    await page.getByRole('alert').filter({ hasText: /There is no TXT record|DNS does not answer/ }).waitFor();
    await look(page, 'domains without record');

    const details = await page.locator('.domain dd').allInnerTexts();
    resolver.texts.set(details[1].trim(), details[2].trim().split(/\s/)[0]);
    await demo.command('companies', 'domains', 'check', '--company', company, domain);
    await page.goto(`${demo.url}/admin/${company}/domains`);
    await page.getByText('Proved', { exact: true }).waitFor();
    await page.getByRole('radio', { name: /^are sent to the directory/ }).check();
    await button(page, 'Save').click();
    await page.getByRole('status').filter({ hasText: 'Saved' }).waitFor();
    assert.ok(await page.getByRole('radio', { name: /^are sent to the directory/ }).isChecked());
    await look(page, 'domains proved');

    const { page: own } = await visitor();
    await openApplication(own, demo);
    await giveEmail(own, person.email);
    // The way there goes on by itself.
    await heading(own, 'directory');
    assert.equal(new URL(own.url()).origin, directory.issuer);
    await own.goBack();
    await heading(own, `Sign in at ${person.company}`);
    assert.equal(new URL(own.url()).origin, demo.url, 'and not again');
    await look(own, 'company directory');
    await own.getByRole('link', { name: 'Another way to sign in' }).click();
    await heading(own, 'Enter your password');
    await look(own, 'password beside directory');
    await button(own, 'Continue with Kallio directory').click();
    await button(own, 'Aino').click();
    await heading(own, 'Link this to your profile');
    await own.getByText(`Only people of ${person.company} can link it.`).waitFor();
    await look(own, 'directory unmatched');
    await button(own, 'Sign in and link').click();
    await givePassword(own, person.password);
    await giveCode(own, await unusedCode(person.totp_secret));
    await expectSignedIn(own, demo, person);

    const { page: other } = await visitor();
    await openApplication(other, demo);
    await giveEmail(other, `nobody@${domain}`);
    await heading(other, 'directory');
    const { page: again } = await visitor();
    await openApplication(again, demo);
    await giveEmail(again, person.email);
    await button(again, 'Aino').click();
    await giveCode(again, await unusedCode(person.totp_secret));
    await expectSignedIn(again, demo, person);
  } finally {
    await directory.stop();
  }
}, {}, { SALPA_DNS_RESOLVERS: resolver.address });

story('without scripts a button leads to the directory', async ({ page, demo }) => {
  const administrator = demo.people.find(({ roles, totp_secret: seed }) => roles.includes('user administrator') && seed);
  const companies = await demo.command('companies', 'list');
  const company = companies.find(({ name }) => name === administrator.company).id;
  const domain = administrator.email.split('@')[1];
  const directory = await startDirectory(demo, { Aino: 'object 7' }, { company, name: 'Their directory' });
  try {
    const claimed = await demo.command('companies', 'domains', 'claim', '--company', company, domain);
    resolver.texts.set(claimed.record_name, claimed.record_value);
    await demo.command('companies', 'domains', 'check', '--company', company, domain);
    await demo.command('companies', 'directory-use', '--company', company, 'alone');
    await openApplication(page, demo);
    await giveEmail(page, administrator.email);
    await heading(page, `Sign in at ${administrator.company}`);
    await button(page, 'Continue with Kallio directory').click();
    await heading(page, 'directory');
    await button(page, 'Cancel').click();
    await page.getByRole('status').filter({ hasText: 'You came back without signing in there' }).waitFor();
  } finally {
    await directory.stop();
  }
}, { javaScriptEnabled: false }, { SALPA_DNS_RESOLVERS: resolver.address });
