// Flow 10: banks and eID through a broker, and the directory of a company, by a provider that knows nothing of Salpa.
import assert from 'node:assert/strict';
import { expectNoAxeViolations, expectNoSidewaysScroll } from './support/accessibility.mjs';
import { startBroker, startDirectory } from './support/broker.mjs';
import { PHONE } from './support/browser.mjs';
import {
  elsewhere, expectSignedIn, giveCode, giveEmail, givePassword, openApplication, withAuthenticator, withoutSecondFactor,
} from './support/steps.mjs';
import { screenshot, story } from './support/story.mjs';
import { unusedCode } from './support/totp.mjs';

const AINO = '131052-308T';
const BANKS = [
  ['Danske Bank', 'oidc.danskebank.1'], ['Nordea', 'oidc.nordea.1'], ['Osuuspankki', 'saml.op.1'],
  ['Aktia', 'oidc.aktia.1'], ['Säästöpankit', 'oidc.sp.1'], ['POP-Pankit', 'oidc.pop.1'],
  ['Ålandsbanken', 'oidc.alandsbanken.1'], ['OmaSP', 'oidc.omasp.1'], ['S-Pankki', 'oidc.spankki.1'],
  ['Hightrust.id', 'oidc.hightrust.id.1'],
];
const heading = (page, name) => page.getByRole('heading', { level: 1, name, exact: true }).waitFor();
const button = (page, name) => page.getByRole('button', { name, exact: true });

async function look(page, name) {
  await screenshot(page, name);
  await expectNoAxeViolations(page);
  await expectNoSidewaysScroll(page);
}

// With a provider that is registered at the demo, and stopped with the story.
async function withProvider(start, tell) {
  const provider = await start();
  try {
    await tell(provider);
  } finally {
    await provider.stop();
  }
}

async function choose(page, name) {
  await page.getByRole('link', { name: /^Bank or national eID/ }).click();
  await heading(page, 'Choose your bank or eID');
  await button(page, name).click();
}

// Links a bank to a person's profile, from the choice of the bank to the application.
async function link(page, demo, person) {
  await button(page, 'Aino').click();
  await heading(page, 'Link this to your profile');
  await page.getByText('131052').waitFor();
  await look(page, 'identity unmatched');
  await button(page, 'Sign in and link').click();
  await giveEmail(page, person.email);
  await givePassword(page, person.password);
  await giveCode(page, await unusedCode(person.totp_secret));
  await expectSignedIn(page, demo, person);
}

for (const [name, options] of [
  ['desktop', {}],
  ['desktop dark', { colorScheme: 'dark' }],
  ['phone', PHONE],
  ['phone dark', { ...PHONE, colorScheme: 'dark' }],
]) {
  story(`a bank is chosen, linked once, and enough from then on (${name})`, async ({ page, demo, visitor }) => {
    await withProvider(() => startBroker(demo, { Aino: AINO, Mallory: '010594Y9032' }), async (broker) => {
      const person = withAuthenticator(demo);
      await openApplication(page, demo);
      await heading(page, 'Sign in');
      await look(page, `identity sign-in ${name}`);
      await page.getByRole('link', { name: /^Bank or national eID/ }).click();
      await heading(page, 'Choose your bank or eID');
      await look(page, `identity choice ${name}`);
      for (const [bank] of BANKS) await button(page, bank).waitFor();

      await button(page, 'Nordea').click();
      await heading(page, 'oidc.nordea.1');
      await page.getByText('Kallio & Laine').waitFor();
      await button(page, 'Cancel').click();
      await page.getByRole('status').filter({ hasText: 'You came back without signing in there' }).waitFor();
      await look(page, `identity cancelled ${name}`);
      await button(page, 'Nordea').click();
      await link(page, demo, person);

      const { page: own } = await visitor();
      await openApplication(own, demo);
      await choose(own, 'S-Pankki');
      await button(own, 'Aino').click();
      await expectSignedIn(own, demo, person);

      const { page: other } = await visitor();
      await openApplication(other, demo);
      await choose(other, 'Nordea');
      await button(other, 'Mallory').click();
      await heading(other, 'Link this to your profile');
      await other.getByRole('link', { name: 'I have no profile' }).click();
      await heading(other, 'You are not known here yet');
      await other.getByText(/Error identifier/i).first().waitFor();
      await look(other, `identity no profile ${name}`);
      assert.equal(broker.asked.length, 4);
    });
  }, options);
}

story('each of the ten methods leads to its own bank', async ({ page, demo, visitor }) => {
  await withProvider(() => startBroker(demo, { Aino: AINO }), async () => {
    const person = withAuthenticator(demo);
    await openApplication(page, demo);
    await choose(page, 'Danske Bank');
    await link(page, demo, person);
    for (const [bank, value] of BANKS) {
      const { page: own, context } = await visitor();
      await openApplication(own, demo);
      await choose(own, bank);
      await heading(own, value);
      await button(own, 'Aino').click();
      await expectSignedIn(own, demo, person);
      await context.close();
    }
  });
});

story('Finnish banks in Finnish, by keyboard', async ({ page, demo }) => {
  await withProvider(() => startBroker(demo, { Aino: AINO }), async () => {
    await page.goto(demo.application_url);
    await page.getByRole('link', { name: /^Kirjaudu/ }).click();
    const choice = page.getByRole('link', { name: /^Pankki tai kansallinen tunnus/ });
    await choice.focus();
    await page.keyboard.press('Enter');
    await heading(page, 'Valitse pankki tai tunnus');
    await look(page, 'identity choice finnish');
    await button(page, 'Osuuspankki').focus();
    await page.keyboard.press('Enter');
    await heading(page, 'saml.op.1');
  });
}, { locale: 'fi-FI' });

story('a bank that is down leaves the other ways open', async ({ page, demo }) => {
  const broker = await startBroker(demo, { Aino: AINO });
  const person = withoutSecondFactor(demo);
  await openApplication(page, elsewhere(demo));
  await choose(page, 'Aktia');
  await heading(page, 'oidc.aktia.1');
  const back = page.url();
  await broker.stop();
  assert.match(back, /^http:\/\/127\.0\.0\.1/);
  await openApplication(page, elsewhere(demo));
  await giveEmail(page, person.email);
  await givePassword(page, person.password);
  await expectSignedIn(page, elsewhere(demo), person);
});

story('the directory of a company takes the place of the password', async ({ page, demo, visitor }) => {
  await withProvider(() => startDirectory(demo, { Aino: 'object 7' }), async () => {
    const person = withAuthenticator(demo);
    await openApplication(page, demo);
    await choose(page, 'Kallio directory');
    await button(page, 'Aino').click();
    await heading(page, 'Link this to your profile');
    await button(page, 'Sign in and link').click();
    await giveEmail(page, person.email);
    await givePassword(page, person.password);
    await giveCode(page, await unusedCode(person.totp_secret));
    await expectSignedIn(page, demo, person);

    const { page: own } = await visitor();
    await openApplication(own, demo);
    await choose(own, 'Kallio directory');
    await button(own, 'Aino').click();
    await giveCode(own, await unusedCode(person.totp_secret));
    await expectSignedIn(own, demo, person);
  });
});
