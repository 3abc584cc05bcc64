// An Estonian ID card, a Smart-ID account and a SIM card, their authority with a responder (of openssl, and so of other code than the service's), and the Web eID
// extension, which is played by a script of the page.
import { execFileSync, spawn } from 'node:child_process';
import { constants, createHash, createPrivateKey, privateEncrypt, sign } from 'node:crypto';
import { once } from 'node:events';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';

// The beginning of what is signed of a SHA-256 hash by RSASSA-PKCS1-v1_5 (RFC 8017 §9.2).
const SHA256_PREFIX = Buffer.from('3031300d060960864801650304020105000420', 'hex');

// `issuers`, the file for the operator, `host` of the responder, `answers(origin, challenge)` of the card, `account` with its
// `certificate` and `signs(text)`, and `sim` with `signsHash(hash)`.
export async function makeIdCard(parent, personalCode) {
  const folder = join(parent, 'id-card');
  mkdirSync(folder);
  const at = (name) => join(folder, name);
  const port = await freePort();
  const openssl = (...words) => execFileSync('openssl', words, { cwd: folder, stdio: ['ignore', 'ignore', 'pipe'] });
  const fresh = (name, kind) => {
    const key = kind === 'rsa' ? ['-newkey', 'rsa:2048'] : ['-newkey', 'ec', '-pkeyopt', `ec_paramgen_curve:${kind}`];
    return [...key, '-nodes', '-keyout', at(`${name}.key`)];
  };
  const root = ['-addext', 'basicConstraints=critical,CA:TRUE', '-addext', 'keyUsage=critical,keyCertSign,cRLSign'];
  openssl('req', '-x509', ...fresh('authority', 'secp384r1'), '-out', at('authority.pem'), '-days', '2', '-subj', '/CN=TEST of ESTEID of a story', ...root);
  const issue = (name, kind, subject, serial, extensions) => {
    writeFileSync(at(`${name}.extensions`), `${extensions.join('\n')}\n`);
    openssl('req', ...fresh(name, kind), '-out', at(`${name}.request`), '-subj', subject);
    openssl('x509', '-req', '-in', at(`${name}.request`), '-CA', at('authority.pem'), '-CAkey', at('authority.key'),
      '-set_serial', serial, '-days', '2', '-extfile', at(`${name}.extensions`), '-out', at(`${name}.pem`));
  };
  issue('responder', 'prime256v1', '/CN=Responder of a story', '2', ['extendedKeyUsage=OCSPSigning', 'noCheck=ignored']);
  issue('card', 'secp384r1', `/serialNumber=PNOEE-${personalCode}/CN=MERI,MAIJA,${personalCode}`, '0x1234567890abcdef', [
    'keyUsage=critical,digitalSignature,keyAgreement', 'extendedKeyUsage=clientAuth,emailProtection',
    `authorityInfoAccess=OCSP;URI:http://127.0.0.1:${port}/`, 'certificatePolicies=1.3.6.1.4.1.51361.1.2.1',
  ]);
  issue('account', 'rsa', `/serialNumber=PNOEE-${personalCode}/CN=MERI,MAIJA`, '0x234567890abcdef1', [
    'keyUsage=critical,digitalSignature', 'extendedKeyUsage=1.3.6.1.4.1.62306.5.7.0',
    `authorityInfoAccess=OCSP;URI:http://127.0.0.1:${port}/`,
    'certificatePolicies=1.3.6.1.4.1.10015.17.2,0.4.0.2042.1.2',
  ]);
  issue('sim', 'rsa', `/serialNumber=PNOEE-${personalCode}/CN=MERI,MAIJA`, '0x34567890abcdef12', [
    'keyUsage=critical,digitalSignature', `authorityInfoAccess=OCSP;URI:http://127.0.0.1:${port}/`,
  ]);
  const good = (serial) => `V\t401230120000Z\t\t${serial}\tunknown\t/CN=${serial}\n`;
  const other = good('234567890ABCDEF1') + good('34567890ABCDEF12');
  const row = (state, revoked) => `${other}${state}\t401230120000Z\t${revoked}\t1234567890ABCDEF\tunknown\t/CN=Maija\n`;
  const index = at('index.txt');
  writeFileSync(index, row('V', ''));
  const responder = await startResponder(folder, port);
  const certificateOf = (name) => readFileSync(at(`${name}.pem`), 'utf8').replaceAll(/-----[A-Z ]+-----|\s/g, '');
  const keyOf = (name) => createPrivateKey(readFileSync(at(`${name}.key`)));
  const [certificate, key] = [certificateOf('card'), keyOf('card')];
  const pss = { key: keyOf('account'), padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: 64 };
  const hash = (text) => createHash('sha384').update(text).digest();
  return {
    issuers: at('authority.pem'),
    host: `127.0.0.1:${port}`,
    answers: (origin, challenge) => ({
      unverifiedCertificate: certificate,
      algorithm: 'ES384',
      signature: sign('sha384', Buffer.concat([hash(origin), hash(challenge)]), { key, dsaEncoding: 'ieee-p1363' }).toString('base64'),
      format: 'web-eid:1.0',
      appVersion: 'https://web-eid.eu/web-eid-app/releases/2.7.0+965',
    }),
    account: {
      certificate: certificateOf('account'),
      signs: (text) => sign('sha512', Buffer.from(text), pss).toString('base64'),
    },
    sim: {
      certificate: certificateOf('sim'),
      signsHash: (hash) => privateEncrypt(keyOf('sim'), Buffer.concat([SHA256_PREFIX, hash])).toString('base64'),
    },
    // The responder reads its list anew after the first question since it changed.
    revoke: () => {
      writeFileSync(index, row('R', '260101000000Z'));
      openssl('ocsp', '-issuer', at('authority.pem'), '-cert', at('card.pem'), '-url', `http://127.0.0.1:${port}/`, '-noverify');
    },
    stop: () => responder.kill(),
  };
}

async function freePort() {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address();
  await new Promise((done) => server.close(done));
  return port;
}

async function startResponder(folder, port) {
  const words = ['ocsp', '-port', `${port}`, '-index', 'index.txt', '-CA', 'authority.pem', '-rsigner', 'responder.pem',
    '-rkey', 'responder.key', '-ignore_err'];
  const responder = spawn('openssl', words, { cwd: folder, stdio: ['ignore', 'ignore', 'pipe'] });
  // It says so once it listens; a connection that asks nothing would put it out.
  await new Promise((done, fail) => {
    let said = '';
    responder.stderr.on('data', (text) => {
      said += text;
      if (said.includes('waiting for OCSP client connections')) done();
    });
    responder.once('exit', () => fail(new Error(`the responder did not start: ${said}`)));
  });
  return responder;
}

// The extension in every page of a browser. `plays(answer)` is asked for a token, or throws the code of a failure.
export async function addExtension(context, plays) {
  await context.exposeFunction('cardPlays', async (origin, challenge, lang) => {
    try {
      return { token: await plays({ origin, challenge, lang }) };
    } catch (code) {
      return { code: `${code}` };
    }
  });
  await context.addInitScript(() => {
    window.addEventListener('message', async ({ source, data }) => {
      if (source !== window || data?.action !== 'web-eid:authenticate') return;
      window.postMessage({ action: 'web-eid:authenticate-ack' }, window.origin);
      const { token, code } = await window.cardPlays(window.origin, data.challengeNonce, data.options?.lang);
      const answer = token
        ? { action: 'web-eid:authenticate-success', ...token }
        : { action: 'web-eid:authenticate-failure', error: { code, message: 'played' } };
      window.postMessage(answer, window.origin);
    });
  });
}
