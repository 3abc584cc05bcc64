// A browser test: a story with a demo and a page of its own.
import assert from 'node:assert/strict';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { launchBrowser, newVisitor } from './browser.mjs';
import { startDemo } from './demo.mjs';
import { forgetUsedCodes } from './totp.mjs';

const OUTPUT = join(import.meta.dirname, '..', 'output', process.env.SALPA_TEST_DATABASE || 'sqlite');

let browser;

before(async () => {
  await mkdir(OUTPUT, { recursive: true });
  browser = await launchBrowser();
});

after(() => browser?.close());

// `tell` gets the `page`, its `context`, the `demo`, and `visitor(options)` for one more browser. `options` are those of
// a browser context, such as DESKTOP, PHONE, `colorScheme` or `javaScriptEnabled`. A complaint in a page's console
// fails the story, even if it came to its end. `settings` are those of the demo.
export function story(name, tell, options = {}, settings = {}) {
  test(name, { timeout: 300_000 }, async () => {
    const demo = await startDemo(settings);
    forgetUsedCodes();
    const visitors = [];
    const visitor = async (own = options) => {
      const one = await newVisitor(browser, own);
      visitors.push(one);
      return one;
    };
    try {
      const { page, context } = await visitor();
      await tell({ page, context, demo, visitor });
      assert.deepEqual(visitors.flatMap((one) => one.faults), [], 'the pages complained');
    } catch (error) {
      for (const [number, { page }] of visitors.entries()) await failed(page, `${name} ${number + 1}`);
      console.error(demo.said());
      throw error;
    } finally {
      for (const { context } of visitors) await context.close();
      await demo.stop();
    }
  });
}

// A picture for the eye, in e2e/output.
export async function screenshot(page, name) {
  await page.screenshot({ path: join(OUTPUT, `${fileName(name)}.png`), fullPage: true, animations: 'disabled' });
}

async function failed(page, name) {
  try {
    await screenshot(page, `failed ${name}`);
    console.error(`${page.url()} "${await page.title()}": see ${join(OUTPUT, `${fileName(`failed ${name}`)}.png`)}`);
  } catch {
    // The page is gone; the story's own error says what happened.
  }
}

function fileName(words) {
  return words.toLowerCase().replace(/[^a-z0-9]+/g, '-').replace(/^-|-$/g, '');
}
