// The text that a phone signs, the same as in src/proofs/phones/text.rs.
export function textToSign(origin, purpose, phone, subject, fields) {
  return JSON.stringify(["salpa-phone-1", origin, purpose, phone, subject, fields]);
}
