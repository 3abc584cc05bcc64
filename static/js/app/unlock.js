// Opens the app: the PIN makes the key, the key signs the challenge of the page. Or the passkey of the phone does.
import { confirm, hasPasskey } from "./biometrics.js";
import { pad } from "./pad.js";
import { send } from "./send.js";

// The keys of the page work at once; the key of the phone needs a library, which comes meanwhile.
const loading = import("./key.js");
const form = document.querySelector("[data-unlock]");
let { challenge } = form.dataset;

const byPin = (pin) => async () => {
  const { sign } = await loading;
  const signature = await sign(pin, "unlock", challenge);
  // Without its secret this browser is no phone any more: a full sign-in makes it one.
  return signature ? { signature } : { next: "/app/pin?new=1" };
};
const byPasskey = () => confirm("unlock", challenge);

const keys = pad(form.querySelector("[data-pad]"), (pin) => open(byPin(pin)), hasPasskey && (() => open(byPasskey)));

async function open(signing) {
  keys.busy(true);
  await attempt(signing, false);
  keys.busy(false);
}

async function attempt(signing, again) {
  const signed = await signing();
  if (!signed) return keys.say(form.dataset.notUsed);
  const answer = signed.next ? signed : await send(form.dataset.unlock, { challenge, ...signed });
  if (!answer) return keys.say(form.dataset.offline);
  // A link of a sign-in page on this phone brought its code along: it is used once the app is open.
  const isOpen = answer.next === "/app" || /^\/app\/(approvals|requests)\//.test(answer.next);
  const linked = isOpen && location.hash.length > 1 ? `/app/scan${location.hash}` : answer.next;
  if (linked) return location.assign(linked);
  challenge = answer.challenge ?? challenge;
  // The page lay open for too long: the same PIN is tried with what is asked now, once.
  if (answer.stale && !again) return attempt(signing, true);
  keys.clear();
  keys.say(answer.message ?? form.dataset.failed);
}
