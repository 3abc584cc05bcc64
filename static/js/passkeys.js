// Passkeys: asks this service for a challenge and the browser for its answer, and sends that as a form.
// In a browser without passkeys the form stays hidden, and the words in its place are seen.
import { jsonOf, optionsOf } from "./credentials.js";

const FRESH = 4 * 60 * 1000; // A challenge is good for five minutes.

async function ask(form) {
  const answer = await fetch(form.dataset.challenge, { method: "POST" });
  if (!answer.ok) throw new Error(`${answer.status}`);
  return optionsOf(await answer.json());
}

function send(form, credential) {
  form.elements.namedItem("credential").value = jsonOf(credential);
  HTMLFormElement.prototype.submit.call(form);
}

// One question at a time: the one that waits in the email field gives way to a button.
let waiting = new AbortController();

async function wait(form) {
  const { signal } = waiting;
  if (!(await PublicKeyCredential.isConditionalMediationAvailable?.())) return;
  // A button was quicker: two questions at once are refused.
  if (signal.aborted) return;
  while (!document.hidden || (await shown())) {
    const mine = (waiting = new AbortController());
    const renew = setTimeout(() => mine.abort("renew"), FRESH);
    try {
      const publicKey = await ask(form);
      const options = { publicKey, mediation: "conditional", signal: mine.signal };
      send(form, await navigator.credentials.get(options));
      return;
    } catch {
      if (mine.signal.reason !== "renew") return;
    } finally {
      clearTimeout(renew);
    }
  }
}

const shown = () =>
  new Promise((done) => document.addEventListener("visibilitychange", () => done(true), { once: true }));

function trouble(form, words) {
  const place = form.querySelector("[data-trouble]");
  for (const before of form.querySelectorAll(".error")) before.hidden = before !== place;
  place.hidden = false;
  // Emptied first, so that the same words are read out a second time.
  place.lastElementChild.textContent = "";
  place.lastElementChild.textContent = words;
}

async function press(form) {
  const button = form.querySelector("button");
  if (button.getAttribute("aria-disabled") === "true") return;
  button.setAttribute("aria-disabled", "true");
  waiting.abort("a button was pressed");
  try {
    const publicKey = await ask(form);
    const makes = form.dataset.passkey === "new";
    send(form, await navigator.credentials[makes ? "create" : "get"]({ publicKey }));
  } catch (error) {
    const { cancelled, failed, taken } = form.dataset;
    const words = { NotAllowedError: cancelled, AbortError: cancelled, InvalidStateError: taken ?? failed };
    trouble(form, words[error.name] ?? failed);
  } finally {
    button.removeAttribute("aria-disabled");
  }
}

if (window.PublicKeyCredential && navigator.credentials) {
  for (const none of document.querySelectorAll("[data-no-passkeys]")) none.hidden = true;
  for (const form of document.querySelectorAll("form[data-passkey]")) {
    form.hidden = false;
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      press(form);
    });
    if ("conditional" in form.dataset) wait(form);
  }

  // Password managers are told what is no more, where they listen (WebAuthn §5.1.10).
  for (const { dataset } of document.querySelectorAll("[data-unknown-passkey]")) {
    const { relyingParty: rpId, unknownPasskey: credentialId } = dataset;
    PublicKeyCredential.signalUnknownCredential?.({ rpId, credentialId }).catch(() => {});
  }
  for (const { dataset } of document.querySelectorAll("[data-passkeys]")) {
    const { relyingParty: rpId, userId, name, displayName } = dataset;
    const allAcceptedCredentialIds = dataset.passkeys.split(" ").filter(Boolean);
    PublicKeyCredential.signalAllAcceptedCredentials?.({ rpId, userId, allAcceptedCredentialIds }).catch(() => {});
    PublicKeyCredential.signalCurrentUserDetails?.({ rpId, userId, name, displayName }).catch(() => {});
  }
}
