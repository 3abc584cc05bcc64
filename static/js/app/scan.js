// The scanner: reads the code of a sign-in page with the camera, and hands it to this service as it is. The browser's
// own reader where there is one, and else a vendored one, which is loaded only then.
import { send } from "./send.js";

const finder = document.querySelector("[data-scan]");
const video = finder.querySelector("[data-picture]");
const status = finder.querySelector("[data-scan-status]");
const error = document.querySelector("[data-scan-error]");
const refused = document.querySelector("[data-camera-refused]");
const none = document.querySelector("[data-no-camera]");
const again = document.querySelector("[data-scan-again]");
const light = document.querySelector("[data-light]");

// The widest picture that is looked at: wider ones take longer and show no more of a code.
const WIDEST = 720;
const EVERY = 120;

async function reader() {
  if ("BarcodeDetector" in window) {
    const formats = await BarcodeDetector.getSupportedFormats().catch(() => []);
    if (formats.includes("qr_code")) {
      const detector = new BarcodeDetector({ formats: ["qr_code"] });
      return async () => (await detector.detect(video).catch(() => []))[0]?.rawValue;
    }
  }
  const { default: jsQR } = await import("../../vendor/jsqr.js");
  const canvas = document.createElement("canvas");
  const context = canvas.getContext("2d", { willReadFrequently: true });
  return async () => {
    const scale = Math.min(1, WIDEST / video.videoWidth);
    canvas.width = Math.round(video.videoWidth * scale);
    canvas.height = Math.round(video.videoHeight * scale);
    if (!canvas.width) return undefined;
    context.drawImage(video, 0, 0, canvas.width, canvas.height);
    const { data, width, height } = context.getImageData(0, 0, canvas.width, canvas.height);
    return jsQR(data, width, height, { inversionAttempts: "dontInvert" })?.data;
  };
}

const pause = () => new Promise((done) => setTimeout(done, EVERY));

function say(words) {
  error.hidden = !words;
  error.lastElementChild.textContent = words ?? "";
}

// Whether the code was taken; then the app goes on.
async function take(code) {
  const answer = await send(finder.dataset.scan, { code });
  if (answer?.next) {
    location.assign(answer.next);
    return true;
  }
  say(answer?.message ?? finder.dataset.failed);
  return false;
}

async function scan() {
  refused.hidden = none.hidden = again.hidden = true;
  let stream;
  try {
    stream = await navigator.mediaDevices.getUserMedia({ video: { facingMode: "environment" }, audio: false });
  } catch (problem) {
    status.textContent = "";
    again.hidden = false;
    (problem.name === "NotAllowedError" || problem.name === "SecurityError" ? refused : none).hidden = false;
    return;
  }
  video.srcObject = stream;
  await video.play().catch(() => {});
  status.textContent = "";
  const [track] = stream.getVideoTracks();
  if (track.getCapabilities?.().torch) {
    light.hidden = false;
    const label = light.lastElementChild;
    const words = [label.textContent, light.dataset.on];
    let on = false;
    light.onclick = async () => {
      on = !on;
      await track.applyConstraints({ advanced: [{ torch: on }] }).catch(() => {});
      label.textContent = words[Number(on)];
    };
  }
  addEventListener("pagehide", () => track.stop(), { once: true });
  const read = await reader();
  let last;
  while (track.readyState === "live") {
    const code = await read();
    // A code that was refused is not sent again and again while it is in the picture.
    if (code && code !== last) {
      last = code;
      if (await take(code)) return track.stop();
    }
    await pause();
  }
}

again.addEventListener("click", scan);

// Opened by a link of a sign-in page on this very phone: its code stands in the address, and is used at once.
const linked = location.hash.length > 1 ? location.href : "";
if (linked) history.replaceState(null, "", location.pathname);
if (!linked || !(await take(linked))) {
  if (navigator.mediaDevices) scan();
  else none.hidden = false;
}
