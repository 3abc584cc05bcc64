// BankID of Sweden: its relying-party API, which asks for a certificate. The story says what the person does in the app.
import { execFileSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:https';
import { join } from 'node:path';

// `address`, the files `authorities` and `identity` for the operator, and the orders, the newest last.
export async function startBankId(folder) {
  const certificates = makeCertificates(folder);
  const orders = [];
  const server = createServer({
    key: readFileSync(certificates.server.key),
    cert: readFileSync(certificates.server.certificate),
    ca: readFileSync(certificates.authority),
    requestCert: true,
    rejectUnauthorized: true,
  }, async (request, response) => {
    const asked = JSON.parse(Buffer.concat(await request.toArray()).toString());
    const answer = answers[request.url.split('/').pop()]?.(asked);
    response.writeHead(answer ? 200 : 400, { 'content-type': 'application/json' });
    response.end(JSON.stringify(answer ?? { errorCode: 'invalidParameters', details: 'No such order' }));
  });
  const find = ({ orderRef }) => orders.find((order) => order.orderRef === orderRef);
  const answers = {
    auth: (asked) => {
      const [orderRef, autoStartToken, qrStartToken, qrStartSecret] = [0, 0, 0, 0].map(() => randomUUID());
      orders.push({ orderRef, asked, stands: { status: 'pending', hintCode: 'outstandingTransaction' } });
      return { orderRef, autoStartToken, qrStartToken, qrStartSecret };
    },
    collect: (asked) => find(asked) && { orderRef: asked.orderRef, ...find(asked).stands },
    cancel: (asked) => find(asked) && {},
  };
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    address: `https://127.0.0.1:${server.address().port}/rp/v6.0`,
    authorities: certificates.authority,
    identity: certificates.identity,
    says: (hintCode) => { orders.at(-1).stands = { status: 'pending', hintCode }; },
    fails: (hintCode) => { orders.at(-1).stands = { status: 'failed', hintCode }; },
    confirms: (personalNumber) => {
      const completionData = {
        user: { personalNumber, name: 'Karl Karlsson', givenName: 'Karl', surname: 'Karlsson' },
        device: { ipAddress: '127.0.0.1' },
        signature: 'PHg+', ocspResponse: 'MIIH', risk: 'low',
      };
      orders.at(-1).stands = { status: 'complete', completionData };
      return orders.at(-1).asked.returnUrl;
    },
    stop: () => new Promise((done) => { server.close(done); server.closeAllConnections(); }),
  };
}

// The files of an authority, of a server of this machine, and of a caller with its key.
export function makeCertificates(folder) {
  const at = (name) => join(folder, name);
  const openssl = (...words) => execFileSync('openssl', words, { stdio: ['ignore', 'ignore', 'pipe'] });
  const fresh = (name) => ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-keyout', at(`${name}.key`)];
  openssl('req', '-x509', ...fresh('authority'), '-out', at('authority.pem'), '-days', '2', '-subj', '/CN=Authority of a story');
  writeFileSync(at('names'), 'subjectAltName=IP:127.0.0.1\n');
  for (const name of ['server', 'own']) {
    openssl('req', ...fresh(name), '-out', at(`${name}.request`), '-subj', `/CN=${name}`);
    openssl('x509', '-req', '-in', at(`${name}.request`), '-CA', at('authority.pem'), '-CAkey', at('authority.key'),
      '-CAcreateserial', '-days', '2', '-extfile', at('names'), '-out', at(`${name}.pem`));
  }
  writeFileSync(at('identity.pem'), readFileSync(at('own.pem'), 'utf8') + readFileSync(at('own.key'), 'utf8'));
  return {
    authority: at('authority.pem'),
    identity: at('identity.pem'),
    server: { key: at('server.key'), certificate: at('server.pem') },
  };
}
