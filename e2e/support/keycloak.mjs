// Keycloak, as the directory of a company. It is started once for a file, with a realm for each story.
import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const READY_WITHIN = 180_000;
const ADMINISTRATOR = { name: 'administrator', password: 'a password of the administrator' };
// A person of every realm.
export const PERSON = { name: 'aino', password: 'a password at the directory' };
const CLIENT_ID = 'salpa';

export async function startKeycloak() {
  const distribution = process.env.SALPA_TEST_KEYCLOAK;
  if (!distribution) throw new Error('SALPA_TEST_KEYCLOAK is not set: run bin/test keycloak.');
  const data = await mkdtemp(join(tmpdir(), 'salpa-keycloak-'));
  const port = await freePort();
  const origin = `http://127.0.0.1:${port}`;
  const server = spawn('bash', [
    join(distribution, 'bin', 'kc.sh'), 'start-dev', '--http-host=127.0.0.1', `--http-port=${port}`, `--hostname=${origin}`,
    '--db=dev-mem', '--cache=local',
  ], {
    env: {
      ...process.env,
      KC_BOOTSTRAP_ADMIN_USERNAME: ADMINISTRATOR.name,
      KC_BOOTSTRAP_ADMIN_PASSWORD: ADMINISTRATOR.password,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
  });
  const log = [];
  for (const stream of [server.stdout, server.stderr]) stream.setEncoding('utf8').on('data', (text) => log.push(text));
  const ended = new Promise((resolve) => server.once('exit', resolve));
  // The script starts a JVM, which ends with its group.
  const kill = () => {
    try {
      process.kill(-server.pid, 'SIGKILL');
    } catch {
      // It has ended.
    }
  };
  process.once('exit', kill);
  const stop = async () => {
    kill();
    await ended;
    process.removeListener('exit', kill);
    await rm(data, { recursive: true, force: true });
  };

  const until = Date.now() + READY_WITHIN;
  for (;;) {
    const answer = await fetch(`${origin}/realms/master`).catch(() => undefined);
    if (answer?.ok) break;
    if (Date.now() > until || server.exitCode !== null) {
      await stop();
      throw new Error(`Keycloak was not ready within ${READY_WITHIN / 1000} seconds:\n${log.join('')}`);
    }
    await new Promise((done) => setTimeout(done, 500));
  }

  const administer = async (path, body) => {
    const token = await fetch(`${origin}/realms/master/protocol/openid-connect/token`, {
      method: 'POST',
      body: new URLSearchParams({
        grant_type: 'password', client_id: 'admin-cli', username: ADMINISTRATOR.name, password: ADMINISTRATOR.password,
      }),
    });
    const { access_token: bearer } = await token.json();
    const answer = await fetch(`${origin}/admin/realms${path}`, {
      method: 'POST',
      headers: { authorization: `Bearer ${bearer}`, 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
    if (!answer.ok) throw new Error(`Keycloak refused ${path}: ${answer.status} ${await answer.text()}`);
  };

  // A realm with one person, registered at `demo` with these settings and offered there. `attributes` are those of the
  // client at Keycloak.
  const directory = async (demo, settings, attributes) => {
    const realm = `realm-${randomUUID()}`;
    await administer('', {
      realm, enabled: true, sslRequired: 'none',
      users: [{
        username: PERSON.name, email: 'aino@directory.example', emailVerified: true, enabled: true, firstName: 'Aino',
        lastName: 'Laine', credentials: [{ type: 'password', value: PERSON.password }],
      }],
    });
    const file = join(data, `${realm}.json`);
    const name = 'Keycloak';
    await writeFile(file, JSON.stringify({
      kind: 'oidc', name, issuer: `${origin}/realms/${realm}`, client_id: CLIENT_ID,
      methods: [{ id: 'directory', name: 'Keycloak of Kallio', group: 'company', worth: 'one_proof' }],
      ...settings,
    }));
    // The endpoints are discovered.
    const made = await demo.command('identity-providers', 'create', file);
    await administer(`/${realm}/clients`, {
      clientId: CLIENT_ID, protocol: 'openid-connect', publicClient: false, standardFlowEnabled: true,
      redirectUris: [made.redirect_uri], clientAuthenticatorType: 'client-jwt',
      attributes: {
        'use.jwks.url': 'true', 'jwks.url': made.jwks_uri, 'pkce.code.challenge.method': 'S256',
        'token.endpoint.auth.signing.alg': 'ES256', ...attributes,
      },
    });
    const trials = await demo.command('identity-providers', 'check', name);
    await demo.command('identity-providers', 'turn-on', name);
    return { issuer: `${origin}/realms/${realm}`, trials };
  };
  return { origin, directory, stop };
}

async function freePort() {
  const server = createServer();
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address();
  await new Promise((resolve) => server.close(resolve));
  return port;
}
