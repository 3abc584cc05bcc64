// A signature within a page that asks for one: the PIN is typed into a dialog on top of it (phone_app/parts.html,
// `pin_dialog`). A wrong one is said there; the PIN can be tried until the server says that it was the last.
import { pad } from "./pad.js";
import { send } from "./send.js";

// The library of the key comes while the page is read.
const loading = import("./key.js");
const dialog = document.querySelector("[data-pin-dialog]");
let typed = () => {};
const keys = dialog && pad(dialog.querySelector("[data-pad]"), (pin) => typed(pin));

// Asks for the PIN, signs `fields` about `subject` for `purpose`, and sends `more` with the signature to `path`. The app
// goes on where the answer says. Resolves to the answer, or to `null` where the person closed the dialog.
export function ask(path, purpose, subject, fields, more = {}) {
  return new Promise((resolve) => {
    keys.clear();
    keys.say("");
    const closed = () => resolve(null);
    dialog.addEventListener("close", closed, { once: true });
    typed = async (pin) => {
      keys.busy(true);
      const { sign } = await loading;
      const signature = await sign(pin, purpose, subject, fields);
      const answer = signature ? await send(path, { ...more, signature }) : { next: "/app/pin" };
      keys.busy(false);
      if (answer && !answer.wrong) {
        dialog.removeEventListener("close", closed);
        dialog.close();
        if (answer.next) location.assign(answer.next);
        return resolve(answer);
      }
      keys.clear();
      keys.say(answer ? (answer.message ?? dialog.dataset.failed) : dialog.dataset.offline);
    };
    dialog.showModal();
  });
}
