// On every page of the app: what this browser must forget, the lock of an app that lies unused, the service worker and
// a new version.
const IDLE = 5 * 60_000;
const meta = document.querySelector('meta[name="salpa-app"]').dataset;

const insecure = document.querySelector("[data-insecure]");
if (insecure) insecure.hidden = isSecureContext;

if (document.querySelector("[data-forget-keys]") && isSecureContext) indexedDB.deleteDatabase("salpa");

// Only on the home screen iOS allows notifications. Other systems do not know this word.
const homeScreen = document.querySelector("[data-home-screen]");
if (homeScreen) homeScreen.hidden = navigator.standalone !== false;

// The word that there is a network comes once, and often before anything can be reached: so the page also asks by itself.
if (document.querySelector("[data-offline-page]")) {
  const goOn = () => navigator.onLine && location.assign("/app");
  addEventListener("online", goOn);
  setInterval(goOn, 3000);
}

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

// The person has seen what waits; and a browser whose subscription is gone, or has an old key, subscribes anew.
if (worker && meta.phone) {
  for (const told of (await worker.getNotifications?.()) ?? []) told.close();
  const again = document.querySelector("[data-subscribe-anew]");
  if (again && worker.pushManager && globalThis.Notification?.permission === "granted") {
    const { subscribe } = await import("./push.js");
    await subscribe(again.dataset);
  }
}
