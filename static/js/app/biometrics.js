// A finger or a face in the place of the PIN: the passkey of this phone, whose challenge is the hash of the text that the
// PIN's key would sign.
import { bytes, jsonOf } from "../credentials.js";
import { textToSign } from "./text.js";

const meta = document.querySelector('meta[name="salpa-app"]').dataset;

// Whether there is one, and this browser can use it.
export const hasPasskey = Boolean(meta.passkey && window.PublicKeyCredential && navigator.credentials);

// The answer that is sent in the place of a signature, or `null` where the person did not want to.
export async function confirm(purpose, subject, fields = []) {
  const signed = new TextEncoder().encode(textToSign(meta.origin, purpose, meta.phone, subject, fields));
  const challenge = await crypto.subtle.digest("SHA-256", signed);
  const publicKey = {
    challenge,
    rpId: meta.relyingParty,
    allowCredentials: [{ type: "public-key", id: bytes(meta.passkey) }],
    userVerification: "required",
    timeout: 60_000,
  };
  try {
    return { assertion: jsonOf(await navigator.credentials.get({ publicKey })) };
  } catch {
    return null;
  }
}
