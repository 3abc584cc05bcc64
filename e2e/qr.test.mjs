// Signing in by a code that a phone scans: a desktop that shows the code, and a phone whose camera shows a video of it.
import assert from 'node:assert/strict';
import { expectNoAxeViolations, expectNoSidewaysScroll } from './support/accessibility.mjs';
import { PHONE, newVisitor } from './support/browser.mjs';
import { startCamera } from './support/camera.mjs';
import { openPhone, typePin } from './support/phone.mjs';
import { screenshot, story } from './support/story.mjs';
import { expectSignedIn, openApplication, withAuthenticator } from './support/steps.mjs';

const heading = (page, name) => page.getByRole('heading', { level: 1, name }).waitFor();
const button = (page, name) => page.getByRole('button', { name, exact: true });

// A phone that is signed in, with a camera. `show` films the code of a page from then on; the camera is opened after
// that.
async function phoneWithCamera(demo, person) {
  const camera = await startCamera();
  const { page, context, faults } = await newVisitor(camera.browser, PHONE);
  await context.grantPermissions(['camera'], { origin: demo.url });
  await openPhone(page, demo, person);
  const close = async () => {
    await camera.stop();
    assert.deepEqual(faults, []);
  };
  return { page, context, show: camera.show, close };
}

async function toTheCode(page, demo) {
  await openApplication(page, demo);
  await page.getByRole('button', { name: /^Sign in with the phone app/ }).click();
  await heading(page, 'Sign in with the phone app');
}

story('a phone scans the code, confirms, and the browser goes on by itself', async ({ page, demo }) => {
  const person = withAuthenticator(demo);
  const phone = await phoneWithCamera(demo, person);
  try {
    await toTheCode(page, demo);
    await expectNoAxeViolations(page);
    await screenshot(page, 'the code');
    const before = await page.locator('[data-code]').innerHTML();
    await page.waitForFunction((old) => document.querySelector('[data-code]').innerHTML !== old, before);

    await phone.show(page);
    await phone.page.getByRole('link', { name: 'Read QR code for web sign-in' }).click();
    await heading(phone.page, 'Sign in on the computer?');
    await expectNoAxeViolations(phone.page);
    await expectNoSidewaysScroll(phone.page);
    await screenshot(phone.page, 'confirm the web sign-in');
    await heading(page, 'Confirm on your phone');
    await expectNoAxeViolations(page);
    await screenshot(page, 'the code is read');
    await button(phone.page, 'Confirm with PIN').click();
    await typePin(phone.page);
    await heading(phone.page, 'Confirmed. The computer goes on by itself.');
    await expectSignedIn(page, demo, person);
  } finally {
    await phone.close();
  }
});

story('a code of another place and an old one are refused, and the scanner goes on', async ({ page, demo }) => {
  const person = withAuthenticator(demo);
  const phone = await phoneWithCamera(demo, person);
  try {
    await toTheCode(page, demo);
    await phone.show(page);
    // A new code was drawn meanwhile: the film is of the old one.
    await page.goto(page.url().replace(/\/qr$/, ''));
    await page.getByRole('button', { name: /^Sign in with the phone app/ }).click();
    await heading(page, 'Sign in with the phone app');
    await phone.page.goto(`${demo.url}/app/scan`);
    await phone.page.getByText('This code has been scanned already.').waitFor();
    await expectNoAxeViolations(phone.page);
    await screenshot(phone.page, 'the scanner');
  } finally {
    await phone.close();
  }
});

story('a camera that is refused says where to allow it', async ({ page, demo, visitor }) => {
  const person = withAuthenticator(demo);
  await page.close();
  const { page: phone } = await visitor(PHONE);
  await openPhone(phone, demo, person);
  await phone.addInitScript(() => {
    navigator.mediaDevices.getUserMedia = async () => {
      throw new DOMException('refused', 'NotAllowedError');
    };
  });
  await phone.goto(`${demo.url}/app/scan`);
  await phone.getByText('Salpa may not use the camera').waitFor();
  await expectNoAxeViolations(phone);
  await button(phone, 'Try again').waitFor();
});

story('on the phone itself a link takes the place of the code, and a locked app asks for its PIN first', async ({ page, context, demo }) => {
  const person = withAuthenticator(demo);
  await openPhone(page, demo, person);
  await button(page, 'Lock').click();
  await heading(page, 'Enter your PIN');
  const tab = await context.newPage();
  await openApplication(tab, demo);
  await tab.getByRole('button', { name: /^Sign in with the phone app/ }).click();
  await expectNoSidewaysScroll(tab);
  await screenshot(tab, 'the code on a phone');
  const opened = context.waitForEvent('page');
  await button(tab, 'Open Salpa on this phone').click();
  const app = await opened;
  await heading(app, 'Enter your PIN');
  await typePin(app);
  await heading(app, 'Sign in on the computer?');
}, PHONE);
