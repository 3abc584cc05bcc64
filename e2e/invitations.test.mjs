// Flow 8: an inviter at the desk and an invitee with a phone, from *Add user* to a browser that the phone signs in.
import assert from 'node:assert/strict';
import { expectNoAxeViolations, expectNoSidewaysScroll } from './support/accessibility.mjs';
import { PHONE, newVisitor } from './support/browser.mjs';
import { startCamera } from './support/camera.mjs';
import { declineNotifications, typePin } from './support/phone.mjs';
import { expectSignedIn, openApplication } from './support/steps.mjs';
import { screenshot, story } from './support/story.mjs';
import { unusedCode } from './support/totp.mjs';
import { wordsOf } from './support/words.mjs';

const PRIYA = { email: 'priya.raman@raman.example', password: 'a kettle sings in the north wind' };
const NUMBER = '+358 40 1234567';
const heading = (page, name) => page.getByRole('heading', { level: 1, name, exact: true });
const button = (page, name) => page.getByRole('button', { name, exact: true });
const link = (page, name) => page.getByRole('link', { name, exact: true });

const messagesTo = async (page, demo, to) => {
  const messages = await (await page.request.get(`${demo.messages_url}.json`)).json();
  return messages.filter((message) => message.to.replaceAll(' ', '') === to.replaceAll(' ', ''));
};

for (const language of ['en', 'fi']) {
  const t = wordsOf(language);
  const options = { locale: language === 'en' ? 'en-GB' : 'fi-FI' };

  story(`an invitation leads a newcomer to the phone and the browser in 8 steps (${language})`, async ({ page, demo }) => {
    const camera = await startCamera();
    const invitee = await newVisitor(camera.browser, { ...PHONE, ...options });
    const phone = invitee.page;
    await invitee.context.grantPermissions(['camera'], { origin: demo.url });
    const look = async (of, name) => {
      await expectNoSidewaysScroll(of);
      await expectNoAxeViolations(of);
      await screenshot(of, `invitation ${language} ${name}`);
    };
    try {
      // 1: the user.
      const administrator = demo.people.find((one) => one.totp_secret && one.roles.includes('user administrator'));
      await page.goto(`${demo.url}/admin?section=users`);
      await signInIn(t, page, administrator);
      await link(page, t('admin-add-user')).first().click();
      await page.locator('#email').fill(PRIYA.email);
      await page.locator('#given_name').fill('Priya');
      await page.locator('#family_name').fill('Raman');
      await page.locator('#phone').fill(NUMBER);
      if (language === 'fi') await page.locator('#language').selectOption('fi');
      await page.locator('input[name=profile]:enabled').first().check();
      await look(page, '1 add user');
      await button(page, t('admin-add-user')).click();
      await heading(page, 'Priya Raman').waitFor();

      // 2: the invitation.
      await link(page, t('admin-tab-communication')).click();
      await page.getByRole('heading', { name: t('invitation-card'), exact: true }).waitFor();
      await look(page, '2a communication');
      await link(page, t('invitation-invite')).click();
      await page.getByRole('heading', { name: t('invitation-ask-title', { name: 'Priya' }) }).waitFor();
      await look(page, '2b ask');
      await page.getByLabel(t('invitation-verified-box', { name: 'Priya' })).check();
      await page.getByLabel(t('invitation-identity-document')).check();
      await button(page, t('invitation-send')).click();
      await page.getByText(t('invitation-done-sent')).waitFor();
      await page.getByText(t('invitation-step-enter')).waitFor();
      await look(page, '2c sent');
      const began = Date.now();

      // 3: the code of the mail.
      const mail = (await messagesTo(phone, demo, PRIYA.email)).find((one) => one.code);
      await phone.goto(demo.messages_url);
      await screenshot(phone, `invitation ${language} 3a mail`);
      await phone.goto(`${demo.url}/app`);
      await look(phone, '3b welcome');
      await phone.getByRole('link', { name: new RegExp(`^${t('sign-up-have-code')}`) }).tap();
      await heading(phone, t('sign-up-title')).waitFor();
      await phone.locator('#sign_up_code').fill(mail.code);
      await look(phone, '3c sign-up code');
      await button(phone, t('continue')).tap();

      // 4: the six digits.
      await heading(phone, t('sign-up-digits-title')).waitFor();
      const [digits] = /\d{6}/.exec((await messagesTo(phone, demo, NUMBER))[0].text);
      await phone.locator('#code').fill(digits.slice(0, 5));
      await look(phone, '4 digits');
      await page.reload();
      await page.getByText(t('invitation-step-entered')).waitFor();
      await look(page, '4 timeline');
      await button(page, t('invitation-no-code')).click();
      await page.getByRole('heading', { name: t('invitation-code-title', { name: 'Priya' }) }).waitFor();
      await look(page, '4 handed code');
      await phone.locator('#code').fill(digits);
      await button(phone, t('continue')).tap();

      // 5: the password.
      await heading(phone, t('sign-up-mail-title')).waitFor();
      await look(phone, '5a mail is on its way');
      const second = (await messagesTo(phone, demo, PRIYA.email)).find((one) => one.text.includes('/sign-up/'));
      await phone.goto(second.text.split(/\s/).find((word) => word.includes('/sign-up/')));
      await heading(phone, t('sign-up-link-title')).waitFor();
      await look(phone, '5b link');
      await button(phone, t('set-up-link-begin')).tap();
      await heading(phone, t('new-password-title')).waitFor();
      await phone.locator('#password').fill(PRIYA.password);
      await look(phone, '5c password');
      await button(phone, t('new-password-save')).tap();

      // 6: the second step and the recovery code.
      await heading(phone, t('choose-title')).waitFor();
      await look(phone, '6a second step');
      await phone.locator('input[name=method][value=totp]').check();
      await button(phone, t('continue')).tap();
      await phone.getByText(t('connect-cannot-scan')).tap();
      const secret = (await phone.locator('.secret').innerText()).replace(/\s/g, '');
      await phone.locator('#code').fill(await unusedCode(secret));
      await button(phone, t('confirm')).tap();
      await heading(phone, t('recovery-title')).waitFor();
      await phone.getByRole('checkbox').check();
      await look(phone, '6b recovery code');
      await button(phone, t('recovery-finish')).tap();

      // 7: the PIN, twice.
      const open = phone.locator('form[action$="/open"] button');
      await heading(phone, t('app-pin-title')).or(open).first().waitFor();
      if (await open.isVisible()) await open.tap();
      await heading(phone, t('app-pin-title')).waitFor();
      await look(phone, '7a PIN');
      await typePin(phone);
      await heading(phone, t('app-pin-confirm-title')).waitFor();
      await typePin(phone);
      await declineNotifications(phone, t);
      await phone.getByText(PRIYA.email).waitFor();
      await look(phone, '7b home');
      await page.goto(page.url().replace(/\/code$/, ''));
      await page.getByText(t('invitation-ended-done')).waitFor();
      await look(page, '7 timeline');

      // 8: a browser, by the phone.
      const desk = await page.context().browser().newContext({ ...options, viewport: { width: 1280, height: 800 } });
      const computer = await desk.newPage();
      await openApplication(computer, demo, t);
      await computer.getByRole('button', { name: new RegExp(`^${t('qr-way')}`) }).click();
      await computer.locator('[data-code] svg').waitFor();
      await look(computer, '8a code');
      await camera.show(computer);
      await phone.locator('a[href="/app/scan"]').tap();
      await heading(phone, t('qr-question')).waitFor();
      await look(phone, '8b confirm');
      await button(phone, t('qr-confirm')).tap();
      await typePin(phone);
      await expectSignedIn(computer, demo, PRIYA);
      await screenshot(computer, `invitation ${language} 8c signed in`);
      console.log(`from the mail to the browser in ${Math.round((Date.now() - began) / 1000)} s, with the pictures`);
      await desk.close();
      assert.deepEqual(invitee.faults, []);
    } catch (error) {
      await screenshot(phone, `failed invitation ${language} phone`).catch(() => {});
      throw error;
    } finally {
      await camera.stop();
    }
  }, options);
}

// The whole sign-in of somebody with an authenticator app, in the words of a language.
async function signInIn(t, page, person) {
  await page.locator('#email').fill(person.email);
  await button(page, t('continue')).click();
  await page.locator('#password').fill(person.password);
  await button(page, t('sign-in')).click();
  await page.locator('#code').fill(await unusedCode(person.totp_secret));
  await button(page, t('confirm')).click();
}
