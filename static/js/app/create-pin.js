// Makes the PIN, typed twice, and adds the phone with the key that it makes.
import { pad } from "./pad.js";
import { trivial } from "./pin-rules.js";
import { send } from "./send.js";

// The keys of the page work at once; the key of the phone needs a library, which comes meanwhile.
const loading = import("./key.js");
const form = document.querySelector("[data-create]");
const words = form.dataset;
const reasons = { same: words.trivialSame, row: words.trivialRow, pattern: words.trivialPattern, date: words.trivialDate };
let first = null;

// The words on the page at the first and at the second typing.
const parts = [...form.querySelectorAll("[data-again]")].map((part) => ({ part, words: [part.textContent, part.dataset.again] }));

function step(number) {
  for (const { part, words } of parts) part.textContent = words[number - 1];
  form.querySelector("h1").focus();
}

function begin(why) {
  first = null;
  keys.clear();
  step(1);
  keys.say(why);
}

const keys = pad(form.querySelector("[data-pad]"), async (pin) => {
  if (first === null) {
    const reason = trivial(pin, new Date().getFullYear());
    if (reason) return begin(reasons[reason]);
    first = pin;
    keys.clear();
    return step(2);
  }
  if (first !== pin) return begin(words.differs);
  keys.busy(true);
  const { create } = await loading;
  const made = await create(pin, words.challenge);
  const answer = await send(words.create, {
    challenge: words.challenge, signature: made.signature, public_key: made.publicKey,
  });
  if (answer?.phone) await made.settle(answer.phone);
  if (answer?.next) return location.assign(answer.next);
  keys.busy(false);
  begin(answer ? (answer.message ?? words.failed) : words.offline);
});
