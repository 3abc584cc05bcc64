// node-oidc-provider with one application and a sign-in page, for bin/bench --beside.
//   node server.mjs SETTINGS hash    hashes the passwords in the settings, so that the start need not
//   node server.mjs SETTINGS         serves
import { generateKeyPairSync } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { hash, verify } from '@node-rs/argon2';
import { Provider } from 'oidc-provider';

const settings = JSON.parse(readFileSync(process.argv[2], 'utf8'));
const api = 'urn:bench';
const scope = 'openid profile email';
const cost = { algorithm: 2, memoryCost: settings.memory, timeCost: settings.passes, parallelism: 1 };
if (process.argv[3] === 'hash') {
  for (const person of settings.people) person.password = await hash(person.password, cost);
  writeFileSync(process.argv[2], JSON.stringify(settings));
  process.exit();
}
const people = new Map(settings.people.map(({ email, password }) => [email, password]));

const equal = settings.equal && {
  jwks: { keys: [generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey.export({ format: 'jwk' })] },
  rotateRefreshToken: true,
};
const provider = new Provider(`http://localhost:${settings.port}`, {
  ...equal,
  clients: [
    {
      client_id: 'bench',
      client_secret: settings.secret,
      redirect_uris: [settings.redirect_uri],
      grant_types: ['authorization_code', 'refresh_token', 'client_credentials'],
      ...(settings.equal && { id_token_signed_response_alg: 'ES256' }),
    },
  ],
  cookies: { keys: [settings.secret] },
  claims: { openid: ['sub'], email: ['email'], profile: ['name'] },
  findAccount: (_, id) => ({ accountId: id, claims: () => ({ sub: id, email: id, name: id }) }),
  // Without this it gives refresh tokens only where a person was asked for consent.
  issueRefreshToken: async (_, client) => client.grantTypeAllowed('refresh_token'),
  // The application is the operator's own: nobody is asked for consent.
  loadExistingGrant: async ({ oidc }) => {
    const known = oidc.session.grantIdFor(oidc.client.clientId);
    if (known) return provider.Grant.find(known);
    const grant = new provider.Grant({ accountId: oidc.session.accountId, clientId: oidc.client.clientId });
    grant.addOIDCScope(scope);
    grant.addResourceScope(api, scope);
    await grant.save();
    return grant;
  },
  features: {
    devInteractions: { enabled: false },
    clientCredentials: { enabled: true },
    resourceIndicators: {
      enabled: settings.equal,
      defaultResource: () => api,
      useGrantedResource: () => true,
      getResourceServerInfo: () => ({ scope, audience: api, accessTokenFormat: 'jwt', jwt: { sign: { alg: 'ES256' } } }),
    },
  },
  interactions: { url: (_, interaction) => `/interaction/${interaction.uid}` },
});

const isRight = async (email, password) => {
  const known = people.get(email);
  if (known === undefined) return false;
  return settings.equal ? verify(known, password) : known === password;
};

const body = async (request) => {
  let text = '';
  for await (const part of request) text += part;
  return new URLSearchParams(text);
};

const answer = provider.callback();
createServer(async (request, response) => {
  if (!request.url.startsWith('/interaction/')) return answer(request, response);
  try {
    if (request.method !== 'POST') {
      response.setHeader('content-type', 'text/html');
      return response.end(
        `<form method="post" action="${request.url}"><input name="login"><input type="password" name="password"></form>`,
      );
    }
    const typed = await body(request);
    if (!(await isRight(typed.get('login'), typed.get('password')))) {
      response.statusCode = 403;
      return response.end();
    }
    return await provider.interactionFinished(request, response, { login: { accountId: typed.get('login') } });
  } catch (error) {
    console.error(error);
    response.statusCode = 500;
    return response.end();
  }
}).listen(settings.port, '127.0.0.1');
