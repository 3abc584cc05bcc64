// An authenticator app: six digits, thirty seconds, HMAC-SHA-1 (RFC 6238).
import { createHmac } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';

const STEP = 30_000;

// The code of a Base32 secret at a time in milliseconds.
export function totp(secret, time) {
  return codeOfStep(secret, Math.floor(time / STEP));
}

function codeOfStep(secret, step) {
  const counter = Buffer.alloc(8);
  counter.writeBigUInt64BE(BigInt(step));
  const digest = createHmac('sha1', base32(secret)).update(counter).digest();
  const offset = digest[digest.length - 1] & 0x0f;
  const number = digest.readUInt32BE(offset) & 0x7fffffff;
  return String(number % 1_000_000).padStart(6, '0');
}

const lastSteps = new Map();

// For a demo that has seen none of them.
export const forgetUsedCodes = () => lastSteps.clear();

// A code of this secret that the story has not used yet: a code works once. The server takes the next step's code, too,
// so that two sign-ins in a row need not wait.
export async function unusedCode(secret) {
  const now = Math.floor(Date.now() / STEP);
  const step = Math.max(now, (lastSteps.get(secret) ?? 0) + 1);
  if (step > now + 1) await sleep((step - 1) * STEP - Date.now() + 50);
  lastSteps.set(secret, step);
  return codeOfStep(secret, step);
}

// Six digits that are not the code now, nor of a step beside it.
export function wrongCode(secret) {
  const near = [-1, 0, 1, 2].map((steps) => totp(secret, Date.now() + steps * STEP));
  return ['000000', '111111', '222222', '333333', '444444'].find((code) => !near.includes(code));
}

function base32(text) {
  const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';
  let bits = '';
  for (const letter of text.toUpperCase().replace(/[\s=]/g, '')) {
    const value = letters.indexOf(letter);
    if (value < 0) throw new Error(`'${letter}' is no letter of Base32`);
    bits += value.toString(2).padStart(5, '0');
  }
  return Buffer.from((bits.match(/.{8}/g) ?? []).map((byte) => Number.parseInt(byte, 2)));
}
