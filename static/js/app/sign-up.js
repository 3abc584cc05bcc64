// The sign-up code: four groups of four, however it is typed or pasted, and how much of it is there.
const form = document.querySelector("#sign-up");
const field = form.querySelector("#sign_up_code");
const hint = form.querySelector("[data-count]");
const LENGTH = 16;

const shown = (typed) => typed.normalize("NFKC").replace(/[^\p{L}\p{N}]/gu, "").slice(0, LENGTH).toUpperCase();

function draw() {
  const before = shown(field.value.slice(0, field.selectionStart ?? field.value.length)).length;
  const code = shown(field.value);
  const text = code.match(/.{1,4}/gu)?.join(" ") ?? "";
  if (text !== field.value) {
    field.value = text;
    // The caret stays behind the character that was typed, and jumps over the space after a full group.
    const caret = before + Math.floor(Math.max(0, before - (before === code.length ? 1 : 0)) / 4);
    field.setSelectionRange(caret, caret);
  }
  hint.textContent = hint.dataset.count.replace("{count}", code.length);
}

field.addEventListener("input", draw);
if (field.value) draw();

// Programs that read mail open every link, but run no scripts.
if (form.dataset.opened) fetch(form.dataset.opened, { method: "POST" }).catch(() => {});
