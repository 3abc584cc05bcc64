// The code that a phone scans: drawn anew by the server every few seconds, until a phone has scanned it. BankID's words
// stand beside it, and change with it.
import { follow } from "./follow.js";

for (const form of document.querySelectorAll("form[data-follow-code]")) {
  for (const aid of form.querySelectorAll("[data-without-script]")) aid.hidden = true;
  const square = form.querySelector("[data-code]");
  const words = form.querySelector("[data-said]");
  form.dataset.follow = form.dataset.followCode;
  follow(form, ({ svg, said }) => {
    // Made by this service; nothing in it was written by people. It is not read out: it changes all the time.
    if (square && svg) square.innerHTML = svg;
    // Written only where it is new: it is read out.
    if (words && said && words.textContent !== said) words.textContent = said;
  });
}
