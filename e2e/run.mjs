// Runs the browser tests: `node e2e/run.mjs [file…]`.
// SALPA_BINARY           the program to test; by default the development build
// SALPA_TEST_DATABASE    `sqlite` (default) or `postgres`, with SALPA_TEST_POSTGRES_URL
// CHROMIUM               the browser to use
// On SQLite every file runs; on PostgreSQL the smoke set below, unless files are named. Those of `peers`, which need
// another program (`bin/test keycloak`), run where they are named.
import { readdirSync, rmSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { run } from 'node:test';
import { spec } from 'node:test/reporters';
import { prepareDemo } from './support/demo.mjs';

// The pages are the same on both databases, and every Rust test of what is behind them runs on both. So a browser on
// PostgreSQL only shows that the parts fit: the demo made there and signed in to, a console that searches as one types,
// and a service that an operator sets up by command.
const SMOKE = ['console.test.mjs', 'fapi.test.mjs', 'sign-in.test.mjs'];

const folder = import.meta.dirname;
const inPeers = (name) => (basename(dirname(name)) === 'peers' ? join('peers', basename(name)) : basename(name));
const named = process.argv.slice(2).map(inPeers);
const tests = (of) => readdirSync(join(folder, of)).filter((name) => name.endsWith('.test.mjs')).sort();
const usual = tests('.');
const all = [...usual, ...tests('peers').map((name) => join('peers', name))];
const byDefault = process.env.SALPA_TEST_DATABASE === 'postgres' ? SMOKE : usual;
const wanted = named.length > 0 ? named : byDefault;
const missing = wanted.filter((name) => !all.includes(name));
if (missing.length > 0) throw new Error(`There is no such test in ${folder}: ${missing.join(', ')}`);
const files = wanted.map((name) => join(folder, name));

if (process.env.SALPA_TEST_DATABASE !== 'postgres') {
  const prepared = await prepareDemo();
  process.env.SALPA_TEST_PREPARED_DEMO = prepared;
  process.once('exit', () => rmSync(prepared, { recursive: true, force: true }));
}

run({ files, concurrency: Math.min(2, availableParallelism()), timeout: 2_400_000 })
  .on('test:fail', () => { process.exitCode = 1; })
  .compose(new spec())
  .pipe(process.stdout);
