// Signing in by BankID of Sweden: a desktop that shows a code to scan, and a phone whose browser opens the app.
import assert from 'node:assert/strict';
import { expectNoAxeViolations, expectNoSidewaysScroll } from './support/accessibility.mjs';
import { startBankId } from './support/bank-id.mjs';
import { DESKTOP, PHONE } from './support/browser.mjs';
import { IPHONE, button, heading, identityStories, linkProfile } from './support/identity.mjs';
import { screenshot } from './support/story.mjs';

const NUMBER = '199908072391';

const bankIdStory = identityStories(async (folder) => {
  const bank = await startBankId(folder);
  return {
    settings: { kind: 'sweden_bank_id', name: 'BankID', issuer: bank.address },
    files: ['--secret-file', bank.identity, '--authorities-file', bank.authorities],
    cast: { bank },
    stop: bank.stop,
  };
});

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
