// Signing in by Smart-ID: a desktop that shows a code to scan, and a phone whose browser opens the app.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { expectNoAxeViolations, expectNoSidewaysScroll } from './support/accessibility.mjs';
import { DESKTOP, PHONE, launchBrowser, newVisitor } from './support/browser.mjs';
import { makeIdCard } from './support/id-card.mjs';
import { startService } from './support/service.mjs';
import { PARTY, startSmartId } from './support/smart-id.mjs';
import { screenshot } from './support/story.mjs';

const PERSON = { email: 'maija@smart.example', password: 'the ferry leaves at seven sharp' };
const CODE = '60001019906';
const IPHONE = 'Mozilla/5.0 (iPhone; CPU iPhone OS 18_3 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.3 Mobile/15E148 Safari/604.1';

const heading = (page, name) => page.getByRole('heading', { level: 1, name }).waitFor();
const button = (page, name) => page.getByRole('button', { name, exact: true });

let browser;
before(async () => { browser = await launchBrowser(); });
after(() => browser?.close());

// A story with a service of its own that offers Smart-ID. `visit(options)` opens the choice of a bank or eID.
function smartIdStory(name, tell) {
  test(name, { timeout: 300_000 }, async () => {
    const service = await startService({ SALPA_EGRESS_NETWORKS: '127.0.0.0/8' });
    const card = await makeIdCard(service.folder, CODE);
    const smartId = await startSmartId(service.folder);
    const application = await startApplication();
    const visitors = [];
    const visit = async (options) => {
      const visitor = await newVisitor(browser, options);
      visitors.push(visitor);
      await visitor.page.goto(`${service.url}/oauth/authorize?${new URLSearchParams({
        client_id: 'smart', redirect_uri: application.callback, response_type: 'code', scope: 'openid', state: 'a', nonce: 'b',
        code_challenge: 'E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM', code_challenge_method: 'S256',
      })}`);
      await visitor.page.getByRole('link', { name: /^Bank or national eID/ }).click();
      await heading(visitor.page, 'Choose your bank or eID');
      return visitor;
    };
    try {
      await setUp(service, smartId, card, application);
      await tell({ service, smartId, account: card.account, visit });
      assert.deepEqual(visitors.flatMap((one) => one.faults), [], 'the pages complained');
    } catch (error) {
      for (const [number, { page }] of visitors.entries()) await screenshot(page, `failed ${name} ${number + 1}`);
      console.error(service.said());
      throw error;
    } finally {
      for (const { context } of visitors) await context.close();
      await smartId.stop();
      card.stop();
      application.stop();
      await service.stop();
    }
  });
}

// The application, which only has to be there.
async function startApplication() {
  const server = createServer((_, response) => response.setHeader('content-type', 'text/html').end('<title>Smart</title>'));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const stop = () => { server.close(); server.closeAllConnections(); };
  return { callback: `http://127.0.0.1:${server.address().port}/callback`, stop };
}

async function setUp(service, smartId, card, application) {
  await service.command([
    'applications', 'create', '--open-to', 'everybody', '--name', 'Smart', '--client-id', 'smart',
    '--redirect-uri', application.callback, '--policy', 'optional',
  ]);
  // Nobody here has a contact that a code could go to.
  await service.command(['applications', 'policy', 'smart', '--new-network-code', 'nobody']);
  const names = ['--given-name', 'Maija', '--family-name', 'Meri'];
  await service.command(['people', 'create', '--email', PERSON.email, ...names, '--password-stdin'], PERSON.password);
  const settings = join(service.folder, 'smart-id.json');
  await writeFile(settings, JSON.stringify({
    kind: 'estonia_smart_id', name: 'Smart-ID', issuer: smartId.address, client_id: PARTY, service_name: 'DEMO',
    status: { hosts: [card.host] },
  }));
  const noun = 'identity-providers';
  const files = ['--issuers-file', card.issuers, '--authorities-file', smartId.authorities];
  await service.command([noun, 'create', settings, ...files]);
  await service.command([noun, 'check', 'Smart-ID']);
  await service.command([noun, 'turn-on', 'Smart-ID']);
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

smartIdStory('a code is scanned, and the next time Smart-ID is enough', async ({ smartId, account, visit }) => {
  const { page } = await visit(DESKTOP);
  await button(page, 'Smart-ID').click();
  await heading(page, 'Sign in with Smart-ID');
  await expectNoAxeViolations(page);
  await expectNoSidewaysScroll(page);
  await screenshot(page, 'smart id code');
  const before = await page.locator('[data-code]').innerHTML();
  await page.waitForFunction((old) => document.querySelector('[data-code]').innerHTML !== old, before);
  smartId.confirms(account, 'QR');
  await linkProfile(page);
  await page.waitForURL('**/callback?**');

  const again = await visit({ ...DESKTOP, colorScheme: 'dark' });
  await button(again.page, 'Smart-ID').click();
  await heading(again.page, 'Sign in with Smart-ID');
  await screenshot(again.page, 'smart id code dark');
  smartId.confirms(account, 'QR');
  await again.page.waitForURL('**/callback?**');
});

smartIdStory('on a phone the app is opened by a link and brings the browser back', async ({ smartId, account, visit }) => {
  const { page, context } = await visit({ ...PHONE, userAgent: IPHONE });
  await button(page, 'Smart-ID').click();
  await heading(page, 'Sign in with Smart-ID');
  await expectNoAxeViolations(page);
  await expectNoSidewaysScroll(page);
  await screenshot(page, 'smart id link');
  const link = await page.getByRole('link', { name: 'Open Smart-ID' }).getAttribute('href');
  assert.match(link, /^https:\/\/smart-id\.com\/device-link\/\?deviceLinkType=Web2App&sessionToken=.*&authCode=[\w-]{43}$/);
  const back = smartId.confirms(account, 'Web2App');
  await heading(page, 'You have confirmed');
  await screenshot(page, 'smart id elsewhere');
  const opened = await context.newPage();
  await opened.goto(back);
  await linkProfile(opened);
  await opened.waitForURL('**/callback?**');
});

smartIdStory('a person who refuses in the app may try again, also without scripts', async ({ smartId, visit }) => {
  const { page } = await visit({ ...DESKTOP, javaScriptEnabled: false });
  await button(page, 'Smart-ID').click();
  await heading(page, 'Sign in with Smart-ID');
  smartId.ends('USER_REFUSED');
  // Smart-ID is asked every two seconds at most, however often one looks.
  while (!(await page.getByRole('heading', { level: 1, name: 'Smart-ID did not sign you in' }).isVisible())) {
    await button(page, 'Look again').click();
  }
  await page.getByText('You refused in the Smart-ID app.').waitFor();
  await screenshot(page, 'smart id ended');
  await button(page, 'Try again').click();
  await heading(page, 'Sign in with Smart-ID');
  await button(page, 'Cancel').click();
  await page.getByText('You came back without signing in there.').waitFor();
});
