// Signing in by an Estonian ID card in a reader: the page speaks to the Web eID extension, which a script plays.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { expectNoAxeViolations, expectNoSidewaysScroll } from './support/accessibility.mjs';
import { DESKTOP, PHONE, launchBrowser, newVisitor } from './support/browser.mjs';
import { addExtension, makeIdCard } from './support/id-card.mjs';
import { startService } from './support/service.mjs';
import { screenshot } from './support/story.mjs';

const PERSON = { email: 'maija@card.example', password: 'the ferry leaves at seven sharp' };
const CODE = '60001019906';
const CARD = 'ID-kaart (Eesti)';

const heading = (page, name) => page.getByRole('heading', { level: 1, name }).waitFor();
const button = (page, name) => page.getByRole('button', { name, exact: true });

let browser;
before(async () => { browser = await launchBrowser(); });
after(() => browser?.close());

// A story with a service of its own that takes cards. `visit(options, plays)` opens the choice of a bank or eID, in a
// browser with an extension if it is told how the card answers.
function cardStory(name, tell) {
  test(name, { timeout: 300_000 }, async () => {
    const service = await startService({ SALPA_EGRESS_NETWORKS: '127.0.0.0/8' });
    const card = await makeIdCard(service.folder, CODE);
    const application = await startApplication();
    const visitors = [];
    const visit = async (options, plays) => {
      const visitor = await newVisitor(browser, options);
      visitors.push(visitor);
      if (plays) await addExtension(visitor.context, plays);
      await visitor.page.goto(`${service.url}/oauth/authorize?${new URLSearchParams({
        client_id: 'card', redirect_uri: application.callback, response_type: 'code', scope: 'openid', state: 'a', nonce: 'b',
        code_challenge: 'E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM', code_challenge_method: 'S256',
      })}`);
      await visitor.page.getByRole('link', { name: /^Bank or national eID/ }).click();
      await heading(visitor.page, 'Choose your bank or eID');
      await button(visitor.page, CARD).click();
      await heading(visitor.page, 'Sign in with your ID card');
      return visitor;
    };
    try {
      await setUp(service, card, application);
      await tell({ service, card, visit });
      assert.deepEqual(visitors.flatMap((one) => one.faults), [], 'the pages complained');
    } catch (error) {
      for (const [number, { page }] of visitors.entries()) await screenshot(page, `failed ${name} ${number + 1}`);
      console.error(service.said());
      throw error;
    } finally {
      for (const { context } of visitors) await context.close();
      card.stop();
      application.stop();
      await service.stop();
    }
  });
}

// The application, which only has to be there.
async function startApplication() {
  const server = createServer((_, response) => response.setHeader('content-type', 'text/html').end('<title>Card</title>'));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const stop = () => { server.close(); server.closeAllConnections(); };
  return { callback: `http://127.0.0.1:${server.address().port}/callback`, stop };
}

async function setUp(service, card, application) {
  await service.command([
    'applications', 'create', '--open-to', 'everybody', '--name', 'Card', '--client-id', 'card',
    '--redirect-uri', application.callback, '--policy', 'optional',
  ]);
  // Nobody here has a contact that a code could go to.
  await service.command(['applications', 'policy', 'card', '--new-network-code', 'nobody']);
  const names = ['--given-name', 'Maija', '--family-name', 'Meri'];
  await service.command(['people', 'create', '--email', PERSON.email, ...names, '--password-stdin'], PERSON.password);
  const settings = join(service.folder, 'card.json');
  await writeFile(settings, JSON.stringify({ kind: 'estonia_web_eid', name: 'ID card', status: { hosts: [card.host] } }));
  const noun = 'identity-providers';
  await service.command([noun, 'create', settings, '--issuers-file', card.issuers]);
  await service.command([noun, 'check', 'ID card']);
  await service.command([noun, 'turn-on', 'ID card']);
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

cardStory('a card is shown, and the next time it is enough, until it is revoked', async ({ card, visit }) => {
  const asked = [];
  const plays = ({ origin, challenge, lang }) => {
    asked.push({ challenge, lang });
    return card.answers(origin, challenge);
  };
  const { page } = await visit(DESKTOP, plays);
  await expectNoAxeViolations(page);
  await expectNoSidewaysScroll(page);
  await screenshot(page, 'id card');
  await button(page, 'Use my ID card').click();
  await linkProfile(page);
  await page.waitForURL('**/callback?**');

  const again = await visit(DESKTOP, plays);
  await button(again.page, 'Use my ID card').click();
  await again.page.waitForURL('**/callback?**');
  assert.equal(new Set(asked.map(({ challenge }) => challenge)).size, 2, 'each sign-in has a challenge of its own');
  assert.ok(asked.every(({ challenge, lang }) => challenge.length === 44 && lang === 'en'));

  card.revoke();
  const late = await visit(DESKTOP, plays);
  await button(late.page, 'Use my ID card').click();
  await heading(late.page, 'Your ID certificate is no longer valid');
  await expectNoAxeViolations(late.page);
  await screenshot(late.page, 'id card revoked');
});

cardStory('a failure of the extension is told in words, and the card may be tried again', async ({ card, visit }) => {
  const codes = ['ERR_WEBEID_USER_CANCELLED', 'ERR_WEBEID_NATIVE_UNAVAILABLE', 'ERR_WEBEID_SOMETHING_NEW'];
  const { page } = await visit({ ...DESKTOP, colorScheme: 'dark' }, ({ origin, challenge }) => {
    const code = codes.shift();
    if (code) throw code;
    return card.answers(origin, challenge);
  });
  for (const words of ['You cancelled in the Web eID window.', 'the Web eID program is not', 'The card could not be used.']) {
    await button(page, 'Use my ID card').click();
    await page.getByRole('alert').getByText(words).waitFor();
  }
  await expectNoAxeViolations(page);
  await screenshot(page, 'id card failed');
  await button(page, 'Use my ID card').click();
  await heading(page, 'Link this to your profile');
});

cardStory('without the extension the page says what is missing', async ({ visit }) => {
  const { page } = await visit(PHONE);
  await button(page, 'Use my ID card').click();
  await page.getByRole('alert').getByText('The Web eID extension does not answer.').waitFor();
  await expectNoAxeViolations(page);
  await expectNoSidewaysScroll(page);
  await screenshot(page, 'id card extension missing');
  await button(page, 'Start again').click();
  await heading(page, 'Sign in with your ID card');
});

cardStory('without scripts the page says that it needs them', async ({ visit }) => {
  const { page } = await visit({ ...DESKTOP, javaScriptEnabled: false });
  await page.getByText('This way needs JavaScript').waitFor();
  assert.equal(await button(page, 'Use my ID card').isVisible(), false);
  await screenshot(page, 'id card without scripts');
  await page.getByRole('link', { name: 'Other electronic identity' }).click();
  await heading(page, 'Choose your bank or eID');
});
