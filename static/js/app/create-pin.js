// Makes the PIN, typed twice, and adds the phone with the key that it makes.
import { newPin } from "./new-pin.js";
import { send } from "./send.js";

// The keys of the page work at once; the key of the phone needs a library, which comes meanwhile.
const loading = import("./key.js");
const form = document.querySelector("[data-create]");
const words = form.dataset;

newPin(form, async (pin) => {
  const { create } = await loading;
  const made = await create(pin, words.challenge);
  const answer = await send(words.create, {
    challenge: words.challenge, signature: made.signature, public_key: made.publicKey,
  });
  if (answer?.phone) await made.settle(answer.phone);
  if (answer?.next) return location.assign(answer.next);
  return answer ? (answer.message ?? words.failed) : words.offline;
});
