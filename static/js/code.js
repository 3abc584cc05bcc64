// Keeps a pasted code within its six cells: "123 456" becomes "123456".
for (const field of document.querySelectorAll(".code input")) {
  field.addEventListener("input", () => {
    const digits = field.value.replace(/\D/g, "").slice(0, 6);
    if (digits !== field.value) field.value = digits;
  });
  // Typing after an error begins a new code, not a correction of the old one.
  field.addEventListener("focus", () => {
    if (field.value.length === 6) field.select();
  });
}
