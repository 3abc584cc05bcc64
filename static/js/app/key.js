// The key of the phone. It is nowhere: each signature makes it anew of the PIN and of a secret that the browser keeps
// and does not give out, and forgets it. Nothing that is kept here tells a right PIN from a wrong one: that does the
// server, which has the public half and counts.
import { mapHashToField, p256 } from "../../vendor/noble-p256.js";
import { textToSign } from "./text.js";

// OWASP's number for SHA-256. It is for the day on which both the secret and the public half are stolen.
const ITERATIONS = 600_000;
const BYTES = new TextEncoder();

const meta = document.querySelector('meta[name="salpa-app"]').dataset;

function database() {
  return new Promise((resolve, reject) => {
    const request = indexedDB.open("salpa", 1);
    request.onupgradeneeded = () => request.result.createObjectStore("secrets");
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}

// Runs one act on the store, and waits until it is on the disk.
async function stored(mode, act) {
  const opened = await database();
  try {
    return await new Promise((resolve, reject) => {
      const transaction = opened.transaction("secrets", mode);
      const request = act(transaction.objectStore("secrets"));
      transaction.oncomplete = () => resolve(request.result);
      transaction.onabort = transaction.onerror = () => reject(transaction.error);
    });
  } finally {
    opened.close();
  }
}

const keep = (name, secret) => stored("readwrite", (store) => store.put(secret, name));
const find = (name) => stored("readonly", (store) => store.get(name));

// Forgets every secret: no PIN makes a key any more.
export function forget() {
  return stored("readwrite", (store) => store.clear());
}

async function derive(pin, secret) {
  const typed = await crypto.subtle.importKey("raw", BYTES.encode(pin), "PBKDF2", false, ["deriveBits"]);
  const stretched = await crypto.subtle.deriveBits(
    { name: "PBKDF2", hash: "SHA-256", salt: secret.salt, iterations: ITERATIONS }, typed, 256);
  const bound = await crypto.subtle.sign("HMAC", secret.key, stretched);
  const seed = await crypto.subtle.importKey("raw", bound, "HKDF", false, ["deriveBits"]);
  // 128 bits more than the order of the curve has, so that every key is equally likely (FIPS 186-5, A.2.1).
  const wide = await crypto.subtle.deriveBits(
    { name: "HKDF", hash: "SHA-256", salt: secret.salt, info: BYTES.encode("salpa phone key 1") }, seed, 384);
  return mapHashToField(new Uint8Array(wide), p256.CURVE.n);
}

async function signWith(key, text) {
  const hash = new Uint8Array(await crypto.subtle.digest("SHA-256", BYTES.encode(text)));
  return base64url(p256.sign(hash, key, { lowS: false }).toCompactRawBytes());
}

function base64url(bytes) {
  return btoa(String.fromCharCode(...bytes)).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}

// Makes a new secret, and the public half of the key that it makes with the PIN; it signs `fields` about a subject.
// `settle` is to be called with the identifier that the server has given to the phone.
export async function create(pin, subject, fields = []) {
  const secret = {
    key: await crypto.subtle.generateKey({ name: "HMAC", hash: "SHA-256" }, false, ["sign"]),
    salt: crypto.getRandomValues(new Uint8Array(16)),
  };
  await keep("new", secret);
  // Asked for, not relied on: a browser that throws the secret away asks for a new sign-in.
  navigator.storage?.persist?.();
  const key = await derive(pin, secret);
  return {
    publicKey: base64url(p256.getPublicKey(key, false)),
    signature: await signWith(key, textToSign(meta.origin, "connect", "new", subject, fields)),
    settle: async (phone) => {
      await forget();
      await keep(phone, secret);
    },
  };
}

// A signature of this phone, or `null` where this browser has no secret: it was cleared.
export async function sign(pin, purpose, subject, fields = []) {
  // The browser may have been closed between the server's answer and its being kept.
  const secret = (await find(meta.phone)) ?? (await find("new"));
  if (!secret) return null;
  return signWith(await derive(pin, secret), textToSign(meta.origin, purpose, meta.phone, subject, fields));
}
