// A Salpa of one's own, as an operator runs it, for stories of applications that the demo does not have.
import { execFile, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { binary } from './demo.mjs';
import { databaseForOneDemo } from './database.mjs';

const READY_WITHIN = 120_000;

// `url`, `folder`, `command(arguments, input)`, which gives what it printed as JSON, and `stop()`. `settings` are added to
// its own.
export async function startService(settings = {}) {
  const folder = await mkdtemp(join(tmpdir(), 'salpa-service-'));
  const database = await databaseForOneDemo();
  const port = await freePort();
  const url = `http://localhost:${port}`;
  const env = {
    PATH: process.env.PATH,
    SALPA_DATABASE_URL: `sqlite:${join(folder, 'salpa.db')}`,
    SALPA_PUBLIC_URL: url,
    SALPA_LISTEN: `127.0.0.1:${port}`,
    SALPA_SECRET_KEY: randomBytes(32).toString('base64'),
    ...database.settings,
    ...settings,
  };
  const command = (commandArguments, input = '') =>
    new Promise((resolve, reject) => {
      const options = { env, cwd: folder };
      const process = execFile(binary(), [...commandArguments, '--json'], options, (error, stdout, stderr) =>
        error ? reject(new Error(`salpa ${commandArguments.join(' ')}: ${stdout}${stderr}`)) : resolve(JSON.parse(stdout)));
      process.stdin.end(input);
    });
  await command(['migrate']);
  const server = spawn(binary(), ['serve'], { env, cwd: folder, stdio: ['ignore', 'pipe', 'pipe'] });
  const log = [];
  for (const stream of [server.stdout, server.stderr]) stream.setEncoding('utf8').on('data', (text) => log.push(text));
  const ended = once(server, 'exit');
  const kill = () => server.kill('SIGKILL');
  process.once('exit', kill);
  const stop = async () => {
    server.kill('SIGTERM');
    await ended;
    process.removeListener('exit', kill);
    await database.drop();
    await rm(folder, { recursive: true, force: true });
  };
  try {
    await ready(url, server);
  } catch (error) {
    kill();
    await stop();
    throw new Error(`${error.message}\n${log.join('')}`);
  }
  return { url, folder, command, stop, said: () => log.join('') };
}

async function ready(url, server) {
  const until = Date.now() + READY_WITHIN;
  while (Date.now() < until && server.exitCode === null) {
    const answer = await fetch(`${url}/health/ready`).catch(() => undefined);
    if (answer?.ok) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error('Salpa does not become ready.');
}

async function freePort() {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address();
  server.close();
  await once(server, 'close');
  return port;
}
