// Stories of signing in by a bank or an eID, each with a service of its own that offers one provider, an application and a
// person.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { expectNoAxeViolations } from './accessibility.mjs';
import { launchBrowser, newVisitor } from './browser.mjs';
import { startService } from './service.mjs';
import { screenshot } from './story.mjs';

const PERSON = { email: 'maija@meri.example', password: 'the ferry leaves at seven sharp' };
const CLIENT = 'harbour';
export const IPHONE = 'Mozilla/5.0 (iPhone; CPU iPhone OS 18_3 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.3 Mobile/15E148 Safari/604.1';

export const heading = (page, name) => page.getByRole('heading', { level: 1, name }).waitFor();
export const button = (page, name) => page.getByRole('button', { name, exact: true });

// The stories of one provider. `start(folder)` starts the other side: it gives the `settings` of the provider with the
// `files` of its command, the `cast` that a story is told with, and `stop()`. The cast of every story has `visit(options,
// prepare)`, which opens the choice of a bank or eID in a browser of its own.
export function identityStories(start) {
  let browser;
  before(async () => { browser = await launchBrowser(); });
  after(() => browser?.close());
  return (name, tell) => test(name, { timeout: 300_000 }, async () => {
    const service = await startService({ SALPA_EGRESS_NETWORKS: '127.0.0.0/8' });
    const other = await start(service.folder);
    const application = await startApplication();
    const visitors = [];
    const visit = async (options, prepare = () => {}) => {
      const visitor = await newVisitor(browser, options);
      visitors.push(visitor);
      await prepare(visitor.context);
      await visitor.page.goto(`${service.url}/oauth/authorize?${new URLSearchParams({
        client_id: CLIENT, redirect_uri: application.callback, response_type: 'code', scope: 'openid', state: 'a', nonce: 'b',
        code_challenge: 'E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM', code_challenge_method: 'S256',
      })}`);
      await visitor.page.getByRole('link', { name: /^Bank or national eID/ }).click();
      await heading(visitor.page, 'Choose your bank or eID');
      return visitor;
    };
    try {
      await setUp(service, other, application);
      await tell({ ...other.cast, visit });
      assert.deepEqual(visitors.flatMap((one) => one.faults), [], 'the pages complained');
    } catch (error) {
      for (const [number, { page }] of visitors.entries()) await screenshot(page, `failed ${name} ${number + 1}`);
      console.error(service.said());
      throw error;
    } finally {
      for (const { context } of visitors) await context.close();
      await other.stop();
      application.stop();
      await service.stop();
    }
  });
}

// The application, which only has to be there.
async function startApplication() {
  const server = createServer((_, response) => response.setHeader('content-type', 'text/html').end('<title>Harbour</title>'));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const stop = () => { server.close(); server.closeAllConnections(); };
  return { callback: `http://127.0.0.1:${server.address().port}/callback`, stop };
}

async function setUp(service, { settings, files }, application) {
  await service.command([
    'applications', 'create', '--open-to', 'everybody', '--name', 'Harbour', '--client-id', CLIENT,
    '--redirect-uri', application.callback, '--policy', 'optional',
  ]);
  // Nobody here has a contact that a code could go to.
  await service.command(['applications', 'policy', CLIENT, '--new-network-code', 'nobody']);
  const names = ['--given-name', 'Maija', '--family-name', 'Meri'];
  await service.command(['people', 'create', '--email', PERSON.email, ...names, '--password-stdin'], PERSON.password);
  const file = join(service.folder, 'provider.json');
  await writeFile(file, JSON.stringify(settings));
  const noun = 'identity-providers';
  await service.command([noun, 'create', file, ...files]);
  await service.command([noun, 'check', settings.name]);
  await service.command([noun, 'turn-on', settings.name]);
}

// The first time the profile is proven once.
export async function linkProfile(page) {
  await heading(page, 'Link this to your profile');
  await expectNoAxeViolations(page);
  await button(page, 'Sign in and link').click();
  await page.getByLabel('Email').fill(PERSON.email);
  await button(page, 'Continue').click();
  await page.getByLabel('Password', { exact: true }).fill(PERSON.password);
  await button(page, 'Sign in').click();
}
