// Signing in by Mobile-ID: the numbers are typed, and page and phone show the same digits.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { expectNoAxeViolations, expectNoSidewaysScroll } from './support/accessibility.mjs';
import { DESKTOP, PHONE, launchBrowser, newVisitor } from './support/browser.mjs';
import { makeIdCard } from './support/id-card.mjs';
import { startMobileId } from './support/mobile-id.mjs';
import { startService } from './support/service.mjs';
import { PARTY } from './support/smart-id.mjs';
import { screenshot } from './support/story.mjs';

const PERSON = { email: 'maija@mobile.example', password: 'the ferry leaves at seven sharp' };
const CODE = '60001019906';

const heading = (page, name) => page.getByRole('heading', { level: 1, name }).waitFor();
const button = (page, name) => page.getByRole('button', { name, exact: true });

let browser;
before(async () => { browser = await launchBrowser(); });
after(() => browser?.close());

// A story with a service of its own that offers Mobile-ID. `visit(options)` opens the choice of a bank or eID.
function mobileIdStory(name, tell) {
  test(name, { timeout: 300_000 }, async () => {
    const service = await startService({ SALPA_EGRESS_NETWORKS: '127.0.0.0/8' });
    const card = await makeIdCard(service.folder, CODE);
    const mobileId = await startMobileId(service.folder);
    const application = await startApplication();
    const visitors = [];
    const visit = async (options) => {
      const visitor = await newVisitor(browser, options);
      visitors.push(visitor);
      await visitor.page.goto(`${service.url}/oauth/authorize?${new URLSearchParams({
        client_id: 'mobile', redirect_uri: application.callback, response_type: 'code', scope: 'openid', state: 'a', nonce: 'b',
        code_challenge: 'E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM', code_challenge_method: 'S256',
      })}`);
      await visitor.page.getByRole('link', { name: /^Bank or national eID/ }).click();
      await heading(visitor.page, 'Choose your bank or eID');
      return visitor;
    };
    try {
      await setUp(service, mobileId, card, application);
      await tell({ service, mobileId, sim: card.sim, visit });
      assert.deepEqual(visitors.flatMap((one) => one.faults), [], 'the pages complained');
    } catch (error) {
      for (const [number, { page }] of visitors.entries()) await screenshot(page, `failed ${name} ${number + 1}`);
      console.error(service.said());
      throw error;
    } finally {
      for (const { context } of visitors) await context.close();
      await mobileId.stop();
      card.stop();
      application.stop();
      await service.stop();
    }
  });
}

// The application, which only has to be there.
async function startApplication() {
  const server = createServer((_, response) => response.setHeader('content-type', 'text/html').end('<title>Mobile</title>'));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const stop = () => { server.close(); server.closeAllConnections(); };
  return { callback: `http://127.0.0.1:${server.address().port}/callback`, stop };
}

async function setUp(service, mobileId, card, application) {
  await service.command([
    'applications', 'create', '--open-to', 'everybody', '--name', 'Mobile', '--client-id', 'mobile',
    '--redirect-uri', application.callback, '--policy', 'optional',
  ]);
  // Nobody here has a contact that a code could go to.
  await service.command(['applications', 'policy', 'mobile', '--new-network-code', 'nobody']);
  const names = ['--given-name', 'Maija', '--family-name', 'Meri'];
  await service.command(['people', 'create', '--email', PERSON.email, ...names, '--password-stdin'], PERSON.password);
  const settings = join(service.folder, 'mobile-id.json');
  await writeFile(settings, JSON.stringify({
    kind: 'estonia_mobile_id', name: 'Mobile-ID', issuer: mobileId.address, client_id: PARTY, service_name: 'DEMO',
    status: { hosts: [card.host] },
  }));
  const noun = 'identity-providers';
  const files = ['--issuers-file', card.issuers, '--authorities-file', mobileId.authorities];
  await service.command([noun, 'create', settings, ...files]);
  await service.command([noun, 'check', 'Mobile-ID']);
  await service.command([noun, 'turn-on', 'Mobile-ID']);
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

// From the choice to the page that waits for the phone.
async function ask(page, phone = '+372 0000 0766') {
  await button(page, 'Mobiil-ID').click();
  await heading(page, 'Sign in with Mobile-ID');
  await page.getByLabel('Phone number').fill(phone);
  await page.getByLabel('Personal code').fill(CODE);
  await button(page, 'Continue').click();
}

mobileIdStory('page and phone show the same digits, and the next time Mobile-ID is enough', async ({ mobileId, sim, visit }) => {
  const { page } = await visit(DESKTOP);
  await ask(page, '+358 40 123 4567');
  await page.getByRole('alert').getByText('Enter the Estonian phone number').waitFor();
  await expectNoAxeViolations(page);
  await screenshot(page, 'mobile id form');
  await page.getByLabel('Phone number').fill('0000 0766');
  await page.getByLabel('Personal code').fill(CODE);
  await button(page, 'Continue').click();
  await heading(page, 'Confirm on your phone');
  await page.getByText(mobileId.shown(), { exact: true }).waitFor();
  await expectNoAxeViolations(page);
  await screenshot(page, 'mobile id digits');
  mobileId.confirms(sim);
  await linkProfile(page);
  await page.waitForURL('**/callback?**');

  const again = await visit({ ...PHONE, colorScheme: 'dark' });
  await ask(again.page);
  await heading(again.page, 'Confirm on your phone');
  await expectNoSidewaysScroll(again.page);
  await screenshot(again.page, 'mobile id digits dark');
  mobileId.confirms(sim);
  await again.page.waitForURL('**/callback?**');
});

mobileIdStory('a person who cancels on the phone may try again, also without scripts', async ({ mobileId, visit }) => {
  const { page } = await visit({ ...DESKTOP, javaScriptEnabled: false });
  await ask(page);
  await heading(page, 'Confirm on your phone');
  mobileId.ends('USER_CANCELLED');
  // Mobile-ID is asked every two seconds at most, however often one looks.
  while (!(await page.getByRole('heading', { level: 1, name: 'Mobile-ID did not sign you in' }).isVisible())) {
    await button(page, 'Look again').click();
  }
  await page.getByText('You cancelled on your phone.').waitFor();
  await screenshot(page, 'mobile id ended');
  await page.getByRole('link', { name: 'Try again' }).click();
  await heading(page, 'Sign in with Mobile-ID');
});
