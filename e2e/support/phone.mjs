// The phone app in a browser of a phone's size: it signs in, makes a PIN and opens.
import { signIn } from './steps.mjs';
import { wordsOf } from './words.mjs';

export const PIN = '739164';

// The pad that is open takes digits once its script has come, and while nothing is under way.
export async function padIsReady(phone) {
  await phone.locator('[data-pad][data-ready]:not([data-busy]) .keys button:visible').first().waitFor();
}

// Types a PIN on the pad that is open.
export async function typePin(phone, pin = PIN) {
  await padIsReady(phone);
  for (const digit of pin) await phone.locator(`.keys button[data-digit="${digit}"]:visible`).click();
}

// Signs in to the app by password and second step, and makes the PIN.
export async function openPhone(phone, demo, person) {
  await phone.goto(`${demo.url}/app`);
  await phone.getByRole('link', { name: 'Already completed two-step authentication' }).click();
  await signIn(phone, person);
  await phone.getByRole('heading', { level: 1, name: 'Create your PIN' }).waitFor();
  await typePin(phone);
  await phone.getByRole('heading', { level: 1, name: 'Confirm your PIN' }).waitFor();
  await typePin(phone);
  await declineNotifications(phone);
}

// The app asks once for notifications, where the browser has them, and for a phone number, where none is known; then it
// is open.
export async function declineNotifications(phone, t = wordsOf('en')) {
  const home = phone.getByRole('heading', { level: 1, name: t('app-home-title') });
  const [notNow, skip] = [t('app-notifications-later'), t('app-phone-number-skip')];
  const later = phone.getByRole('link', { name: new RegExp(`^(${notNow}|${skip})$`) });
  for (let asked = 0; asked < 2; asked += 1) {
    await home.or(later).first().waitFor();
    if (await home.isVisible()) return;
    // A browser without notifications goes on by itself.
    const before = phone.url();
    await later.click({ timeout: 3000 }).catch(() => {});
    await phone.waitForURL((url) => url.href !== before);
  }
  await home.waitFor();
}
