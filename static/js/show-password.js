// The button that shows the password. Without scripts it is not there.
for (const button of document.querySelectorAll("[data-show-password]")) {
  const field = document.getElementById(button.dataset.showPassword);
  const words = { show: button.textContent, hide: button.dataset.hide };
  const set = (shown) => {
    field.type = shown ? "text" : "password";
    button.textContent = shown ? words.hide : words.show;
  };
  // The words change with the state, so the button does not also say that it is pressed.
  button.removeAttribute("aria-pressed");
  button.hidden = false;
  button.addEventListener("click", () => {
    set(field.type === "password");
    field.focus();
  });
  // A browser must not keep a shown password among the words it remembers for text fields.
  field.form.addEventListener("submit", () => set(false));
}
