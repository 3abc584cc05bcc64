// Flow 8, number 6: data that changed since the first invitation wait for the operator, of whose people two consent.
import { expectNoAxeViolations, expectNoSidewaysScroll } from './support/accessibility.mjs';
import { signIn } from './support/steps.mjs';
import { screenshot, story } from './support/story.mjs';
import { unusedCode } from './support/totp.mjs';
import { wordsOf } from './support/words.mjs';

const heading = (page, name) => page.getByRole('heading', { level: 1, name, exact: true });
const button = (page, name) => page.getByRole('button', { name, exact: true });
const link = (page, name) => page.getByRole('link', { name, exact: true });
const personOf = (demo, name) => demo.people.find((one) => one.email.startsWith(`${name}@`));

// The page as it stands, at the desk and as wide as a phone, in the light and in the dark.
async function look(page, name) {
  for (const width of [1280, 390]) {
    await page.setViewportSize({ width, height: 800 });
    for (const colorScheme of ['light', 'dark']) {
      await page.emulateMedia({ colorScheme });
      await expectNoSidewaysScroll(page);
      await expectNoAxeViolations(page);
      await screenshot(page, `release ${name} ${width} ${colorScheme}`);
    }
  }
  await page.setViewportSize({ width: 1280, height: 800 });
  await page.emulateMedia({ colorScheme: 'light' });
}

async function inviteAndChangeThePhone(page) {
  await link(page, 'Add user').first().click();
  await page.locator('#email').fill('priya.raman@raman.example');
  await page.locator('#given_name').fill('Priya');
  await page.locator('#family_name').fill('Raman');
  await page.locator('#phone').fill('+358 40 1234567');
  await button(page, 'Add user').click();
  await link(page, 'Communication').click();
  await link(page, 'Invite user to sign in with the phone app').click();
  await page.getByLabel("I have verified Priya's identity").check();
  await page.getByLabel('known personally').check();
  await button(page, 'Send invitation').click();
  await page.getByText('The invitation has been sent.').waitFor();
  await page.getByRole('link', { name: 'Close' }).click();
  await page.locator('#phone').fill('+358 50 1234567');
  await button(page, 'Save').click();
  await link(page, 'See the invitation').click();
  await link(page, 'Send a new invitation').click();
}

story('two people of the operator release what changed since the first invitation', async ({ page, demo, visitor }) => {
  const kallio = demo.clients.find((client) => client.company).company;
  await demo.command('companies', 'operator', kallio, '--two-people');
  const [aino, pekka] = [personOf(demo, 'aino.virtanen'), personOf(demo, 'pekka.salo')];
  await demo.command('users', 'set-roles', '--company', kallio, '--email', pekka.email, '--role', 'user administrator');

  await page.goto(`${demo.url}/admin?section=users`);
  await signIn(page, personOf(demo, 'eeva.saari'));
  await inviteAndChangeThePhone(page);
  await page.getByText('must be released first').waitFor();
  await look(page, 'blocked');
  await button(page, 'Ask for the release').click();
  await page.getByText('Eeva Saari asked for the release today').waitFor();
  await look(page, 'asked');

  const { page: first } = await visitor();
  await first.goto(`${demo.url}/admin/${kallio}/releases`);
  await signIn(first, aino);
  await heading(first, 'Releases').waitFor();
  await look(first, 'list en');
  await link(first, 'Priya Raman').click();
  await heading(first, "Release Priya Raman's invitation").waitFor();
  await first.getByRole('row', { name: /Phone/ }).getByText('Changed').waitFor();
  await look(first, 'one en');
  await button(first, 'Propose the release').click();
  await first.getByText('The release is proposed.').waitFor();
  await look(first, 'proposed en');

  const t = wordsOf('fi');
  const { page: second } = await visitor({ locale: 'fi-FI' });
  await second.goto(`${demo.url}/admin/${kallio}/releases`);
  await second.locator('#email').fill(pekka.email);
  await button(second, t('continue')).click();
  await second.locator('#password').fill(pekka.password);
  await button(second, t('sign-in')).click();
  await second.locator('#code').fill(await unusedCode(pekka.totp_secret));
  await button(second, t('confirm')).click();
  await heading(second, t('admin-releases')).waitFor();
  await look(second, 'list fi');
  await link(second, 'Priya Raman').click();
  await look(second, 'one fi');
  await button(second, t('release-confirm')).click();
  await second.getByText(t('release-done-released')).waitFor();
  await second.getByRole('heading', { name: t('releases-none') }).waitFor();
  await look(second, 'none fi');

  await page.reload();
  await page.getByText('Check these first.').waitFor();
});
