// Starts a demo for one story, and stops it after that.
import { execFile, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { cp, mkdtemp, rm } from 'node:fs/promises';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { promisify } from 'node:util';
import { databaseForOneDemo } from './database.mjs';

const READY_WITHIN = 120_000;
const execute = promisify(execFile);

// The folder of a demo that nobody has used, which each story on SQLite gets a copy of: to make one takes seconds. The
// run makes it; in a file that is run alone there is none, and each story makes its own.
const PREPARED = process.env.SALPA_TEST_PREPARED_DEMO;

// The first line of `salpa demo --json` (`url`, `application_url`, `messages_url`, `people`, `clients`),
// with `command()`, `stop()`, which ends it and fails when it had to be killed, and `said()`, its log. `settings` are
// more of its environment.
export async function startDemo(settings = {}) {
  const folder = await mkdtemp(join(tmpdir(), 'salpa-demo-'));
  const database = await databaseForOneDemo();
  // Port 0: any free ones, for Salpa and for its applications.
  const isCopied = Boolean(PREPARED) && Object.keys(database.settings).length === 0;
  if (isCopied) await cp(PREPARED, folder, { recursive: true });
  const fresh = isCopied ? [] : ['--fresh'];
  const server = spawn(binary(), ['demo', '--json', ...fresh, '--folder', folder, '--port', '0'], {
    env: { ...process.env, ...database.settings, ...settings },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const log = [];
  server.stderr.setEncoding('utf8').on('data', (text) => log.push(text));
  const ended = new Promise((resolve) => server.once('exit', (code, signal) => resolve({ code, signal })));
  // A test run that is cut short leaves no server behind.
  const kill = () => server.kill('SIGKILL');
  process.once('exit', kill);

  const said = () => log.join('');
  const stop = async () => {
    server.kill('SIGTERM');
    const late = setTimeout(kill, 60_000);
    const { code, signal } = await ended;
    clearTimeout(late);
    process.removeListener('exit', kill);
    await database.drop();
    await rm(folder, { recursive: true, force: true });
    if (signal === 'SIGKILL') throw new Error(`The demo did not stop when asked to:\n${said()}`);
    if (code) throw new Error(`The demo ended with code ${code}:\n${said()}`);
  };

  try {
    // A command of the operator on this demo's database, and its JSON.
    const command = async (...words) => {
      const config = join(folder, 'salpa.toml');
      const { stdout } = await execute(binary(), ['--config', config, '--json', ...words], { env: { PATH: process.env.PATH, ...settings } });
      return JSON.parse(stdout);
    };
    return { ...(await firstLine(server, ended)), command, stop, said };
  } catch (error) {
    kill();
    await ended;
    await database.drop();
    await rm(folder, { recursive: true, force: true });
    throw new Error(`${error.message}\n${said()}`);
  }
}

// Makes the folder that stories get copies of.
export async function prepareDemo() {
  const folder = await mkdtemp(join(tmpdir(), 'salpa-prepared-'));
  const server = spawn(binary(), ['demo', '--json', '--fresh', '--folder', folder, '--port', '0'], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const log = [];
  server.stderr.setEncoding('utf8').on('data', (text) => log.push(text));
  const ended = new Promise((resolve) => server.once('exit', (code, signal) => resolve({ code, signal })));
  const { url } = await firstLine(server, ended);
  // It listens for the signal once it answers.
  await (await fetch(url)).text();
  server.kill('SIGTERM');
  const { code } = await ended;
  if (code) throw new Error(`The first demo ended with code ${code}:\n${log.join('')}`);
  return folder;
}

export function binary() {
  const cache = process.env.XDG_CACHE_HOME || join(homedir(), '.cache');
  const target = process.env.CARGO_TARGET_DIR || join(cache, 'salpa', 'target');
  const path = process.env.SALPA_BINARY || join(target, 'debug', 'salpa');
  if (!existsSync(path)) throw new Error(`${path} is not there: say \`cargo build\` first, or name it in SALPA_BINARY.`);
  return path;
}

function firstLine(server, ended) {
  const lines = createInterface({ input: server.stdout });
  return new Promise((resolve, reject) => {
    const late = setTimeout(() => reject(new Error(`The demo was not ready within ${READY_WITHIN / 1000} seconds.`)), READY_WITHIN);
    lines.once('line', (line) => {
      clearTimeout(late);
      try {
        resolve(JSON.parse(line));
      } catch {
        reject(new Error(`The demo's first line is no JSON: ${line}`));
      }
    });
    ended.then(({ code, signal }) => {
      clearTimeout(late);
      reject(new Error(`The demo ended before it was ready (${signal ?? `code ${code}`}).`));
    });
  });
}
