// A name of any length or direction fits its place, and leaves the columns beside it theirs.
import assert from 'node:assert/strict';
import { expectNoSidewaysScroll } from './support/accessibility.mjs';
import { signIn } from './support/steps.mjs';
import { screenshot, story } from './support/story.mjs';

const NAMES = [
  'Wolfeschlegelsteinhausenbergerdorffwelchevoralternwarengewissenhaft',
  `${'W'.repeat(100)} ${'M'.repeat(100)}`,
  'אבי כהן',
  'عبدالرحمن بن عبدالعزيز',
];

// The words of the short columns that stand on more than one line; a hyphen may end one.
const brokenWords = (page) => page.locator('table.people').evaluate((table) => {
  const broken = [];
  for (const cell of table.querySelectorAll('thead th, tbody td:not(.leads)')) {
    const texts = document.createTreeWalker(cell, NodeFilter.SHOW_TEXT);
    while (texts.nextNode()) {
      for (const word of texts.currentNode.data.matchAll(/[^\s-]+/g)) {
        const range = document.createRange();
        range.setStart(texts.currentNode, word.index);
        range.setEnd(texts.currentNode, word.index + word[0].length);
        const lines = new Set([...range.getClientRects()].map((box) => Math.round(box.top)));
        if (lines.size > 1) broken.push(word[0]);
      }
    }
  }
  return broken;
});

story('a long name leaves the words of other columns whole', async ({ page, demo }) => {
  await page.goto(`${demo.url}/admin?section=users`);
  await signIn(page, demo.people.find((one) => one.totp_secret && one.roles.includes('user administrator')));
  await page.waitForURL(/\/users/);
  for (const name of NAMES) {
    await page.locator('table.people .who a').first().evaluate((link, text) => { link.textContent = text; }, name);
    assert.deepEqual(await brokenWords(page), [], name);
    await expectNoSidewaysScroll(page);
  }
  await screenshot(page, 'console long names');
}, { viewport: { width: 1100, height: 800 } });
