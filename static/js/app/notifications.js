// Notifications are allowed by a press: the browser asks its own question then.
import { subscribe, unsubscribe } from "./push.js";

const part = document.querySelector("[data-notifications]");
const page = part.dataset;
const show = (name, is = true) => { part.querySelector(`[data-${name}]`).hidden = !is; };
const allow = document.querySelector("[data-allow]");
const isFirst = "isFirst" in page;
const done = () => location.replace(page.next);

function say(words) {
  const error = part.querySelector("[data-error]");
  error.hidden = !words;
  error.querySelector("span").textContent = words ?? "";
}

async function turnOn() {
  say("");
  allow.disabled = true;
  const answer = await subscribe(page);
  allow.disabled = false;
  if (answer?.on) return done();
  if (answer?.next) return location.assign(answer.next);
  allow.hidden = false;
  say(answer?.message ?? page.failed);
}

allow.addEventListener("click", async () => {
  const permission = await Notification.requestPermission();
  show("denied", permission === "denied");
  if (permission === "granted") await turnOn();
});

document.querySelector("[data-turn-off]")?.addEventListener("submit", async (event) => {
  event.preventDefault();
  await unsubscribe().catch(() => {});
  event.target.submit();
});

const knowsPush = isSecureContext && "PushManager" in window && "Notification" in window && "serviceWorker" in navigator;
if (!knowsPush) {
  // An app that can be put on the home screen says so itself (start.js).
  if (navigator.standalone !== false) {
    if (isFirst) done();
    show("none");
  }
} else if (Notification.permission === "denied") {
  if (isFirst) done();
  show("denied");
} else if (Notification.permission === "granted" && isFirst) {
  turnOn();
} else if (Notification.permission === "granted" && "isOn" in page) {
  show("on");
} else {
  allow.hidden = false;
}
