// Passkeys as JSON: the options of the server as the browser takes them, and its answer as the server reads it.
const known = ["usb", "nfc", "ble", "internal", "hybrid"];

export const bytes = (text) =>
  Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), (one) => one.charCodeAt(0));
const text = (buffer) =>
  btoa(String.fromCharCode(...new Uint8Array(buffer)))
    .replaceAll("+", "-")
    .replaceAll("/", "_")
    .replaceAll("=", "");

const named = (list = []) => list.map((one) => ({ ...one, id: bytes(one.id) }));

export function optionsOf(json) {
  const options = { ...json, challenge: bytes(json.challenge) };
  if (options.user) options.user = { ...options.user, id: bytes(options.user.id) };
  if (options.excludeCredentials) options.excludeCredentials = named(options.excludeCredentials);
  if (options.allowCredentials) options.allowCredentials = named(options.allowCredentials);
  return options;
}

export function jsonOf(credential) {
  const { response } = credential;
  const answer = { clientDataJSON: text(response.clientDataJSON) };
  if (response.attestationObject) {
    answer.attestationObject = text(response.attestationObject);
    answer.transports = (response.getTransports?.() ?? []).filter((one) => known.includes(one));
  } else {
    answer.authenticatorData = text(response.authenticatorData);
    answer.signature = text(response.signature);
    // Safari before 17.4 gives an empty buffer for a key that keeps no user.
    answer.userHandle = response.userHandle?.byteLength ? text(response.userHandle) : null;
  }
  return JSON.stringify({
    id: credential.id,
    rawId: text(credential.rawId),
    type: credential.type,
    response: answer,
    clientExtensionResults: {},
  });
}
