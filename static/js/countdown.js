// The wait after too many tries, second by second. It is read out at 60, 30 and 10 seconds only.
const clock = (seconds) => {
  const two = (number) => String(number).padStart(2, "0");
  const hours = Math.floor(seconds / 3600);
  const minutes = Math.floor(seconds / 60) % 60;
  return hours
    ? `${hours}:${two(minutes)}:${two(seconds % 60)}`
    : `${minutes}:${two(seconds % 60)}`;
};

for (const banner of document.querySelectorAll("[data-countdown]")) {
  const form = banner.closest("form");
  const button = form.querySelector("[data-wait]");
  const text = banner.querySelector("[data-countdown-text]");
  const status = form.querySelector("[data-countdown-status]");
  const words = button.textContent;
  // Counted from the clock, not by ticks: a tab in the background is woken late.
  const end = Date.now() + Number(banner.dataset.countdown) * 1000;
  let over = false;

  const fill = (template, seconds) => template.replace("{time}", clock(seconds));
  const tick = () => {
    const left = Math.max(0, Math.ceil((end - Date.now()) / 1000));
    if (left === 0) {
      over = true;
      clearInterval(timer);
      banner.hidden = true;
      button.removeAttribute("aria-disabled");
      button.textContent = words;
      if (status) status.textContent = status.dataset.over;
      return;
    }
    if (text) text.textContent = fill(text.dataset.countdownText, left);
    button.textContent = fill(button.dataset.wait, left);
    if (status && [60, 30, 10].includes(left)) status.textContent = fill(status.dataset.left, left);
  };

  // Announced once as it opens; from here on the status line speaks.
  banner.removeAttribute("role");
  button.setAttribute("aria-disabled", "true");
  form.addEventListener("submit", (event) => {
    if (!over) event.preventDefault();
  });
  const timer = setInterval(tick, 1000);
  tick();
}
