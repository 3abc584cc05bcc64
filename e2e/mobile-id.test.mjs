// Signing in by Mobile-ID: the numbers are typed, and page and phone show the same digits.
import { expectNoAxeViolations, expectNoSidewaysScroll } from './support/accessibility.mjs';
import { DESKTOP, PHONE } from './support/browser.mjs';
import { makeIdCard } from './support/id-card.mjs';
import { button, heading, identityStories, linkProfile } from './support/identity.mjs';
import { startMobileId } from './support/mobile-id.mjs';
import { PARTY } from './support/smart-id.mjs';
import { screenshot } from './support/story.mjs';

const CODE = '60001019906';

const mobileIdStory = identityStories(async (folder) => {
  const card = await makeIdCard(folder, CODE);
  const mobileId = await startMobileId(folder);
  return {
    settings: {
      kind: 'estonia_mobile_id', name: 'Mobile-ID', issuer: mobileId.address, client_id: PARTY, service_name: 'DEMO',
      status: { hosts: [card.host] },
    },
    files: ['--issuers-file', card.issuers, '--authorities-file', mobileId.authorities],
    cast: { mobileId, sim: card.sim },
    stop: async () => { await mobileId.stop(); card.stop(); },
  };
});

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
