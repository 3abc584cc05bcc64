// Signing in by Smart-ID: a desktop that shows a code to scan, and a phone whose browser opens the app.
import assert from 'node:assert/strict';
import { expectNoAxeViolations, expectNoSidewaysScroll } from './support/accessibility.mjs';
import { DESKTOP, PHONE } from './support/browser.mjs';
import { makeIdCard } from './support/id-card.mjs';
import { IPHONE, button, heading, identityStories, linkProfile } from './support/identity.mjs';
import { PARTY, startSmartId } from './support/smart-id.mjs';
import { screenshot } from './support/story.mjs';

const CODE = '60001019906';

const smartIdStory = identityStories(async (folder) => {
  const card = await makeIdCard(folder, CODE);
  const smartId = await startSmartId(folder);
  return {
    settings: {
      kind: 'estonia_smart_id', name: 'Smart-ID', issuer: smartId.address, client_id: PARTY, service_name: 'DEMO',
      status: { hosts: [card.host] },
    },
    files: ['--issuers-file', card.issuers, '--authorities-file', smartId.authorities],
    cast: { smartId, account: card.account },
    stop: async () => { await smartId.stop(); card.stop(); },
  };
});

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
