// Goes on by itself, once: the address loses the word for it first, so that a person who comes back is not sent on again.
const form = document.querySelector("[data-at-once]");
if (form) {
  history.replaceState(null, "", location.pathname);
  HTMLFormElement.prototype.requestSubmit.call(form);
}
