// The rules of the phone app that stand in its scripts alone, without a browser: trivial PINs, and the text that is signed.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { trivial } from '../static/js/app/pin-rules.js';
import { textToSign } from '../static/js/app/text.js';

const refused = (pins, why) => {
  for (const pin of pins) assert.equal(trivial(pin, 2026), why, pin);
};

test('a PIN of the same digit six times is refused', () => refused(['000000', '111111', '999999'], 'same'));

test('digits in a row are refused, up, down and round the end', () => {
  refused(['123456', '654321', '012345', '543210', '890123', '210987', '024680', '135791'], 'row');
});

test('patterns are refused', () => {
  refused(['121212', '123123', '112233', '123321', '100001', '111112', '474747', '908908', '159753', '147258'], 'pattern');
});

test('dates are refused in every usual order', () => {
  // 24 December 1981 and the like: day first, month first, year first; and with a year of four digits.
  refused(['241281', '122481', '811224', '290204', '031984', '198403', '151987', '201907'], 'date');
});

test('others are taken', () => {
  for (const pin of ['294705', '804196', '608293', '731518', '469137', '907356']) {
    assert.equal(trivial(pin, 2026), null, pin);
  }
});

test('most PINs are taken', () => {
  let taken = 0;
  for (let number = 0; number < 1_000_000; number += 7) {
    if (trivial(String(number).padStart(6, '0'), 2026) === null) taken += 1;
  }
  const share = taken / Math.ceil(1_000_000 / 7);
  assert.ok(share > 0.85 && share < 0.95, `${share}`);
});

test('the text is the one that the server makes', () => {
  const fields = [['application', 'Ruori "Books" & <Co>\n\u0001'], ['place', 'Jyväskylä\u2028\\']];
  const expected = '["salpa-phone-1","https://id.example","approve","p-1","q-1",'
    + '[["application","Ruori \\"Books\\" & <Co>\\n\\u0001"],["place","Jyväskylä\u2028\\\\"]]]';
  assert.equal(textToSign('https://id.example', 'approve', 'p-1', 'q-1', fields), expected);
});
