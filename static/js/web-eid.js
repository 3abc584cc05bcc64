// An ID card in a reader: the Web eID extension of the browser listens to messages of this page, has the card sign the
// challenge, and answers by messages. Its answer is sent as a form. Without scripts the words in its place are seen.
const VERSION = "2.0.2"; // Of the protocol, as the extension compares it with its own.
const HEARD = 3000; // An extension says at once that it has heard.
const PATIENCE = 3 * 60 * 1000; // A person looks for the card and types a PIN.

// The key of the words for a failure, by the code of the extension.
const TROUBLES = {
  ERR_WEBEID_USER_CANCELLED: "cancelled",
  ERR_WEBEID_USER_TIMEOUT: "late",
  ERR_WEBEID_ACTION_TIMEOUT: "late",
  ERR_WEBEID_EXTENSION_UNAVAILABLE: "missing",
  ERR_WEBEID_NATIVE_UNAVAILABLE: "program",
  ERR_WEBEID_VERSION_MISMATCH: "version",
  ERR_WEBEID_VERSION_INVALID: "version",
};

// One question to the extension: its answer, or the code of its failure.
function ask(challengeNonce, lang) {
  return new Promise((done, fail) => {
    const over = (end, value) => {
      clearTimeout(silence);
      clearTimeout(patience);
      window.removeEventListener("message", hear);
      end(value);
    };
    const hear = ({ source, origin, data }) => {
      if (source !== window || origin !== window.origin) return;
      switch (data?.action) {
        case "web-eid:authenticate-ack":
          clearTimeout(silence);
          break;
        case "web-eid:authenticate-success":
          over(done, data);
          break;
        case "web-eid:authenticate-failure":
          over(fail, data.error?.code);
          break;
      }
    };
    const silence = setTimeout(() => over(fail, "ERR_WEBEID_EXTENSION_UNAVAILABLE"), HEARD);
    const patience = setTimeout(() => over(fail, "ERR_WEBEID_ACTION_TIMEOUT"), PATIENCE);
    window.addEventListener("message", hear);
    const message = { action: "web-eid:authenticate", libraryVersion: VERSION, challengeNonce, options: { lang } };
    window.postMessage(message, window.origin);
  });
}

for (const form of document.querySelectorAll("form[data-web-eid]")) {
  for (const aid of document.querySelectorAll("[data-without-script]")) aid.hidden = true;
  form.hidden = false;
  const button = form.querySelector("button");
  const place = form.querySelector("[data-trouble]");
  const words = form.querySelector("[data-said]");
  const before = words.textContent;
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    if (button.getAttribute("aria-disabled") === "true") return;
    button.setAttribute("aria-disabled", "true");
    place.hidden = true;
    words.textContent = form.dataset.waiting;
    try {
      const { unverifiedCertificate, algorithm, signature, format, appVersion } = await ask(
        form.dataset.webEid,
        document.documentElement.lang,
      );
      const token = { unverifiedCertificate, algorithm, signature, format, appVersion };
      form.elements.namedItem("token").value = JSON.stringify(token);
      HTMLFormElement.prototype.submit.call(form);
    } catch (code) {
      words.textContent = before;
      button.removeAttribute("aria-disabled");
      place.hidden = false;
      // Emptied first, so that the same words are read out a second time.
      place.lastElementChild.textContent = "";
      place.lastElementChild.textContent = form.dataset[TROUBLES[code] ?? "failed"];
    }
  });
}
