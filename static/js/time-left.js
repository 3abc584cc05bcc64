// How long a code still works, second by second. It is read out at 60, 30 and 10 seconds only.
const clock = (seconds) => `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;

for (const left of document.querySelectorAll("[data-time-left]")) {
  const find = (name) => left.querySelector(`[data-time-left-${name}]`);
  const words = find("words");
  const shown = find("clock");
  const status = find("status");
  const bar = left.querySelector("progress");
  // Counted from the clock, not by ticks: a tab in the background is woken late.
  const end = Date.now() + Number(left.dataset.timeLeft) * 1000;

  const tick = () => {
    const seconds = Math.max(0, Math.ceil((end - Date.now()) / 1000));
    bar.value = seconds;
    shown.textContent = (shown.dataset.words ?? "{time}").replace("{time}", clock(seconds));
    left.classList.toggle("short", seconds < 20);
    if (seconds === 0) {
      clearInterval(timer);
      find("over").hidden = false;
      words.parentElement.hidden = true;
      bar.hidden = true;
      status.textContent = status.dataset.over;
    } else if ([60, 30, 10].includes(seconds)) {
      status.textContent = status.dataset.left.replace("{time}", clock(seconds));
    }
  };

  words.textContent = words.dataset.timeLeftWords;
  shown.hidden = false;
  const timer = setInterval(tick, 1000);
  tick();
}
