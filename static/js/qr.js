// The code that a phone scans: drawn anew by the server every few seconds, until a phone has scanned it.
import { follow } from "./follow.js";

for (const form of document.querySelectorAll("form[data-follow-code]")) {
  for (const aid of form.querySelectorAll("[data-without-script]")) aid.hidden = true;
  const square = form.querySelector("[data-code]");
  form.dataset.follow = form.dataset.followCode;
  follow(form, ({ svg }) => {
    // Made by this service; nothing in it was written by people. It is not read out: it changes all the time.
    if (square && svg) square.innerHTML = svg;
  });
}
