// Signing in by BankID of Sweden: a desktop that shows a code to scan, and a phone whose browser opens the app.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { expectNoAxeViolations, expectNoSidewaysScroll } from './support/accessibility.mjs';
import { startBankId } from './support/bank-id.mjs';
import { DESKTOP, PHONE, launchBrowser, newVisitor } from './support/browser.mjs';
import { startService } from './support/service.mjs';
import { screenshot } from './support/story.mjs';

const PERSON = { email: 'maija@bank.example', password: 'the ferry leaves at seven sharp' };
const NUMBER = '199908072391';
const IPHONE = 'Mozilla/5.0 (iPhone; CPU iPhone OS 18_3 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.3 Mobile/15E148 Safari/604.1';

const heading = (page, name) => page.getByRole('heading', { level: 1, name }).waitFor();
const button = (page, name) => page.getByRole('button', { name, exact: true });

let browser;
before(async () => { browser = await launchBrowser(); });
after(() => browser?.close());

// A story with a service of its own that offers BankID. `visit(options)` opens the choice of a bank or eID.
function bankIdStory(name, tell) {
  test(name, { timeout: 300_000 }, async () => {
    const service = await startService({ SALPA_EGRESS_NETWORKS: '127.0.0.0/8' });
    const bank = await startBankId(service.folder);
    const application = await startApplication();
    const visitors = [];
    const visit = async (options) => {
      const visitor = await newVisitor(browser, options);
      visitors.push(visitor);
      await visitor.page.goto(`${service.url}/oauth/authorize?${new URLSearchParams({
        client_id: 'bank', redirect_uri: application.callback, response_type: 'code', scope: 'openid', state: 'a', nonce: 'b',
        code_challenge: 'E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM', code_challenge_method: 'S256',
      })}`);
      await visitor.page.getByRole('link', { name: /^Bank or national eID/ }).click();
      await heading(visitor.page, 'Choose your bank or eID');
      return visitor;
    };
    try {
      await setUp(service, bank, application);
      await tell({ service, bank, visit });
      assert.deepEqual(visitors.flatMap((one) => one.faults), [], 'the pages complained');
    } catch (error) {
      for (const [number, { page }] of visitors.entries()) await screenshot(page, `failed ${name} ${number + 1}`);
      console.error(service.said());
      throw error;
    } finally {
      for (const { context } of visitors) await context.close();
      await bank.stop();
      application.stop();
      await service.stop();
    }
  });
}

// The application, which only has to be there.
async function startApplication() {
  const server = createServer((_, response) => response.setHeader('content-type', 'text/html').end('<title>Bank</title>'));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const stop = () => { server.close(); server.closeAllConnections(); };
  return { callback: `http://127.0.0.1:${server.address().port}/callback`, stop };
}

async function setUp(service, bank, application) {
  await service.command([
    'applications', 'create', '--open-to', 'everybody', '--name', 'Bank', '--client-id', 'bank',
    '--redirect-uri', application.callback, '--policy', 'optional',
  ]);
  // Nobody here has a contact that a code could go to.
  await service.command(['applications', 'policy', 'bank', '--new-network-code', 'nobody']);
  const names = ['--given-name', 'Maija', '--family-name', 'Meri'];
  await service.command(['people', 'create', '--email', PERSON.email, ...names, '--password-stdin'], PERSON.password);
  const settings = join(service.folder, 'bank-id.json');
  await writeFile(settings, JSON.stringify({ kind: 'sweden_bank_id', name: 'BankID', issuer: bank.address }));
  const noun = 'identity-providers';
  const files = ['--secret-file', bank.identity, '--authorities-file', bank.authorities];
  await service.command([noun, 'create', settings, ...files]);
  await service.command([noun, 'check', 'BankID']);
  await service.command([noun, 'turn-on', 'BankID']);
}

// The first time the profile is proven once.
async function linkProfile(page) {
  await heading(page, 'Link this to your profile');
  await expectNoAxeViolations(page);
  await button(page, 'Sign in and link').click();
  await page.getByLabel('Email').fill(PERSON.email);
  await button(page, 'Continue').click();
  await page.getByLabel('Password', { exact: true }).fill(PERSON.password);
  await button(page, 'Sign in').click();
}

bankIdStory('a code is scanned, the page follows the app, and the next time BankID is enough', async ({ bank, visit }) => {
  const { page } = await visit(DESKTOP);
  await button(page, 'BankID (Sverige)').click();
  await heading(page, 'Sign in with BankID');
  await expectNoAxeViolations(page);
  await screenshot(page, 'bank id code');
  const before = await page.locator('[data-code]').innerHTML();
  await page.waitForFunction((old) => document.querySelector('[data-code]').innerHTML !== old, before);
  bank.says('started');
  await heading(page, 'Confirm in the BankID app');
  await expectNoAxeViolations(page);
  bank.says('userSign');
  await page.getByText('Enter your security code in the BankID app').waitFor();
  await screenshot(page, 'bank id app');
  bank.confirms(NUMBER);
  await linkProfile(page);
  await page.waitForURL('**/callback?**');

  const again = await visit(DESKTOP);
  await button(again.page, 'BankID (Sverige)').click();
  await heading(again.page, 'Sign in with BankID');
  bank.confirms(NUMBER);
  await again.page.waitForURL('**/callback?**');
});

bankIdStory('on a phone the app is opened by a link and brings the browser back', async ({ bank, visit }) => {
  const { page, context } = await visit({ ...PHONE, userAgent: IPHONE });
  await button(page, 'BankID (Sverige)').click();
  await heading(page, 'Sign in with BankID');
  await expectNoAxeViolations(page);
  await expectNoSidewaysScroll(page);
  await screenshot(page, 'bank id link');
  const link = await page.getByRole('link', { name: 'Open BankID' }).getAttribute('href');
  assert.match(link, /^https:\/\/app\.bankid\.com\/\?autostarttoken=[0-9a-f-]+&redirect=null$/);
  const back = bank.confirms(NUMBER);
  await heading(page, 'You have confirmed');
  await screenshot(page, 'bank id elsewhere');
  const opened = await context.newPage();
  await opened.goto(back);
  await linkProfile(opened);
  await opened.waitForURL('**/callback?**');
});

bankIdStory('a person who gives up in the app may try again, also without scripts', async ({ bank, visit }) => {
  const { page } = await visit({ ...DESKTOP, javaScriptEnabled: false });
  await button(page, 'BankID (Sverige)').click();
  await heading(page, 'Sign in with BankID');
  bank.says('userSign');
  // BankID is asked every two seconds at most, however often one looks.
  while (!(await page.getByRole('heading', { level: 1, name: 'Confirm in the BankID app' }).isVisible())) {
    await button(page, 'Look again').click();
  }
  bank.fails('userCancel');
  while (!(await page.getByRole('heading', { level: 1, name: 'BankID did not sign you in' }).isVisible())) {
    await button(page, 'Look again').click();
  }
  await page.getByText('You cancelled in the BankID app.').waitFor();
  await screenshot(page, 'bank id ended');
  await button(page, 'Try again').click();
  await heading(page, 'Sign in with BankID');
  await button(page, 'Cancel').click();
  await page.getByText('You came back without signing in there.').waitFor();
});
