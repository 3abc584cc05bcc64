// Signing in by an Estonian ID card in a reader: the page speaks to the Web eID extension, which a script plays.
import assert from 'node:assert/strict';
import { expectNoAxeViolations, expectNoSidewaysScroll } from './support/accessibility.mjs';
import { DESKTOP, PHONE } from './support/browser.mjs';
import { addExtension, makeIdCard } from './support/id-card.mjs';
import { button, heading, identityStories, linkProfile } from './support/identity.mjs';
import { screenshot } from './support/story.mjs';

const CODE = '60001019906';
const CARD = 'ID-kaart (Eesti)';

const story = identityStories(async (folder) => {
  const card = await makeIdCard(folder, CODE);
  return {
    settings: { kind: 'estonia_web_eid', name: 'ID card', status: { hosts: [card.host] } },
    files: ['--issuers-file', card.issuers],
    cast: { card },
    stop: card.stop,
  };
});

// Here `visit(options, plays)` goes on to the page of the card, in a browser with an extension if it is told how the card
// answers.
const cardStory = (name, tell) => story(name, async ({ card, visit }) => {
  const visitCard = async (options, plays) => {
    const visitor = await visit(options, (context) => plays && addExtension(context, plays));
    await button(visitor.page, CARD).click();
    await heading(visitor.page, 'Sign in with your ID card');
    return visitor;
  };
  await tell({ card, visit: visitCard });
});

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
