// The texts of the pages in a language, as its files in `locales/` have them.
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

const FOLDER = join(import.meta.dirname, '..', '..', 'locales');

// A function that gives the text of a key, with the values of its variables.
export function wordsOf(language) {
  const texts = new Map();
  const folder = join(FOLDER, language);
  for (const file of readdirSync(folder)) {
    for (const line of readFileSync(join(folder, file), 'utf8').split('\n')) {
      const found = /^([a-z0-9-]+) = (.+)$/.exec(line);
      if (found) texts.set(found[1], found[2]);
    }
  }
  return (key, values = {}) => {
    const text = texts.get(key);
    if (text === undefined) throw new Error(`${key} has no text in ${language}`);
    return text.replace(/\{ \$(\w+) \}/g, (_, name) => values[name]);
  };
}
