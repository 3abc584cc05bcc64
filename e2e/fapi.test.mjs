// An application that keeps the FAPI 2.0 Security Profile, with a client library that knows nothing of Salpa.
import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import * as client from 'openid-client';
import { startService } from './support/service.mjs';

const PERSON = { email: 'maija@bank.example', password: 'the ferry leaves at seven sharp' };
const CALLBACK = 'https://bank.example/callback';
const ES256 = { name: 'ECDSA', namedCurve: 'P-256' };
const PS256 = { name: 'RSA-PSS', modulusLength: 2048, publicExponent: new Uint8Array([1, 0, 1]), hash: 'SHA-256' };
const ED25519 = { name: 'Ed25519' };

for (const [name, keyKind, dpop] of [
  ['ES256', ES256, 'required'],
  ['PS256, with nonces', PS256, 'required-with-nonce'],
  ['Ed25519', ED25519, 'required'],
]) {
  test(`a library pushes, signs in, proves and refreshes: ${name}`, { timeout: 300_000 }, async () => {
    const service = await startService();
    try {
      await tell(service, keyKind, dpop);
    } catch (error) {
      console.error(service.said());
      throw error;
    } finally {
      await service.stop();
    }
  });
}

async function tell(service, keyKind, dpop) {
  const keys = await crypto.subtle.generateKey(keyKind, true, ['sign', 'verify']);
  const { key_ops: _, ext: __, ...jwk } = await crypto.subtle.exportKey('jwk', keys.publicKey);
  const jwks = join(service.folder, 'bank.jwks');
  await writeFile(jwks, JSON.stringify({ keys: [jwk] }));
  await service.command([
    'applications', 'create', '--open-to', 'everybody', '--name', 'Bank', '--client-id', 'bank', '--redirect-uri', CALLBACK,
    '--authentication', 'private-key-jwt', '--jwks', jwks, '--fapi', '--dpop', dpop, '--policy', 'optional',
  ]);
  const names = ['--given-name', 'Maija', '--family-name', 'Meri'];
  await service.command(['people', 'create', '--email', PERSON.email, ...names, '--password-stdin'], PERSON.password);

  const insecure = { execute: [client.allowInsecureRequests] };
  const metadata = { use_mtls_endpoint_aliases: false };
  const config = await client.discovery(new URL(service.url), 'bank', metadata, client.PrivateKeyJwt(keys.privateKey), insecure);
  const DPoP = client.getDPoPHandle(config, await client.randomDPoPKeyPair('ES256'));
  const verifier = client.randomPKCECodeVerifier();
  const [state, nonce] = [client.randomState(), client.randomNonce()];
  const address = await client.buildAuthorizationUrlWithPAR(config, {
    redirect_uri: CALLBACK,
    scope: 'openid profile email offline_access',
    code_challenge: await client.calculatePKCECodeChallenge(verifier),
    code_challenge_method: 'S256',
    state,
    nonce,
  }, { DPoP });
  assert.deepEqual([...address.searchParams.keys()].sort(), ['client_id', 'request_uri']);

  const callback = await signIn(service.url, address);
  const tokens = await client.authorizationCodeGrant(config, callback, {
    pkceCodeVerifier: verifier, expectedState: state, expectedNonce: nonce, idTokenExpected: true,
  }, undefined, { DPoP });
  assert.equal(tokens.token_type, 'dpop');
  const person = await client.fetchUserInfo(config, tokens.access_token, tokens.claims().sub, { DPoP });
  assert.equal(person.email, PERSON.email);
  const renewed = await client.refreshTokenGrant(config, tokens.refresh_token, undefined, { DPoP });
  assert.equal(renewed.refresh_token ?? tokens.refresh_token, tokens.refresh_token, 'it is not rotated');
  const again = await client.fetchUserInfo(config, renewed.access_token, tokens.claims().sub, { DPoP });
  assert.equal(again.given_name, 'Maija');

  // A stolen token is worthless.
  const other = client.getDPoPHandle(config, await client.randomDPoPKeyPair('ES256'));
  for (const options of [{}, { DPoP: other }]) {
    await assert.rejects(client.fetchUserInfo(config, renewed.access_token, tokens.claims().sub, options));
  }
  await client.tokenRevocation(config, tokens.refresh_token);
  await assert.rejects(client.refreshTokenGrant(config, tokens.refresh_token, undefined, { DPoP }), { error: 'invalid_grant' });
}

// Signs the person in with plain forms, and gives the address that the browser is sent to in the end.
async function signIn(origin, address) {
  const cookies = new Map();
  const send = async (url, fields) => {
    const headers = { cookie: [...cookies].map(([name, value]) => `${name}=${value}`).join('; ') };
    if (fields) Object.assign(headers, { origin, 'content-type': 'application/x-www-form-urlencoded' });
    const body = fields && new URLSearchParams(fields).toString();
    const answer = await fetch(url, { method: fields ? 'POST' : 'GET', headers, body, redirect: 'manual' });
    for (const cookie of answer.headers.getSetCookie()) {
      const [name, ...value] = cookie.split(';')[0].split('=');
      cookies.set(name, value.join('='));
    }
    const location = answer.headers.get('location');
    const to = location && new URL(location, url);
    if (to && to.origin !== origin) return to;
    return to ? send(to) : { url, html: await answer.text() };
  };
  const first = await send(address);
  const form = `${origin}/${new URL(first.url).pathname.split('/').slice(1, 3).join('/')}`;
  await send(`${form}/email`, { email: PERSON.email });
  const last = await send(`${form}/password`, { password: PERSON.password });
  assert.ok(last instanceof URL, `${last.url}: ${last.html}`);
  return last;
}
