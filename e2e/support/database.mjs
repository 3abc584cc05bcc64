// The database of one demo: inside it on SQLite, one made for it on PostgreSQL.
import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { promisify } from 'node:util';

const execute = promisify(execFile);

// `settings` for the demo's environment, and `drop()` for after it.
export async function databaseForOneDemo() {
  if (process.env.SALPA_TEST_DATABASE !== 'postgres') return { settings: {}, drop: async () => {} };
  const server = process.env.SALPA_TEST_POSTGRES_URL;
  if (!server) throw new Error('SALPA_TEST_POSTGRES_URL is not set: run bin/test browser, or bin/lib/postgres.sh COMMAND.');
  const name = `salpa_browser_${randomBytes(6).toString('hex')}`;
  const say = (sql) => execute('psql', ['--quiet', '--no-psqlrc', '--set=ON_ERROR_STOP=1', `--command=${sql}`, server]);
  await say(`CREATE DATABASE ${name}`);
  const own = new URL(server);
  own.pathname = `/${name}`;
  return {
    settings: { SALPA_DATABASE_URL: own.href },
    drop: () => say(`DROP DATABASE ${name} WITH (FORCE)`),
  };
}
