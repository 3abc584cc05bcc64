// Faults that people met on their way through every page: things that lay over others, or were hidden, narrow or
// clumsy.
import assert from 'node:assert/strict';
import { expectNoAxeViolations, expectNoSidewaysScroll } from './support/accessibility.mjs';
import { DESKTOP, PHONE } from './support/browser.mjs';
import { signIn, withAuthenticator, withoutSecondFactor } from './support/steps.mjs';
import { screenshot, story } from './support/story.mjs';
import { unusedCode } from './support/totp.mjs';

const heading = (page, name) => page.getByRole('heading', { level: 1, name });
const withRole = (demo, role) => demo.people.find((one) => one.totp_secret && one.roles.includes(role));

async function openConsole(page, demo, role) {
  await page.goto(`${demo.url}/admin`);
  await signIn(page, withRole(demo, role));
  await page.waitForURL(/\/admin/);
}

const section = (page, path) => page.url().replace(/(\/admin\/[^/]+)\/.*$/, `$1/${path}`);

story('every filter of the audit history is there at every width', async ({ page, demo }) => {
  await openConsole(page, demo, 'user administrator');
  for (const width of [390, 719, 721, 960, 1280]) {
    await page.setViewportSize({ width, height: 800 });
    await page.goto(section(page, 'history'));
    await page.getByRole('searchbox', { name: 'Person or error identifier' }).waitFor();
    for (const label of ['From', 'To', 'Event', 'Application']) {
      assert.ok(await page.getByLabel(label, { exact: true }).isVisible(), `${label} at ${width}`);
    }
    await screenshot(page, `walks history ${width}`);
    await expectNoSidewaysScroll(page);
  }
  await page.getByRole('searchbox', { name: 'Person or error identifier' }).fill('zzzz');
  await page.keyboard.press('Enter');
  await page.getByRole('heading', { name: 'Nothing was found' }).waitFor();
  const filtered = new URL(page.url()).search;
  await page.locator('.tools summary').click();
  await page.getByRole('button', { name: 'Suomi' }).click();
  await page.getByRole('heading', { name: 'Mitään ei löytynyt' }).waitFor();
  assert.equal(new URL(page.url()).search, filtered, 'another language keeps the search');
});

story('the list of companies lies over the page beside it', async ({ page, demo }) => {
  await openConsole(page, demo, 'main user');
  await page.locator('.companies a').first().click();
  await heading(page, 'Users and roles').waitFor();
  await page.locator('summary.company').click();
  const list = page.locator('.switcher .list');
  const box = await list.boundingBox();
  for (let y = box.y + 10; y < box.y + box.height - 10; y += 20) {
    const isOver = await list.evaluate((element, [x, top]) => element.contains(document.elementFromPoint(x, top)), [
      box.x + box.width - 8, y,
    ]);
    assert.ok(isOver, `something lies over the list at ${y}`);
  }
  await screenshot(page, 'walks switcher');
});

story('a notice, and help and language, stand apart on a phone', async ({ page, demo }) => {
  await openConsole(page, demo, 'user administrator');
  await page.goto(section(page, 'status/new'));
  await page.getByLabel('In English').fill('Payroll is slow right now. Everything else works.');
  await page.getByLabel('In Finnish').fill('Palkanlaskenta on hidas. Muu toimii.');
  await page.getByRole('button', { name: 'Announce', exact: true }).click();
  await page.getByRole('region', { name: 'Disruptions' }).waitFor();
  for (const path of ['/account', section(page, 'users')]) {
    await page.goto(new URL(path, demo.url).href);
    const [notice, tools] = await Promise.all([
      page.locator('.disruption').boundingBox(), page.locator('.panel .tools').boundingBox(),
    ]);
    assert.ok(tools.y >= notice.y + notice.height, `${path}: ${JSON.stringify([notice, tools])}`);
    await screenshot(page, `walks notice ${path.split('/').at(-1)}`);
  }
}, PHONE);

story('rights are saved at once, and a ready-made profile has its button beside it', async ({ page, demo }) => {
  await openConsole(page, demo, 'user administrator');
  await page.locator('.people .who a').last().click();
  await page.getByRole('link', { name: 'Access rights' }).click();
  const give = page.getByRole('button', { name: 'Give', exact: true });
  await give.waitFor();
  assert.ok((await give.boundingBox()).height <= 56, 'the button is no taller than a button');
  assert.equal(await page.getByRole('button', { name: 'Save' }).count(), 1);
  await screenshot(page, 'walks access rights');
  await expectNoAxeViolations(page);
  const boxes = page.locator('input[name=right]:enabled');
  for (const box of [boxes.first(), boxes.last()]) await box.click();
  await page.getByRole('button', { name: 'Save' }).click();
  await page.getByRole('status').filter({ hasText: 'The rights have been changed.' }).waitFor();
}, DESKTOP);

// By keyboard and by the names of the fields: the words are Finnish here.
async function signInInFinnish(page, person) {
  for (const [field, value] of [['email', person.email], ['password', person.password]]) {
    await page.locator(`#${field}`).fill(value);
    await page.keyboard.press('Enter');
  }
  if (!person.totp_secret) return;
  await page.locator('#code').fill(await unusedCode(person.totp_secret));
  await page.keyboard.press('Enter');
}

const NARROW = { viewport: { width: 320, height: 640 }, locale: 'fi-FI' };

story('Finnish pages keep within a narrow screen', async ({ page, demo }) => {
  await page.goto(`${demo.url}/account`);
  await signInInFinnish(page, withAuthenticator(demo));
  await heading(page, 'Oma kirjautuminen').waitFor();
  for (const path of ['/account', '/account/email', '/account/communication-email', '/account/basic-data']) {
    await page.goto(`${demo.url}${path}`);
    await expectNoSidewaysScroll(page);
    await screenshot(page, `walks finnish ${path}`);
  }
}, NARROW);

story('the choice of a second step keeps within a narrow screen in Finnish', async ({ page, demo }) => {
  await page.goto(demo.application_url);
  await page.getByRole('link', { name: 'Sign in', exact: true }).click();
  await signInInFinnish(page, withoutSecondFactor(demo));
  await heading(page, 'Valitse kirjautumisen toinen vaihe').waitFor();
  await page.getByText('Kohta 1/3').waitFor();
  await expectNoSidewaysScroll(page);
  await screenshot(page, 'walks finnish second step');
}, NARROW);
