// Opens the app: the PIN makes the key, the key signs the challenge of the page.
import { pad } from "./pad.js";
import { send } from "./send.js";

// The keys of the page work at once; the key of the phone needs a library, which comes meanwhile.
const loading = import("./key.js");
const form = document.querySelector("[data-unlock]");
let { challenge } = form.dataset;

const keys = pad(form.querySelector("[data-pad]"), async (pin) => {
  keys.busy(true);
  await attempt(pin, false);
  keys.busy(false);
});

async function attempt(pin, again) {
  const { sign } = await loading;
  const signature = await sign(pin, "unlock", challenge);
  // Without its secret this browser is no phone any more: a full sign-in makes it one.
  if (!signature) return location.assign("/app/pin");
  const answer = await send(form.dataset.unlock, { challenge, signature });
  if (!answer) return keys.say(form.dataset.offline);
  // A link of a sign-in page on this phone brought its code along: it is used once the app is open.
  const linked = answer.next === "/app" && location.hash.length > 1 ? `/app/scan${location.hash}` : answer.next;
  if (linked) return location.assign(linked);
  challenge = answer.challenge ?? challenge;
  // The page lay open for too long: the same PIN is tried with what is asked now, once.
  if (answer.stale && !again) return attempt(pin, true);
  keys.clear();
  keys.say(answer.message ?? form.dataset.failed);
}
