// Sends a form by itself after a moment: the page says so, and its button does the same at once.
for (const form of document.querySelectorAll("form[data-submit-after]")) {
  const timer = setTimeout(
    // Taken from the prototype: a field named "requestSubmit" would hide the method.
    () => HTMLFormElement.prototype.requestSubmit.call(form),
    Number(form.dataset.submitAfter),
  );
  form.addEventListener("submit", () => clearTimeout(timer));
}
