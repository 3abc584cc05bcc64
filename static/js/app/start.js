// On every page of the app: what this browser must forget, the lock of an app that lies unused, the service worker and
// a new version.
const IDLE = 5 * 60_000;
const meta = document.querySelector('meta[name="salpa-app"]').dataset;

const insecure = document.querySelector("[data-insecure]");
if (insecure) insecure.hidden = isSecureContext;

if (document.querySelector("[data-forget-keys]") && isSecureContext) indexedDB.deleteDatabase("salpa");

const offline = document.querySelector("[data-offline-page]");
if (offline) addEventListener("online", () => location.assign("/app"));

// An app that is open locks when it lies unused; the server sees to it as well.
if (meta.phone && !document.querySelector("[data-unlock]")) {
  let timer;
  let until;
  const lock = () => {
    const form = document.body.appendChild(document.createElement("form"));
    form.method = "post";
    form.action = "/app/lock";
    form.submit();
  };
  const used = () => {
    until = Date.now() + IDLE;
    clearTimeout(timer);
    timer = setTimeout(lock, IDLE);
  };
  for (const act of ["pointerdown", "keydown", "scroll"]) addEventListener(act, used, { passive: true });
  // A phone that slept kept no time.
  addEventListener("visibilitychange", () => !document.hidden && Date.now() > until && lock());
  used();
}

// Without one the app works all the same, but for the page that is shown without a network.
const worker = await navigator.serviceWorker
  ?.register("/app/service-worker.js", { scope: "/app", updateViaCache: "none" })
  .catch(() => null);
if (worker) {
  const banner = document.querySelector("[data-new-version]");
  const offer = () => {
    if (!worker.waiting || !navigator.serviceWorker.controller || !banner) return;
    banner.hidden = false;
    banner.querySelector("button").onclick = () => worker.waiting?.postMessage("take over");
  };
  offer();
  worker.addEventListener("updatefound", () => worker.installing?.addEventListener("statechange", offer));
  // The first one comes in silence; a later one was taken by the person, and the page is loaded anew.
  const hadOne = Boolean(navigator.serviceWorker.controller);
  navigator.serviceWorker.addEventListener("controllerchange", () => hadOne && location.reload());
}
