// Makes the passkey that takes the place of the PIN, or takes one that the person has on this phone; the PIN signs its
// name.
import { jsonOf, optionsOf } from "../credentials.js";
import { send } from "./send.js";
import { ask } from "./sign.js";

const part = document.querySelector("[data-biometrics]");
const allow = document.querySelector("[data-allow]");
const useOwn = document.querySelector("[data-use-own]");

function say(words) {
  const error = part.querySelector("[data-error]");
  error.hidden = !words;
  error.querySelector("span").textContent = words ?? "";
}

async function make(own) {
  say("");
  const options = await send(`${part.dataset.biometrics}/options`, { own });
  if (options?.next) return location.assign(options.next);
  if (!options?.challenge) return say(options?.message ?? part.dataset.failed);
  const publicKey = optionsOf(options);
  let credential;
  try {
    credential = await navigator.credentials[own ? "get" : "create"]({ publicKey });
  } catch (error) {
    // The phone has one already. Using it wants a press of its own.
    if (error.name === "InvalidStateError") return choose(true);
    return say(["NotAllowedError", "AbortError"].includes(error.name) ? part.dataset.cancelled : part.dataset.failed);
  }
  const more = { [own ? "assertion" : "attestation"]: jsonOf(credential) };
  const answer = await ask(part.dataset.biometrics, "biometrics", credential.id, [], more);
  if (answer?.message) say(answer.message);
}

function choose(own) {
  part.querySelector("[data-found]").hidden = !own;
  useOwn.hidden = !own;
  allow.hidden = own;
  (own ? useOwn : allow).focus();
}

if (part && window.PublicKeyCredential && navigator.credentials) {
  allow.hidden = false;
  allow.addEventListener("click", () => make(false));
  useOwn.addEventListener("click", () => make(true));
} else if (part) {
  part.querySelector("[data-none]").hidden = false;
}
