// The phone app in a browser of a phone's size: it signs in, makes a PIN and opens.
import { signIn } from './steps.mjs';

export const PIN = '739164';

// Types a PIN on the pad that is open.
export async function typePin(phone, pin = PIN) {
  await phone.locator('[data-pad]:not([data-busy]) .keys button:visible').first().waitFor();
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
  await phone.getByRole('heading', { level: 1, name: 'Enter your PIN' }).or(phone.getByRole('heading', { level: 1, name: 'Home' })).waitFor();
  if (await phone.getByRole('heading', { level: 1, name: 'Enter your PIN' }).isVisible()) await typePin(phone);
  await phone.getByRole('heading', { level: 1, name: 'Home' }).waitFor();
}
