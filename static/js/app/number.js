// The number that is typed beside a question: it takes the digits of whatever keyboard, and its button waits for all of
// them and says above itself what it waits for. `form` has the field, `button` goes on.
const isDigit = (character) => /\p{Nd}/u.test(character);
// As js/code.js reads them.
function valueOf(character) {
  let zero = character.codePointAt(0);
  while (isDigit(String.fromCodePoint(zero - 1))) zero -= 1;
  return (character.codePointAt(0) - zero) % 10;
}

export function numberField(form, button) {
  const field = form.elements.namedItem("number");
  const wanted = Number(form.dataset.digits);
  const error = form.querySelector("[data-question-error]");
  const hint = document.getElementById("number-hint");
  const hints = hint ? JSON.parse(hint.dataset.hints) : [];
  const digitsOf = (typed) => [...typed.normalize("NFKC")].filter(isDigit).slice(0, wanted).map(valueOf).join("");

  function say(words) {
    error.hidden = !words;
    error.lastElementChild.textContent = words;
    field?.setAttribute("aria-invalid", Boolean(words));
  }

  function look() {
    if (!field) return;
    const digits = digitsOf(field.value);
    if (digits !== field.value) field.value = digits;
    const missing = wanted - digits.length;
    button.setAttribute("aria-disabled", missing > 0);
    hint.textContent = missing > 0 ? hints[missing - 1] : hint.dataset.ready;
  }

  field?.addEventListener("input", () => {
    say("");
    look();
  });
  look();
  return {
    // The number, or `null` while digits are missing.
    typed: () => {
      const number = field ? digitsOf(field.value) : "";
      if (number.length === wanted) return number;
      field.focus();
      return null;
    },
    say,
    again: (words) => {
      say(words);
      if (!field) return;
      field.value = "";
      look();
      field.focus();
    },
  };
}

// How long the question still waits, read out at 30 and 10 seconds; then the page is loaded anew, and says that it is over.
export function countDown() {
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
}
