// Faults that people met on their way through every page: things that lay over others, or were hidden, narrow or
// clumsy.
import assert from 'node:assert/strict';
import { expectNoAxeViolations, expectNoSidewaysScroll } from './support/accessibility.mjs';
import { DESKTOP, PHONE } from './support/browser.mjs';
import { giveEmail, givePassword, signIn, withAuthenticator, withoutSecondFactor } from './support/steps.mjs';
import { screenshot, story } from './support/story.mjs';
import { unusedCode } from './support/totp.mjs';

const heading = (page, name) => page.getByRole('heading', { level: 1, name });
const withRole = (demo, role) => demo.people.find((one) => one.totp_secret && one.roles.includes(role));

async function openConsole(page, demo, role) {
  await page.goto(`${demo.url}/admin?section=users`);
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

const OWN_PAGES = [
  '', '/basic-data', '/communication', '/history', '/password', '/email', '/passkeys/new', '/authenticators/new',
  '/recovery-code',
];

const top = async (locator) => (await locator.boundingBox()).y;

story('My sign-in has one menu, and each of its pages its title at one place', async ({ page, demo }) => {
  await page.goto(`${demo.url}/account`);
  await signIn(page, withAuthenticator(demo));
  await heading(page, 'My sign-in').waitFor();
  const title = page.getByRole('heading', { level: 1 });
  const place = await top(title);
  for (const path of OWN_PAGES) {
    await page.goto(`${demo.url}/account${path}`);
    assert.equal(await top(title), place, `the title of ${path}`);
    assert.equal(await page.getByRole('navigation').count() - await page.locator('.pager, nav.tools').count(), 1, path);
    const menu = page.getByRole('navigation', { name: 'Your account' });
    assert.deepEqual(
      (await menu.getByRole('link').allInnerTexts()).map((text) => text.trim()),
      ['My sign-in', 'My basic data', 'Communication', 'History'],
    );
    assert.equal(await menu.locator('[aria-current=page]').count(), 1, path);
    await screenshot(page, `walks account ${path}`);
    await expectNoAxeViolations(page);
  }
}, DESKTOP);

story('on a phone the menu of My sign-in is one row, and every act stands on the right', async ({ page, demo }) => {
  await page.goto(`${demo.url}/account`);
  await signIn(page, withAuthenticator(demo));
  await heading(page, 'My sign-in').waitFor();
  const links = page.getByRole('navigation', { name: 'Your account' }).getByRole('link');
  const rows = new Set();
  for (const link of await links.all()) rows.add(await top(link));
  assert.equal(rows.size, 1, 'one row');
  for (const path of OWN_PAGES.slice(0, 4)) {
    await page.goto(`${demo.url}/account${path}`);
    for (const act of await page.locator('.rows li > :is(.act, .button, form:last-child)').all()) {
      const [own, row] = [await act.boundingBox(), await act.locator('xpath=..').boundingBox()];
      assert.ok(Math.abs(own.x + own.width - row.x - row.width) < 2, `${path}: ${await act.innerText()}`);
    }
    await expectNoSidewaysScroll(page);
    await screenshot(page, `walks account phone ${path}`);
  }
}, PHONE);

story('on a phone the title keeps its place from the email to the last step', async ({ page, demo }) => {
  const person = withAuthenticator(demo);
  await page.goto(demo.application_url);
  await page.getByRole('link', { name: 'Sign in', exact: true }).click();
  const title = page.getByRole('heading', { level: 1 });
  await page.getByLabel('Email', { exact: true }).waitFor();
  const place = await top(title);
  await giveEmail(page, person.email);
  await page.getByLabel('Password', { exact: true }).waitFor();
  assert.equal(await top(title), place, 'the password');
  await givePassword(page, person.password);
  await page.getByLabel('Code', { exact: true }).waitFor();
  assert.equal(await top(title), place, 'the code');
}, PHONE);

const left = async (locator) => (await locator.boundingBox()).x;

story('the bolt of each frequency begins where its words do, and buttons beside each other are of one height', async ({ page, demo }) => {
  await openConsole(page, demo, 'user administrator');
  for (const { viewport } of [DESKTOP, PHONE]) {
    await page.setViewportSize(viewport);
    await page.goto(section(page, 'policies'));
    const frequencies = await page.locator('.frequencies li').all();
    assert.equal(frequencies.length, 3);
    for (const one of frequencies) {
      const words = one.getByRole('heading');
      const drawn = Math.min(...await Promise.all((await one.locator('.bolt > *').all()).map(left)));
      assert.ok(Math.abs(drawn - await left(words)) <= 1, `${await words.innerText()}: ${drawn}, ${await left(words)}`);
    }
    const heights = await Promise.all(['Add', 'Change'].map(async (name) => (
      (await page.getByRole('link', { name, exact: true }).boundingBox()).height
    )));
    assert.equal(heights[0], heights[1], `${heights}`);
    await screenshot(page, `walks policies ${viewport.width}`);
  }
}, DESKTOP);

story('an announcement in one language is shown in both', async ({ page, demo }) => {
  await openConsole(page, demo, 'user administrator');
  await page.goto(section(page, 'status/new'));
  await page.getByLabel('In Finnish').fill('Palkanlaskenta on hidas. Muu toimii.');
  await page.getByRole('button', { name: 'Announce', exact: true }).click();
  const notice = page.getByRole('region', { name: 'Disruptions' });
  await notice.getByText('Palkanlaskenta on hidas.').waitFor();
  await page.goto(section(page, 'status/new'));
  await page.getByRole('button', { name: 'Announce', exact: true }).click();
  await page.getByText('Write the text in at least one language').waitFor();
  await screenshot(page, 'walks announcement without text');
}, DESKTOP);

// The mark of an element where the system sets all colours.
const mark = (locator) => locator.evaluate((element) => {
  const style = getComputedStyle(element);
  return `${style.outlineStyle} ${style.textDecorationLine}`;
});

story('in high contrast the current section, filter and tab stand out', async ({ page, demo }) => {
  await page.emulateMedia({ forcedColors: 'active' });
  await openConsole(page, demo, 'user administrator');
  await page.goto(section(page, 'users?filter=active'));
  for (const menu of ['.sections', '.chips']) {
    const [current, other] = [page.locator(`${menu} a[aria-current]`), page.locator(`${menu} a:not([aria-current])`)];
    assert.notEqual(await mark(current.first()), await mark(other.first()), menu);
  }
  await page.locator('.people .who a').first().click();
  const [current, other] = [page.locator('.tabs a[aria-current]'), page.locator('.tabs a:not([aria-current])')];
  assert.notEqual(await mark(current.first()), await mark(other.first()), 'tabs');
  await screenshot(page, 'walks high contrast');
}, DESKTOP);

story('every row of the audit history has the same height', async ({ page, demo }) => {
  await openConsole(page, demo, 'user administrator');
  await page.goto(section(page, 'history'));
  await page.locator('.audit summary').first().waitFor();
  const rows = await page.locator('.audit summary').all();
  const heights = new Set();
  for (const row of rows) heights.add(Math.round((await row.boundingBox()).height));
  assert.equal(heights.size, 1, `${rows.length} rows: ${[...heights]}`);
}, DESKTOP);

story('the words above the fields of a form stand at one edge', async ({ page, demo }) => {
  await openConsole(page, demo, 'user administrator');
  for (const path of ['users/new', 'employees/new']) {
    await page.goto(section(page, path));
    await page.locator('form.change legend').first().waitFor();
    const edges = await page.locator('form.change > label, form.change legend').evaluateAll((words) => words.map((one) => {
      const range = document.createRange();
      range.selectNodeContents(one);
      return Math.round(range.getBoundingClientRect().left);
    }));
    assert.ok(edges.length > 3 && new Set(edges).size === 1, `${path}: ${edges}`);
  }
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
  await page.getByRole('link', { name: 'Kirjaudu sisään', exact: true }).click();
  await signInInFinnish(page, withoutSecondFactor(demo));
  await heading(page, 'Valitse kirjautumisen toinen vaihe').waitFor();
  await page.getByText('Kohta 1/3').waitFor();
  await expectNoSidewaysScroll(page);
  await screenshot(page, 'walks finnish second step');
}, NARROW);
