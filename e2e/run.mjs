// Runs the browser tests: `node e2e/run.mjs [file…]`.
// SALPA_BINARY           the program to test; by default the development build
// SALPA_TEST_DATABASE    `sqlite` (default) or `postgres`, with SALPA_TEST_POSTGRES_URL
// CHROMIUM               the browser to use
import { readdirSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { basename, join } from 'node:path';
import { run } from 'node:test';
import { spec } from 'node:test/reporters';

const folder = import.meta.dirname;
const wanted = process.argv.slice(2).map((name) => basename(name));
const files = readdirSync(folder)
  .filter((name) => name.endsWith('.test.mjs') && (wanted.length === 0 || wanted.includes(name)))
  .sort()
  .map((name) => join(folder, name));
if (files.length === 0) throw new Error(`There is no such test in ${folder}: ${wanted.join(', ')}`);

run({ files, concurrency: Math.min(2, availableParallelism()), timeout: 300_000 })
  .on('test:fail', () => { process.exitCode = 1; })
  .compose(new spec())
  .pipe(process.stdout);
