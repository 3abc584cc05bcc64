// The digits of a typed or pasted code, six at most (eight where an app may show so many), whatever the keyboard: "123 456", "Code: 123456" and "٦٤١٦٢٥". In
// Unicode the ten digits of a script follow each other, and NFKC makes digits of those that are only drawn differently.
const isDigit = (character) => /\p{Nd}/u.test(character);
const valueOf = (character) => {
  let zero = character.codePointAt(0);
  while (isDigit(String.fromCodePoint(zero - 1))) zero -= 1;
  return (character.codePointAt(0) - zero) % 10;
};
const digitsOf = (typed, most) => [...typed.normalize("NFKC")].filter(isDigit).slice(0, most).map(valueOf).join("");

for (const field of document.querySelectorAll(".code input")) {
  field.addEventListener("input", () => {
    const digits = digitsOf(field.value, Number(field.form.dataset.digits ?? 6));
    if (digits !== field.value) field.value = digits;
    field.parentElement.classList.toggle("longer", digits.length > 6);
  });
  // Typing after an error begins a new code, not a correction of the old one.
  field.addEventListener("focus", () => {
    if (field.value.length >= 6) field.select();
  });
}
