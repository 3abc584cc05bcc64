// A provider of identities by an implementation that knows nothing of Salpa (the npm package oidc-provider): a broker of
// the Finnish Trust Network, or the directory of a company. Its page has a button for each customer, and one to give up.
import { generateKeyPairSync } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Provider } from 'oidc-provider';

const CLIENT_ID = 'salpa';
const IDENTIFIER = 'urn:oid:1.2.246.21';
const LEVEL = 'http://ftn.ficora.fi/2017/loa2';

// A broker of the trust network, registered at `demo` and offered there: signed requests, `private_key_jwt`, encrypted ID
// tokens. `customers` maps what the bank calls its people to their personal identity codes.
export async function startBroker(demo, customers) {
  return start(demo, {
    customers,
    settings: { kind: 'finnish_trust_network', name: 'Broker', service_name: 'Kallio & Laine' },
    client: {
      token_endpoint_auth_method: 'private_key_jwt',
      token_endpoint_auth_signing_alg: 'RS256',
      request_object_signing_alg: 'RS256',
      require_signed_request_object: true,
      id_token_signed_response_alg: 'RS256',
      id_token_encrypted_response_alg: 'RSA-OAEP',
      id_token_encrypted_response_enc: 'A128CBC-HS256',
      require_auth_time: true,
    },
  });
}

// The directory of a company, with pushed requests and plain ID tokens. `customers` maps people to their identifiers there.
export async function startDirectory(demo, customers, more = {}) {
  return start(demo, {
    customers,
    settings: {
      kind: 'oidc', name: 'Directory', request: 'pushed', signing_algorithm: 'ES256',
      methods: [{ id: 'directory', name: 'Kallio directory', group: 'company', worth: 'one_proof' }],
      ...more,
    },
    client: {
      token_endpoint_auth_method: 'private_key_jwt',
      token_endpoint_auth_signing_alg: 'ES256',
      require_pushed_authorization_requests: true,
      id_token_signed_response_alg: 'RS256',
    },
  });
}

async function start(demo, { customers, settings, client }) {
  const server = createServer();
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  const issuer = `http://127.0.0.1:${server.address().port}`;
  const file = join(tmpdir(), `salpa-provider-${server.address().port}.json`);
  const endpoints = {
    authorization: `${issuer}/auth`, token: `${issuer}/token`, jwks: `${issuer}/jwks`,
    pushed_authorization_request: `${issuer}/request`, names_itself: true,
  };
  await writeFile(file, JSON.stringify({ ...settings, issuer, client_id: CLIENT_ID, endpoints }));
  const made = await demo.command('identity-providers', 'create', file);

  const key = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey.export({ format: 'jwk' });
  const provider = new Provider(issuer, {
    jwks: { keys: [{ ...key, use: 'sig', alg: 'RS256', kid: 'broker' }] },
    cookies: { keys: ['a cookie of the bank'] },
    clients: [{
      client_id: CLIENT_ID,
      redirect_uris: [made.redirect_uri],
      jwks: await (await fetch(made.jwks_uri)).json(),
      response_types: ['code'],
      grant_types: ['authorization_code'],
      ...client,
    }],
    acrValues: [LEVEL],
    claims: { openid: ['sub', IDENTIFIER], acr: null },
    conformIdTokenClaims: false,
    extraParams: ['ftn_spname'],
    findAccount: (_, name) => ({
      accountId: name,
      claims: () => ({ sub: `subject of ${customers[name]}`, [IDENTIFIER]: customers[name] }),
    }),
    features: {
      devInteractions: { enabled: false },
      encryption: { enabled: true },
      requestObjects: { enabled: true },
      pushedAuthorizationRequests: { enabled: true },
    },
    enabledJWA: {
      clientAuthSigningAlgValues: ['RS256', 'ES256'],
      requestObjectSigningAlgValues: ['RS256', 'ES256'],
      idTokenEncryptionAlgValues: ['RSA-OAEP'],
      idTokenEncryptionEncValues: ['A128CBC-HS256'],
    },
    interactions: { url: (_, interaction) => `/bank/${interaction.uid}` },
    loadExistingGrant: async ({ oidc }) => {
      const grant = new provider.Grant({ accountId: oidc.session.accountId, clientId: CLIENT_ID });
      grant.addOIDCScope('openid');
      await grant.save();
      return grant;
    },
    // Its own certificate is no matter here.
    pkce: { required: () => true },
  });
  const asked = [];
  provider.on('interaction.started', (context) => asked.push(context.oidc.params));
  server.on('request', async (request, answer) => {
    const path = new URL(request.url, issuer).pathname;
    // A browser looks for it by itself, and complains where there is none.
    if (path === '/favicon.ico') return answer.writeHead(204).end();
    if (!path.startsWith('/bank/')) return provider.callback()(request, answer);
    if (request.method === 'GET') {
      const { params } = await provider.interactionDetails(request, answer);
      answer.setHeader('content-type', 'text/html; charset=utf-8');
      return answer.end(page(params, Object.keys(customers)));
    }
    let body = '';
    for await (const part of request) body += part;
    const chosen = new URLSearchParams(body).get('name');
    const result = chosen === null
      ? { error: 'access_denied', error_description: 'the customer gave up' }
      : { login: { accountId: chosen, acr: LEVEL, ts: Math.floor(Date.now() / 1000) } };
    return provider.interactionFinished(request, answer, result, { mergeWithLastSubmission: false });
  });
  await demo.command('identity-providers', 'turn-on', settings.name);
  const stop = () => {
    server.closeAllConnections();
    return new Promise((resolve) => server.close(resolve));
  };
  return { issuer, name: settings.name, asked, stop };
}

function page(params, names) {
  const button = (name) => `<button name="name" value="${name}">${name}</button>`;
  return `<!doctype html><html lang="en"><link rel="icon" href="data:,"><title>The bank</title><h1>${params.acr_values ?? 'directory'}</h1>
    <p>${params.ftn_spname ?? ''}</p><form method="post">${names.map(button).join('')}<button>Cancel</button></form>`;
}
