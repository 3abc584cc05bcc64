// A new PIN, typed twice. `element` has the pad and the words of both typings; `made` is called with a PIN that was typed
// alike and is not guessed first.
import { pad } from "./pad.js";
import { trivial } from "./pin-rules.js";

export function newPin(element, made) {
  const words = element.dataset;
  const reasons = { same: words.trivialSame, row: words.trivialRow, pattern: words.trivialPattern, date: words.trivialDate };
  const parts = [...element.querySelectorAll("[data-again]")].map((part) => ({ part, words: [part.textContent, part.dataset.again] }));
  let first = null;

  function step(number) {
    for (const { part, words: both } of parts) part.textContent = both[number - 1];
    element.querySelector("[tabindex]").focus();
  }

  function begin(why) {
    first = null;
    keys.clear();
    step(1);
    keys.say(why);
  }

  const keys = pad(element.querySelector("[data-pad]"), async (pin) => {
    if (first === null) {
      const reason = trivial(pin, new Date().getFullYear());
      if (reason) return begin(reasons[reason]);
      first = pin;
      keys.clear();
      return step(2);
    }
    if (first !== pin) return begin(words.differs);
    keys.busy(true);
    const why = await made(pin);
    keys.busy(false);
    if (why !== undefined) begin(why);
  });
}
