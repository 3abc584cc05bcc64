// The keys for a PIN of six digits. `typed` is called with each PIN that is complete, `biometrics` by the key of the
// finger, which is shown where it does something.
const LENGTH = 6;

export function pad(element, typed, biometrics) {
  const dots = [...element.querySelectorAll(".dots i")];
  const count = element.querySelector("[data-count]");
  const error = element.querySelector("[data-error]");
  const keys = [...element.querySelectorAll(".keys button")];
  let digits = "";
  let busy = false;

  function show() {
    dots.forEach((dot, at) => dot.classList.toggle("typed", at < digits.length));
    count.textContent = digits ? count.dataset.count.replace("{count}", digits.length) : "";
  }

  function set(next) {
    digits = next;
    show();
  }

  function press(digit) {
    if (busy || digits.length === LENGTH) return;
    error.hidden = true;
    set(digits + digit);
    if (digits.length === LENGTH) typed(digits);
  }

  for (const key of keys) {
    if ("biometrics" in key.dataset) key.hidden = !biometrics;
    key.addEventListener("click", () => {
      if ("biometrics" in key.dataset) {
        if (!busy) biometrics();
      } else if ("delete" in key.dataset) {
        if (!busy) set(digits.slice(0, -1));
      } else {
        press(key.dataset.digit);
      }
    });
  }
  addEventListener("keydown", (event) => {
    const isHere = element.checkVisibility?.() ?? true;
    if (!isHere || event.ctrlKey || event.metaKey || event.altKey || event.repeat) return;
    if (/^[0-9]$/.test(event.key)) press(event.key);
    if (event.key === "Backspace" && !busy) set(digits.slice(0, -1));
  });
  show();
  element.dataset.ready = "";

  return {
    clear: () => set(""),
    // While the key is made, which takes a moment.
    busy: (is) => {
      busy = is;
      element.toggleAttribute("data-busy", is);
      for (const key of keys) key.setAttribute("aria-disabled", is);
    },
    say: (words) => {
      error.querySelector("span").textContent = words;
      error.hidden = !words;
    },
  };
}
