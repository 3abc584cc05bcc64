// No page of the sign-in loads more than 30 kB, compressed, or anything from another host.
import assert from 'node:assert/strict';
import { giveCode, giveEmail, givePassword, openApplication, expectSignedIn, withAuthenticator } from './support/steps.mjs';
import { story } from './support/story.mjs';
import { unusedCode } from './support/totp.mjs';

const MOST = 30_000;

story('every page of the sign-in is light, and from one host', async ({ page, context, demo }) => {
  const person = withAuthenticator(demo);
  const salpa = new URL(demo.url).origin;
  const network = await context.newCDPSession(page);
  await network.send('Network.enable');
  // The weight of a first visit, on every page.
  await network.send('Network.setCacheDisabled', { cacheDisabled: true });
  const hosts = new Map();
  let bytes = 0;
  network.on('Network.requestWillBeSent', ({ requestId, request }) => hosts.set(requestId, request.url));
  network.on('Network.loadingFinished', ({ requestId, encodedDataLength }) => {
    // A late response to the previous page does not count for this one.
    if (hosts.has(requestId)) bytes += encodedDataLength;
  });

  const weigh = async (name) => {
    bytes = 0;
    hosts.clear();
    await page.reload({ waitUntil: 'networkidle' });
    assert.ok(bytes > 0 && bytes <= MOST, `the page for the ${name} loads ${bytes} bytes`);
    const others = [...hosts.values()].filter((url) => !url.startsWith('data:') && new URL(url).origin !== salpa);
    assert.deepEqual(others, [], `the page for the ${name} loads from another host`);
  };

  await openApplication(page, demo);
  await page.getByLabel('Email', { exact: true }).waitFor();
  await weigh('email');
  await giveEmail(page, person.email);
  await page.getByLabel('Password', { exact: true }).waitFor();
  await weigh('password');
  await givePassword(page, person.password);
  await page.getByLabel('Code', { exact: true }).waitFor();
  await weigh('code');
  await giveCode(page, await unusedCode(person.totp_secret));
  await expectSignedIn(page, demo, person);
});
