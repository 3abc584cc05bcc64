// The part of the app that works without a network: a page that says so, and that goes on by itself when there is one.
// Nothing of a person is ever kept. `self.build` stands above, written by the server: the version and the files of the page.
const CACHE = `salpa-${self.build.shell.join()}`;
const OFFLINE = "/app/offline";

self.addEventListener("install", (event) => {
  const keep = async () => (await caches.open(CACHE)).addAll([OFFLINE, ...self.build.shell]);
  event.waitUntil(keep());
});

self.addEventListener("activate", (event) => {
  const clear = async () => {
    for (const name of await caches.keys()) if (name !== CACHE) await caches.delete(name);
    await self.clients.claim();
  };
  event.waitUntil(clear());
});

// A new version waits until the person takes it.
self.addEventListener("message", (event) => {
  if (event.data === "take over") self.skipWaiting();
});

// Only these files and that page are answered from here, and only as they came when this version was installed.
self.addEventListener("fetch", (event) => {
  const url = new URL(event.request.url);
  if (event.request.method !== "GET" || url.origin !== self.location.origin) return;
  if (event.request.mode === "navigate") {
    event.respondWith(fetch(event.request).catch(async () => (await (await caches.open(CACHE)).match(OFFLINE)) ?? Response.error()));
  } else if (self.build.shell.includes(url.pathname)) {
    event.respondWith((async () => (await (await caches.open(CACHE)).match(url.pathname)) ?? fetch(event.request))());
  }
});
