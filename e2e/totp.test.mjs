// The tests' own authenticator app, against the examples of RFC 6238, appendix B (its last six digits).
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { totp, unusedCode, wrongCode } from './support/totp.mjs';

const SECRET = 'GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ';

test('the codes are those of the standard', () => {
  assert.equal(totp(SECRET, 59_000), '287082');
  assert.equal(totp(SECRET, 1_111_111_109_000), '081804');
  assert.equal(totp(SECRET, 20_000_000_000_000), '353130');
});

test('no code is given twice, and a wrong code is wrong', async () => {
  const first = await unusedCode(SECRET);
  const second = await unusedCode(SECRET);
  assert.notEqual(first, second);
  assert.ok(![first, second].includes(wrongCode(SECRET)));
});
