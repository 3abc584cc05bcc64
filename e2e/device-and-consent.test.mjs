// Clients of others: a device whose person answers in a browser, and an application that asks for consent.
import assert from 'node:assert/strict';
import { createHash, randomBytes } from 'node:crypto';
import { expectNoAxeViolations, expectNoSidewaysScroll } from './support/accessibility.mjs';
import { PHONE } from './support/browser.mjs';
import { expectRefusal, signIn, withAuthenticator } from './support/steps.mjs';
import { screenshot, story } from './support/story.mjs';
import { unusedCode } from './support/totp.mjs';

const GRANT = 'urn:ietf:params:oauth:grant-type:device_code';

const heading = (page, name) => page.getByRole('heading', { level: 1, name });

// A television as the operator registers it.
async function television(demo) {
  await demo.command(
    'applications', 'create', '--open-to', 'everybody', '--name', 'Ruori Television', '--client-id', 'television', '--authentication', 'none',
    '--grant', GRANT, '--scope', 'openid profile email',
  );
  const post = async (path, fields) => {
    const body = new URLSearchParams({ client_id: 'television', ...fields });
    const answer = await fetch(new URL(path, demo.url), { method: 'POST', body });
    return { status: answer.status, ...(await answer.json()) };
  };
  return {
    asks: () => post('/oauth/device', { scope: 'openid profile email' }),
    polls: (begun) => post('/oauth/token', { grant_type: GRANT, device_code: begun.device_code }),
  };
}

// An application of somebody else, and its link.
async function ledger(demo) {
  const redirect = new URL('/people', demo.application_url).href;
  await demo.command(
    'applications', 'create', '--open-to', 'everybody', '--name', 'Northern Ledger', '--client-id', 'ledger', '--third-party', '--redirect-uri', redirect,
    '--scope', 'openid profile email offline_access ledger.read',
  );
  const challenge = createHash('sha256').update(randomBytes(32).toString('base64url')).digest('base64url');
  const link = new URL('/oauth/authorize', demo.url);
  link.search = new URLSearchParams({
    client_id: 'ledger', redirect_uri: redirect, response_type: 'code', scope: 'openid email ledger.read', state: 's',
    code_challenge: challenge, code_challenge_method: 'S256',
  });
  const back = async (page) => {
    await page.waitForURL((url) => url.pathname === '/people');
    return new URL(page.url()).searchParams;
  };
  return { link: link.href, back };
}

const VARIANTS = [
  ['desktop', {}],
  ['desktop dark', { colorScheme: 'dark' }],
  ['phone', PHONE],
  ['phone dark', { ...PHONE, colorScheme: 'dark' }],
];

for (const [name, options] of VARIANTS) {
  story(`a device is let in with a code that is typed, after a look at who asks (${name})`, async ({ page, demo }) => {
    const look = async (step) => {
      await screenshot(page, `device ${name} ${step}`);
      await expectNoAxeViolations(page);
      await expectNoSidewaysScroll(page);
    };
    const device = await television(demo);
    const begun = await device.asks();
    await page.goto(begun.verification_uri);
    await look('code');
    await page.getByLabel('Code on the device').fill('BCDF-GHJK');
    await page.getByRole('button', { name: 'Continue', exact: true }).click();
    await expectRefusal(page, 'No device is waiting with this code');
    await look('wrong code');
    await page.getByLabel('Code on the device').fill(begun.user_code.toLowerCase());
    await page.getByRole('button', { name: 'Continue', exact: true }).click();
    await signIn(page, withAuthenticator(demo));

    await heading(page, 'Let Ruori Television on a device act for you?').waitFor();
    for (const words of [begun.user_code, '127.0.0.1', 'Your email', 'Did someone send you the code']) {
      await page.getByText(words).first().waitFor();
    }
    await look('question');
    assert.equal((await device.polls(begun)).error, 'authorization_pending');
    await page.getByRole('button', { name: 'Allow', exact: true }).click();
    await heading(page, 'The device is connected').waitFor();
    await look('connected');
    const tokens = await device.polls(begun);
    assert.equal(tokens.status, 200);
    assert.ok(tokens.access_token && tokens.id_token);
  }, options);

  story(`an application of others is allowed and removed again (${name})`, async ({ page, demo }) => {
    const { link, back } = await ledger(demo);
    await page.goto(link);
    await signIn(page, withAuthenticator(demo));
    await heading(page, 'Northern Ledger asks for access').waitFor();
    await page.getByText('The permission “ledger.read”').waitFor();
    await screenshot(page, `consent ${name}`);
    await expectNoAxeViolations(page);
    await expectNoSidewaysScroll(page);
    await page.getByRole('button', { name: 'Allow', exact: true }).click();
    assert.ok((await back(page)).get('code'));
    // Not asked twice.
    await page.goto(link);
    assert.ok((await back(page)).get('code'));

    await page.goto(new URL('/account/applications', demo.url).href);
    await page.getByText('Northern Ledger').waitFor();
    await screenshot(page, `consent ${name} account`);
    await expectNoAxeViolations(page);
    await expectNoSidewaysScroll(page);
    await page.getByRole('button', { name: 'Remove access: Northern Ledger' }).click();
    await page.getByRole('status').filter({ hasText: 'The access has been removed.' }).waitFor();
    await page.goto(link);
    await heading(page, 'Northern Ledger asks for access').waitFor();
    await page.getByRole('button', { name: 'Refuse', exact: true }).click();
    const answer = await back(page);
    assert.equal(answer.get('error'), 'access_denied');
    assert.equal(answer.get('code'), null);
  }, options);
}

story('the link of a device fills the code in, and a refused device gets nothing', async ({ page, demo }) => {
  const device = await television(demo);
  const begun = await device.asks();
  await page.goto(begun.verification_uri_complete);
  await page.getByText('Check that the device in front of you shows this same code').waitFor();
  assert.equal(await page.getByLabel('Code on the device').inputValue(), begun.user_code);
  await screenshot(page, 'device from link');
  await expectNoAxeViolations(page);
  await page.getByRole('button', { name: 'Continue', exact: true }).click();
  await signIn(page, withAuthenticator(demo));
  await page.getByRole('button', { name: 'Refuse', exact: true }).click();
  await heading(page, 'The device was refused').waitFor();
  await screenshot(page, 'device refused');
  await expectNoAxeViolations(page);
  assert.equal((await device.polls(begun)).error, 'access_denied');
  await page.goBack();
  await page.reload();
  await heading(page, 'This device has already been answered').waitFor();
  await screenshot(page, 'device answered already');
});

story('devices and consent work without scripts', async ({ page, demo }) => {
  const device = await television(demo);
  const begun = await device.asks();
  await page.goto(begun.verification_uri);
  await page.getByLabel('Code on the device').fill(begun.user_code);
  await page.getByRole('button', { name: 'Continue', exact: true }).click();
  await signIn(page, withAuthenticator(demo));
  await page.getByRole('button', { name: 'Allow', exact: true }).click();
  await heading(page, 'The device is connected').waitFor();
  const { link, back } = await ledger(demo);
  await page.goto(link);
  await page.getByRole('button', { name: 'Allow', exact: true }).click();
  assert.ok((await back(page)).get('code'));
}, { javaScriptEnabled: false });

// Goes to a button by the keyboard alone.
async function tabTo(page, name) {
  for (let presses = 0; presses < 30; presses += 1) {
    const focused = await page.evaluate(() => document.activeElement?.textContent?.trim());
    if (focused === name) return;
    await page.keyboard.press('Tab');
  }
  assert.fail(`${name} cannot be reached by keyboard`);
}

story('devices and consent work by keyboard alone', async ({ page, demo }) => {
  const person = withAuthenticator(demo);
  const device = await television(demo);
  const begun = await device.asks();
  await page.goto(begun.verification_uri);
  const fields = [
    ['Code on the device', begun.user_code], ['Email', person.email], ['Password', person.password],
    ['Code', await unusedCode(person.totp_secret)],
  ];
  for (const [label, text] of fields) {
    const field = page.getByLabel(label, { exact: true });
    await field.waitFor();
    // The browser puts the cursor there itself, once the page stands.
    const hasCursor = (element) => element === document.activeElement;
    await page.waitForFunction(hasCursor, await field.elementHandle());
    await page.keyboard.type(text);
    await page.keyboard.press('Enter');
  }
  await heading(page, 'Let Ruori Television on a device act for you?').waitFor();
  await tabTo(page, 'Allow');
  await page.keyboard.press('Enter');
  await heading(page, 'The device is connected').waitFor();

  const { link, back } = await ledger(demo);
  await page.goto(link);
  await heading(page, 'Northern Ledger asks for access').waitFor();
  await tabTo(page, 'Refuse');
  await page.keyboard.press('Enter');
  assert.equal((await back(page)).get('error'), 'access_denied');
});
