// Smart-ID: its relying-party API. The story says what the person does in the app.
import { createHash, randomBytes, randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { mkdirSync, readFileSync } from 'node:fs';
import { createServer } from 'node:https';
import { join } from 'node:path';
import { makeCertificates } from './bank-id.mjs';

export const PARTY = '00000000-0000-4000-8000-000000000000';

const sha256 = (bytes) => createHash('sha256').update(bytes).digest();

// `address`, the file `authorities` for the operator, and `confirms(account, flow)`, which gives the address that the app opens.
export async function startSmartId(parent) {
  const folder = join(parent, 'smart-id');
  mkdirSync(folder);
  const certificates = makeCertificates(folder);
  const sessions = [];
  const server = createServer({
    key: readFileSync(certificates.server.key),
    cert: readFileSync(certificates.server.certificate),
  }, async (request, response) => {
    const body = Buffer.concat(await request.toArray()).toString();
    const answer = request.method === 'POST' ? begin(JSON.parse(body)) : find(request.url)?.stands;
    response.writeHead(answer ? 200 : 404, { 'content-type': 'application/json' });
    response.end(JSON.stringify(answer ?? { title: 'Not Found' }));
  });
  const find = (url) => sessions.find(({ sessionID }) => url.includes(sessionID));
  const begin = (asked) => {
    const session = { sessionID: randomUUID(), asked, secret: randomBytes(16), stands: { state: 'RUNNING' } };
    sessions.push(session);
    return {
      sessionID: session.sessionID,
      sessionToken: randomBytes(24).toString('base64url'),
      sessionSecret: session.secret.toString('base64'),
      deviceLinkBase: 'https://smart-id.com/device-link/',
    };
  };
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    address: `https://127.0.0.1:${server.address().port}/v3`,
    authorities: certificates.authority,
    ends: (endResult) => { sessions.at(-1).stands = { state: 'COMPLETE', result: { endResult } }; },
    confirms: (account, flow) => {
      const session = sessions.at(-1);
      const { asked } = session;
      const [serverRandom, verifier] = [randomBytes(24).toString('base64'), randomBytes(32).toString('base64url')];
      const userChallenge = sha256(verifier).toString('base64url');
      const returns = asked.initialCallbackUrl ?? '';
      const signed = [
        'smart-id', 'ACSP_V2', serverRandom, asked.signatureProtocolParameters.rpChallenge, userChallenge,
        Buffer.from(asked.relyingPartyName).toString('base64'), '', sha256(asked.interactions).toString('base64'),
        'displayTextAndPIN', returns, flow,
      ].join('|');
      const parameters = { hashAlgorithm: 'SHA-512' };
      session.stands = {
        state: 'COMPLETE',
        result: { endResult: 'OK', documentNumber: 'PNOEE-60001019906-MOCK-Q' },
        signatureProtocol: 'ACSP_V2',
        signature: {
          value: account.signs(signed), serverRandom, userChallenge, flowType: flow, signatureAlgorithm: 'rsassa-pss',
          signatureAlgorithmParameters: {
            ...parameters, maskGenAlgorithm: { algorithm: 'id-mgf1', parameters }, saltLength: 64, trailerField: '0xbc',
          },
        },
        cert: { value: account.certificate, certificateLevel: 'QUALIFIED' },
        interactionTypeUsed: 'displayTextAndPIN',
      };
      const digest = sha256(session.secret).toString('base64url');
      return returns && `${returns}&sessionSecretDigest=${digest}&userChallengeVerifier=${verifier}`;
    },
    stop: () => new Promise((done) => { server.close(done); server.closeAllConnections(); }),
  };
}
