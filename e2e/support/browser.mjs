// One Chromium for the tests of a file, and a page that remembers everything that went wrong in it.
import { execFileSync } from 'node:child_process';
import { chromium } from 'playwright-core';

const FLAGS = [
  '--headless',
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

const NAMES = ['chromium', 'chromium-browser', 'google-chrome'];

export function launchBrowser(more = []) {
  return chromium.launch({ executablePath: process.env.CHROMIUM || installedChromium(), args: [...FLAGS, ...more] });
}

// A browser whose camera shows the frames of a file: JPEG pictures, one after the other.
export function launchBrowserWithCamera(file) {
  return launchBrowser(['--use-fake-device-for-media-stream', `--use-file-for-fake-video-capture=${file}`]);
}

function installedChromium() {
  for (const name of NAMES) {
    try {
      return execFileSync('sh', ['-c', `command -v ${name}`], { encoding: 'utf8' }).trim();
    } catch {
      // The next name.
    }
  }
  throw new Error(`None of ${NAMES.join(', ')} is installed: name your browser in CHROMIUM.`);
}

export const DESKTOP = { viewport: { width: 1280, height: 800 } };
// A phone has three of its own pixels for each of ours. To draw them all without a graphics card takes a part of the run;
// SALPA_TEST_SCALE=3 has pictures to be looked at closely.
const SCALE = Number(process.env.SALPA_TEST_SCALE ?? 1);
export const PHONE = { viewport: { width: 390, height: 844 }, deviceScaleFactor: SCALE, isMobile: true, hasTouch: true };

// A page in a browser that nobody used before. `faults` collects errors of scripts and of the console, and whatever
// the content security policy stopped.
export async function newVisitor(browser, options = {}) {
  const context = await browser.newContext({ locale: 'en-GB', ...DESKTOP, ...options });
  const faults = [];
  const refused = new Set();
  context.on('response', (response) => {
    // The browser writes an error for every answer with such a status; a page that refuses has one rightly, and so has
    // the answer to a script.
    const request = response.request();
    const isAsked = request.isNavigationRequest() || request.resourceType() === 'fetch';
    if (response.status() >= 400 && response.status() < 500 && isAsked) {
      refused.add(response.url());
    }
  });
  context.on('console', (message) => {
    const isOfRefusal = message.text().startsWith('Failed to load resource') && refused.has(message.location().url);
    if (message.type() === 'error' && !isOfRefusal) faults.push(`console: ${message.text()} (${message.location().url})`);
  });
  context.on('weberror', (error) => faults.push(`script: ${error.error().stack ?? error.error()}`));
  if (options.javaScriptEnabled !== false) {
    await context.exposeBinding('__stoppedByPolicy', (_, what) => faults.push(`content security policy: ${what}`));
    await context.addInitScript(() => {
      addEventListener('securitypolicyviolation', (event) => {
        globalThis.__stoppedByPolicy(`${event.violatedDirective} stopped ${event.blockedURI} on ${event.documentURI}`);
      });
    });
  }
  const page = await context.newPage();
  // Long enough for a busy machine; only a story that fails waits so long.
  page.setDefaultTimeout(45_000);
  return { page, context, faults };
}
