// Accessibility, as far as a program can tell: WCAG 2.2, levels A and AA.
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';

const axe = await readFile(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const LEVELS = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];

export async function expectNoAxeViolations(page) {
  // Through the debugger, where the page's content security policy does not stop it. A page that is looked at again has it.
  if (!(await page.evaluate(() => 'axe' in globalThis))) await page.evaluate(axe);
  // Colours that are still on their way to those of the other scheme have no contrast of their own.
  await page.evaluate(() => {
    for (const one of document.getAnimations()) if (one instanceof CSSTransition) one.finish();
  });
  const { violations } = await page.evaluate(
    (levels) => globalThis.axe.run({ runOnly: levels, preload: false, resultTypes: ['violations'] }),
    LEVELS,
  );
  const report = violations.map(({ id, help, nodes }) => `${id}: ${help}\n${nodes.map((node) => `  ${node.html}\n  ${node.failureSummary}`).join('\n')}`);
  assert.equal(violations.length, 0, `${page.url()}\n${report.join('\n')}`);
}

// Asserts that nothing needs sideways scrolling.
export async function expectNoSidewaysScroll(page) {
  const [content, window] = await page.evaluate(() => [document.documentElement.scrollWidth, innerWidth]);
  assert.ok(content <= window, `${page.url()} is ${content} wide in a window of ${window}`);
}
