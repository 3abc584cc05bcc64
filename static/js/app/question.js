// A question of a sign-in elsewhere: the number is typed, then the PIN, which signs the number together with everything
// that is shown.
import { ask } from "./sign.js";

const form = document.getElementById("answer");
const button = document.querySelector('button[form="answer"]');
const field = form.elements.namedItem("number");
const wanted = Number(form.dataset.digits);
const error = form.querySelector("[data-question-error]");
const hint = document.getElementById("number-hint");
const hints = hint ? JSON.parse(hint.dataset.hints) : [];

// The digits of whatever keyboard, as js/code.js reads them.
const isDigit = (character) => /\p{Nd}/u.test(character);
function valueOf(character) {
  let zero = character.codePointAt(0);
  while (isDigit(String.fromCodePoint(zero - 1))) zero -= 1;
  return (character.codePointAt(0) - zero) % 10;
}
const digitsOf = (typed) => [...typed.normalize("NFKC")].filter(isDigit).slice(0, wanted).map(valueOf).join("");

function say(words) {
  error.hidden = !words;
  error.lastElementChild.textContent = words;
  field?.setAttribute("aria-invalid", Boolean(words));
}

// The button waits for every digit, and says above itself what it waits for.
function look() {
  if (!field) return;
  const digits = digitsOf(field.value);
  if (digits !== field.value) field.value = digits;
  const missing = wanted - digits.length;
  button.setAttribute("aria-disabled", missing > 0);
  hint.textContent = missing > 0 ? hints[missing - 1] : hint.dataset.ready;
}

form.addEventListener("submit", async (event) => {
  event.preventDefault();
  const number = field ? digitsOf(field.value) : "";
  if (number.length < wanted) return field.focus();
  say("");
  const fields = [...JSON.parse(form.dataset.fields), ["number", number]];
  const answer = await ask(form.getAttribute("action"), form.dataset.purpose, form.dataset.subject, fields, { number });
  if (!answer || answer.next) return;
  if (answer.number === "ended") return location.assign(answer.then);
  say(answer.message);
  if (field) {
    field.value = "";
    look();
    field.focus();
  }
});

field?.addEventListener("input", () => {
  say("");
  look();
});
look();

// How long the question still waits, read out at 30 and 10 seconds; then the page says that it is over.
const left = document.querySelector("[data-seconds-left]");
const status = document.querySelector("[data-question-status]");
const clock = (seconds) => `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
const end = Date.now() + Number(left.dataset.secondsLeft) * 1000;
function tick() {
  const seconds = Math.max(0, Math.ceil((end - Date.now()) / 1000));
  left.textContent = seconds ? left.dataset.words.replace("{time}", clock(seconds)) : left.dataset.over;
  left.classList.toggle("short", seconds < 20);
  if ([30, 10].includes(seconds)) status.textContent = status.dataset.left.replace("{time}", clock(seconds));
  if (!seconds) {
    clearInterval(timer);
    location.reload();
  }
}
const timer = setInterval(tick, 1000);
tick();
