// A company's settings, in the console: by keyboard and pointer, at two widths, in light and dark.
import assert from 'node:assert/strict';
import { DESKTOP, PHONE } from './support/browser.mjs';
import { expectNoAxeViolations, expectNoSidewaysScroll } from './support/accessibility.mjs';
import { giveCode, giveEmail, givePassword } from './support/steps.mjs';
import { screenshot, story } from './support/story.mjs';
import { unusedCode } from './support/totp.mjs';

const administrator = (demo) => demo.people.find((person) => person.roles.includes('user administrator'));

// Opens a section of the console, signed in as the administrator.
async function openConsole(page, demo, section) {
  const person = administrator(demo);
  await page.goto(`${demo.url}/admin?section=${section}`);
  await giveEmail(page, person.email);
  await givePassword(page, person.password);
  await giveCode(page, await unusedCode(person.totp_secret));
  await page.waitForURL(/\/admin\/[0-9a-f-]+\/users|\/admin\/[0-9a-f-]+\/[a-z]+/);
  const company = new URL(page.url()).pathname.split('/')[2];
  return (path) => `${demo.url}/admin/${company}/${path}`;
}

const SECTIONS = [
  ['applications', 'Applications'],
  ['policies', 'Sign-in policy'],
  ['policies/details', 'Methods and lifetimes'],
  ['policies/ask-before', 'Always ask before'],
  ['history', 'Audit history'],
  ['look', 'Company look'],
  ['status', 'Service status'],
  ['status/new', 'Announce a disruption'],
  ['applications/profiles/new', 'Make a profile'],
];

story('every page of the settings can be read and reached, wide and narrow, light and dark', async ({ page, demo }) => {
  const at = await openConsole(page, demo, 'policies');
  for (const size of [DESKTOP.viewport, PHONE.viewport]) {
    await page.setViewportSize(size);
    for (const colorScheme of ['light', 'dark']) {
      await page.emulateMedia({ colorScheme });
      for (const [path, title] of SECTIONS) {
        await page.goto(at(path));
        await page.getByRole('heading', { level: 1, name: title }).waitFor();
        await expectNoAxeViolations(page);
        await expectNoSidewaysScroll(page);
        await screenshot(page, `settings ${path} ${size.width} ${colorScheme}`);
      }
    }
  }
});

story('a look is published by keyboard and worn by the console', async ({ page, demo }) => {
  const at = await openConsole(page, demo, 'look');
  await page.goto(at('look'));
  await page.getByLabel('Accent colour').fill('#FFD400');
  await page.keyboard.press('Enter');
  await page.getByRole('alert').getByText('hard to read').waitFor();
  await page.getByLabel('Accent colour').fill('#23408E');
  await page.getByRole('button', { name: 'Publish' }).focus();
  await page.keyboard.press('Enter');
  await page.getByText('The look is published.').waitFor();
  const colour = await page.getByRole('button', { name: 'Publish' }).evaluate((button) => getComputedStyle(button).backgroundColor);
  assert.equal(colour, 'rgb(35, 64, 142)');
  await screenshot(page, 'settings look published');
  await page.getByRole('button', { name: 'Back to the usual green' }).click();
  await page.getByText('The company has the usual look again.').waitFor();
});

story('an announcement is made without scripts and stands on top of every page', async ({ page, demo, visitor }) => {
  const at = await openConsole(page, demo, 'status');
  await page.goto(at('status/new'));
  await page.getByLabel('In English').fill('Payroll is slow right now. Everything else works.');
  await page.getByLabel('In Finnish').fill('Palkanlaskenta on hidas. Muu toimii.');
  await page.getByRole('button', { name: 'Announce', exact: true }).click();
  await page.getByText('The disruption is announced.').waitFor();
  await page.getByRole('region', { name: 'Disruptions' }).getByText('Payroll is slow right now.').waitFor();
  await screenshot(page, 'settings status announced');
  const { page: narrow } = await visitor({ ...PHONE, colorScheme: 'dark' });
  await narrow.goto(`${demo.url}/account`);
  assert.equal(await narrow.getByText('Payroll is slow').count(), 0, 'whoever comes is not known yet');
}, { javaScriptEnabled: false });

story('whom a policy touches is seen before it is saved', async ({ page, demo }) => {
  const at = await openConsole(page, demo, 'policies');
  await page.goto(at('policies'));
  const everywhere = page.getByRole('group', { name: 'All applications' });
  await everywhere.getByRole('button', { name: 'Required' }).click();
  await page.getByRole('heading', { level: 1, name: 'Change the policy' }).waitFor();
  await screenshot(page, 'settings policy change');
  await expectNoAxeViolations(page);
  await page.getByRole('button', { name: 'Save' }).click();
  await page.getByText('The policy is saved.').waitFor();
  await page.getByRole('group', { name: 'All applications' }).getByRole('button', { name: 'Required', pressed: true }).waitFor();
});

story('before what is always asked is chosen by keyboard, and stands on the page', async ({ page, demo }) => {
  const at = await openConsole(page, demo, 'policies');
  await page.goto(at('policies'));
  await page.getByRole('link', { name: 'Add' }).press('Enter');
  await page.getByRole('heading', { level: 1, name: 'Always ask before' }).waitFor();
  for (const right of ['Approve invoices', 'Approve travel']) await page.getByRole('checkbox', { name: right }).press('Space');
  await page.getByRole('button', { name: 'Save' }).press('Enter');
  await page.getByRole('status').filter({ hasText: 'Saved.' }).waitFor();
  for (const size of [DESKTOP.viewport, PHONE.viewport]) {
    await page.setViewportSize(size);
    await page.getByRole('link', { name: 'Approve invoices' }).waitFor();
    await screenshot(page, `settings policies asked ${size.width}`);
    await expectNoAxeViolations(page);
    await expectNoSidewaysScroll(page);
  }
  await page.getByRole('link', { name: 'Approve travel' }).press('Enter');
  await page.getByRole('checkbox', { name: 'Approve travel', checked: true }).press('Space');
  await page.getByRole('button', { name: 'Save' }).press('Enter');
  await page.getByRole('status').filter({ hasText: 'Saved.' }).waitFor();
  assert.equal(await page.getByRole('link', { name: 'Approve travel' }).count(), 0);
});

story('the history opens a row and is downloaded', async ({ page, demo }) => {
  const at = await openConsole(page, demo, 'history');
  await page.goto(at('history'));
  await page.getByRole('group').first().locator('summary').click();
  await screenshot(page, 'settings history open');
  await expectNoAxeViolations(page);
  const download = page.waitForEvent('download');
  await page.getByRole('button', { name: 'Download as CSV' }).click();
  assert.equal((await download).suggestedFilename(), 'history.csv');
  await page.goto(at('history?group=administration'));
  await page.getByText('Audit history downloaded').first().waitFor();
});
