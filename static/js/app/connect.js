// Connects this phone: the number of the page elsewhere is typed, then a new PIN, whose key signs the number together with
// everything that is shown. A number that was wrong is asked for again; the PIN stays, on this page alone.
import { newPin } from "./new-pin.js";
import { countDown, numberField } from "./number.js";
import { send } from "./send.js";

const loading = import("./key.js");
const form = document.getElementById("answer");
const asks = document.querySelector("[data-asks]");
const makes = document.querySelector("[data-create]");
const words = makes.dataset;
const button = document.querySelector('button[form="answer"]');
const number = numberField(form, button);
let kept = null;

function show(part) {
  asks.hidden = part !== asks;
  makes.hidden = part !== makes;
  button.hidden = part !== asks;
}

// Sends the key that a PIN makes. Resolves to what is wrong with the PIN, if anything is.
async function connect(pin) {
  const typed = number.typed();
  const { create } = await loading;
  const fields = [...JSON.parse(form.dataset.fields), ["number", typed]];
  const made = await create(pin, form.dataset.subject, fields);
  const answer = await send(form.getAttribute("action"), {
    number: typed, signature: made.signature, public_key: made.publicKey,
  });
  if (answer?.phone) await made.settle(answer.phone);
  if (answer?.next) return location.assign(answer.next);
  if (answer?.number === "ended") return location.assign(answer.then);
  if (answer?.number) {
    kept = pin;
    show(asks);
    return number.again(answer.message);
  }
  return answer ? (answer.message ?? words.failed) : words.offline;
}

newPin(makes, connect);

form.addEventListener("submit", async (event) => {
  event.preventDefault();
  if (number.typed() === null) return;
  number.say("");
  if (kept) {
    const wrong = await connect(kept);
    if (wrong) number.say(wrong);
    return;
  }
  show(makes);
  makes.querySelector("[tabindex]").focus();
});

countDown();
