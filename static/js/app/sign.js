// A signature within a page that asks for one: the PIN is typed into a dialog on top of it (phone_app/parts.html,
// `pin_dialog`), or the passkey of the phone takes its place. A wrong one is said there; the PIN can be tried until the
// server says that it was the last.
import { confirm, hasPasskey } from "./biometrics.js";
import { pad } from "./pad.js";
import { send } from "./send.js";

// The library of the key comes while the page is read.
const loading = import("./key.js");
const dialog = document.querySelector("[data-pin-dialog]");
let typed = () => {};
let pressed = () => {};
const keys = dialog && pad(dialog.querySelector("[data-pad]"), (pin) => typed(pin), hasPasskey && (() => pressed()));

// Asks for the PIN, signs `fields` about `subject` for `purpose`, and sends `more` with the signature to `path`. The app
// goes on where the answer says. `byPin` leaves the passkey to a press of its key. Resolves to the answer, or to `null`
// where the person closed the dialog.
export function ask(path, purpose, subject, fields, more = {}, byPin = false) {
  return new Promise((resolve) => {
    keys.clear();
    keys.say("");
    const closed = () => resolve(null);
    dialog.addEventListener("close", closed, { once: true });
    async function take(signing) {
      keys.busy(true);
      const signed = await signing();
      const answer = signed && (signed.next ? signed : await send(path, { ...more, ...signed }));
      keys.busy(false);
      if (answer && !answer.wrong) {
        dialog.removeEventListener("close", closed);
        dialog.close();
        if (answer.next) location.assign(answer.next);
        return resolve(answer);
      }
      keys.clear();
      if (!signed) return keys.say(dialog.dataset.notUsed);
      keys.say(answer ? (answer.message ?? dialog.dataset.failed) : dialog.dataset.offline);
    }
    typed = (pin) => take(async () => {
      const { sign } = await loading;
      const signature = await sign(pin, purpose, subject, fields);
      return signature ? { signature } : { next: "/app/pin?new=1" };
    });
    pressed = () => take(() => confirm(purpose, subject, fields));
    dialog.showModal();
    // The press that opened the dialog is good for the passkey as well.
    if (hasPasskey && !byPin) pressed();
  });
}
