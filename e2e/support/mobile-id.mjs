// Mobile-ID: its REST interface. The story says what the person does on the phone.
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { mkdirSync, readFileSync } from 'node:fs';
import { createServer } from 'node:https';
import { join } from 'node:path';
import { makeCertificates } from './bank-id.mjs';

// `address`, the file `authorities` for the operator, `shown()`, the digits on the phone, and `confirms(sim)`.
export async function startMobileId(parent) {
  const folder = join(parent, 'mobile-id');
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
    response.end(JSON.stringify(answer ?? { error: 'SessionID not found' }));
  });
  const find = (url) => sessions.find(({ sessionID }) => url.includes(sessionID));
  const begin = (asked) => {
    const session = { sessionID: randomUUID(), hash: Buffer.from(asked.hash, 'base64'), stands: { state: 'RUNNING' } };
    sessions.push(session);
    return { sessionID: session.sessionID };
  };
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    address: `https://127.0.0.1:${server.address().port}/mid-api`,
    authorities: certificates.authority,
    shown: () => {
      const { hash } = sessions.at(-1);
      return String(((hash[0] >> 2) << 7) | (hash.at(-1) & 0x7f)).padStart(4, '0');
    },
    ends: (result) => { sessions.at(-1).stands = { state: 'COMPLETE', result }; },
    confirms: (sim) => {
      const session = sessions.at(-1);
      const signature = { value: sim.signsHash(session.hash), algorithm: 'SHA256WithRSAEncryption' };
      session.stands = { state: 'COMPLETE', result: 'OK', signature, cert: sim.certificate };
    },
    stop: () => new Promise((done) => { server.close(done); server.closeAllConnections(); }),
  };
}
