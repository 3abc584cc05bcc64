// A question of a sign-in elsewhere: the number is typed, then the PIN, which signs the number together with everything
// that is shown.
import { countDown, numberField } from "./number.js";
import { ask } from "./sign.js";

const form = document.getElementById("answer");
const number = numberField(form, document.querySelector('button[form="answer"]'));

form.addEventListener("submit", async (event) => {
  event.preventDefault();
  const typed = number.typed();
  if (typed === null) return;
  number.say("");
  const fields = [...JSON.parse(form.dataset.fields), ["number", typed]];
  const byPin = event.submitter?.value === "pin";
  const answer = await ask(form.getAttribute("action"), form.dataset.purpose, form.dataset.subject, fields, { number: typed }, byPin);
  if (!answer || answer.next) return;
  if (answer.number === "ended") return location.assign(answer.then);
  number.again(answer.message);
});

countDown();
