// Flows 1 and 11: people of several companies, those whom an application does not let in, and a main user of an
// accounting office among its clients.
import assert from 'node:assert/strict';
import { expectNoAxeViolations, expectNoSidewaysScroll } from './support/accessibility.mjs';
import { PHONE } from './support/browser.mjs';
import { expectSignedIn, giveEmail, givePassword, openApplication, signIn } from './support/steps.mjs';
import { screenshot, story } from './support/story.mjs';
import { unusedCode } from './support/totp.mjs';

const KALLIO = 'Kallio & Laine Oy';
const RANTANEN = 'Tilitoimisto Rantanen';
const SAARI = 'Kahvila Saari Oy';

const WITHOUT_SCRIPTS = { javaScriptEnabled: false };
const SIZES = [
  ['desktop', {}],
  ['desktop dark', { colorScheme: 'dark' }],
  ['phone', PHONE],
  ['phone dark', { ...PHONE, colorScheme: 'dark' }],
  ['without scripts', WITHOUT_SCRIPTS],
];

const heading = (page, name) => page.getByRole('heading', { level: 1, name });
const company = (page, name) => page.getByRole('radio', { name, exact: true });
const goOn = (page) => page.getByRole('button', { name: 'Continue', exact: true });

function personOf(demo, name) {
  const person = demo.people.find((one) => one.email.startsWith(`${name}@`));
  assert.ok(person, `the demo has no ${name}`);
  return person;
}

// Axe is a script itself, and scripts see no more of these pages than a person without them.
async function look(page, name, options) {
  await screenshot(page, name);
  if (options.javaScriptEnabled === false) return;
  await expectNoAxeViolations(page);
  await expectNoSidewaysScroll(page);
}

// The application's own words for a claim, and its value.
async function expectClaims(page, claims) {
  for (const [name, value] of Object.entries(claims)) {
    const claim = page.locator('dl div', { has: page.getByText(name, { exact: true }) });
    await claim.waitFor();
    assert.equal((await claim.locator('dd').textContent()).trim(), value, name);
  }
}

// The application asks for the sign-in again: what it is told now is for the company of now.
const signInAgain = (page, demo) => page.goto(new URL('/sign-in', demo.application_url).href);

for (const [name, options] of SIZES) {
  story(`who is a user of several companies chooses one, and switches in the session (${name})`, async ({ page, demo }) => {
    const pekka = personOf(demo, 'pekka.salo');
    await openApplication(page, demo);
    await signIn(page, pekka);
    await heading(page, 'Choose the company').waitFor();
    for (const one of [RANTANEN, KALLIO, SAARI]) await company(page, one).waitFor();
    assert.equal(await page.getByRole('radio').count(), 3, 'and no other company');
    await look(page, `companies ${name} choose`, options);
    await company(page, RANTANEN).check();
    await goOn(page).click();
    await expectSignedIn(page, demo, pekka);
    const rights = 'entries.post, entries.read';
    await expectClaims(page, { Company: RANTANEN, Roles: 'employee', Rights: rights });
    await look(page, `companies ${name} application`, options);

    await page.goto(`${demo.url}/account`);
    await page.getByRole('link', { name: 'Switch company' }).click();
    await heading(page, 'Your company').waitFor();
    assert.ok(await company(page, RANTANEN).isChecked(), 'where the person is now');
    await look(page, `companies ${name} switch`, options);
    await company(page, SAARI).check();
    await goOn(page).click();
    await page.getByRole('status').filter({ hasText: 'The company has been switched.' }).waitFor();

    // A grant stays with its company.
    await page.goto(demo.application_url);
    await expectClaims(page, { Company: RANTANEN });
    await signInAgain(page, demo);
    await expectSignedIn(page, demo, pekka);
    await expectClaims(page, { Company: SAARI, Roles: '', Rights: rights });

    // An application may ask, too.
    await page.getByRole('link', { name: 'Another company' }).click();
    await heading(page, 'Choose the company').waitFor();
    await company(page, KALLIO).check();
    await goOn(page).click();
    await expectSignedIn(page, demo, pekka);
    await expectClaims(page, { Company: KALLIO });
  }, options);
}

story('a company is chosen and switched with the keyboard alone', async ({ page, demo }) => {
  const pekka = personOf(demo, 'pekka.salo');
  const isFocused = (locator) => locator.evaluate((element) => element === document.activeElement);
  const tabTo = async (locator) => {
    for (let presses = 0; presses < 40 && !(await isFocused(locator)); presses += 1) await page.keyboard.press('Tab');
    assert.ok(await isFocused(locator), 'it cannot be reached');
  };
  await openApplication(page, demo);
  await signIn(page, pekka);
  await heading(page, 'Choose the company').waitFor();
  await tabTo(page.getByRole('radio').first());
  await page.keyboard.press('Space');
  await page.keyboard.press('ArrowDown');
  const second = await page.locator('label.choice', { has: page.getByRole('radio', { checked: true }) }).innerText();
  await tabTo(goOn(page));
  await screenshot(page, 'companies keyboard');
  await page.keyboard.press('Enter');
  await expectSignedIn(page, demo, pekka);
  await expectClaims(page, { Company: second.trim() });

  await page.goto(`${demo.url}/account/company`);
  await heading(page, 'Your company').waitFor();
  await tabTo(page.getByRole('radio', { checked: true }));
  await page.keyboard.press('ArrowDown');
  const third = (await page.locator('label.choice', { has: page.getByRole('radio', { checked: true }) }).innerText()).trim();
  assert.notEqual(third, second.trim());
  await page.keyboard.press('Enter');
  await page.getByRole('status').filter({ hasText: 'The company has been switched.' }).waitFor();
  await signInAgain(page, demo);
  await expectClaims(page, { Company: third });
});

// A person who may enter nothing, the page's words, and the company.
const REFUSED = [
  ['liisa.lehto', 'There is a problem with access rights, please contact your accounting office', 'Lumo Sisustus Oy'],
  ['onni.niemi', 'Only the phone app is open to you', KALLIO],
  ['tuula.maki', "You don't have access to this application", SAARI],
];

for (const [name, options] of SIZES) {
  story(`who is not let in learns why, and who can help (${name})`, async ({ demo, visitor }) => {
    for (const [who, title, of] of REFUSED) {
      const person = personOf(demo, who);
      const { page } = await visitor(options);
      await openApplication(page, demo);
      await giveEmail(page, person.email);
      await givePassword(page, person.password);
      await page.getByLabel('Code', { exact: true }).fill(await unusedCode(person.totp_secret));
      const [answer] = await Promise.all([
        page.waitForResponse((response) => response.status() === 403),
        page.getByRole('button', { name: 'Confirm', exact: true }).click(),
      ]);
      assert.ok(answer.request().isNavigationRequest());
      await heading(page, title).waitFor();
      const main = page.getByRole('main');
      await main.getByText('Your sign-in worked').waitFor();
      // On a phone the strip on top has no room for whom the door knows.
      if (!options.isMobile) {
        await page.getByRole('banner').getByText(of, { exact: true }).waitFor();
        await page.getByRole('banner').getByText(person.email).waitFor();
      }

      const identifier = (await main.locator('dd.mono').innerText()).trim();
      assert.match(identifier, /^SLP-[0-9A-Z]{4}-[0-9A-Z]{4}$/);
      await main.getByText('Your accounting office', { exact: true }).waitFor();
      await main.getByText(RANTANEN, { exact: true }).waitFor();
      assert.equal(await main.getByRole('link', { name: '+358 9 4245 0220' }).getAttribute('href'), 'tel:+358942450220');
      const write = main.getByRole('link', { name: 'Write to the accounting office' });
      const mail = new URL(await write.getAttribute('href'));
      assert.equal(mail.protocol + mail.pathname, 'mailto:tuki@rantanen.example');
      assert.ok(decodeURIComponent(mail.search).includes(identifier), 'the email has the error identifier in it');
      await look(page, `companies ${name} refused ${who}`, options);

      // Nothing else is open either, but what is the person's own.
      await signInAgain(page, demo);
      await heading(page, title).waitFor();
      await page.getByRole('link', { name: 'My sign-in' }).click();
      await heading(page, 'My sign-in').waitFor();
    }
  }, options);
}

for (const [name, options] of SIZES) {
  story(`a main user moves to a client and back, and sees its users alone (${name})`, async ({ page, demo }) => {
    await page.goto(`${demo.url}/admin?section=users`);
    await signIn(page, personOf(demo, 'sanna.rantanen'));
    const managed = page.locator('main .companies');
    await managed.getByRole('link', { name: SAARI }).waitFor();
    assert.equal(await managed.getByRole('link').count(), 4, 'the office and its clients');
    await look(page, `companies ${name} console`, options);

    const users = page.locator('.people .who a');
    const expectUsers = async (names) => {
      await heading(page, 'Users and roles').waitFor();
      await users.first().waitFor();
      assert.deepEqual((await users.allInnerTexts()).map((text) => text.trim()), names);
    };
    await managed.getByRole('link', { name: SAARI }).click();
    await expectUsers(['Liisa Lehto', 'Pekka Salo', 'Eeva Saari', 'Tuula Mäki'].sort(byFamilyName));
    await page.locator('summary.company').filter({ hasText: SAARI }).waitFor();
    await look(page, `companies ${name} client`, options);
    const client = page.url();

    await page.locator('summary.company').click();
    await look(page, `companies ${name} switcher`, options);
    await page.locator('.switcher').getByRole('link', { name: RANTANEN }).click();
    await expectUsers(['Sanna Rantanen', 'Pekka Salo'].sort(byFamilyName));
    assert.notEqual(page.url(), client);

    // A user of the one is none of the other.
    const sanna = (await users.filter({ hasText: 'Sanna' }).getAttribute('href')).split('/').at(-1);
    const answer = await page.goto(`${client}/${sanna}`);
    assert.equal(answer.status(), 404);
  }, options);
}

function byFamilyName(one, other) {
  return one.localeCompare(other, 'fi');
}

story('an administrator of a client does not reach the office or another client', async ({ page, demo, visitor }) => {
  await page.goto(`${demo.url}/admin?section=users`);
  await signIn(page, personOf(demo, 'sanna.rantanen'));
  const addresses = await page.locator('main .companies a').evaluateAll((links) => links.map((link) => [link.innerText, link.href]));
  const { page: eevas } = await visitor();
  await eevas.goto(`${demo.url}/admin?section=users`);
  await signIn(eevas, personOf(demo, 'eeva.saari'));
  await heading(eevas, 'Users and roles').waitFor();
  assert.equal(await eevas.locator('summary.company').count(), 0, 'there is no company to switch to');
  for (const [text, address] of addresses) {
    const answer = await eevas.goto(address);
    assert.equal(answer.status(), text.includes(SAARI) ? 200 : 404, text);
  }
});

for (const [name, options] of SIZES) {
  story(`who has a profile already is asked, and accepts in My sign-in (${name})`, async ({ page, demo, visitor }) => {
    const [eeva, mikko] = [personOf(demo, 'eeva.saari'), personOf(demo, 'mikko.laine')];
    await page.goto(`${demo.url}/admin?section=users`);
    await signIn(page, eeva);
    await page.getByRole('link', { name: 'Add user' }).first().click();
    await page.getByLabel('Email', { exact: true }).fill(mikko.email);
    await page.getByLabel('Given name').fill('Somebody');
    await page.getByLabel('Family name').fill('Unseen');
    await page.getByRole('button', { name: 'Add user' }).click();
    await heading(page, 'Somebody Unseen').waitFor();
    await page.getByText('Not accepted yet').first().waitFor();
    await look(page, `companies ${name} asked`, options);

    const { page: own } = await visitor();
    await own.goto(`${demo.url}/account`);
    await signIn(own, mikko);
    await heading(own, 'My sign-in').waitFor();
    await own.getByRole('heading', { name: 'Companies that have invited you' }).waitFor();
    await look(own, `companies ${name} accept`, options);
    await own.getByRole('button', { name: `Accept: ${SAARI}` }).click();
    await own.getByRole('status').filter({ hasText: 'You are a user of that company now.' }).waitFor();
    assert.equal(await own.getByText('Companies that have invited you').count(), 0);

    await page.reload();
    await heading(page, 'Mikko Laine').waitFor();
  }, options);
}
