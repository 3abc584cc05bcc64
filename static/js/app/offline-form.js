// A form of a phone that has no network says so, and keeps what was typed: without this the browser would show a page of
// its own in its place.
for (const told of document.querySelectorAll("[data-offline-told]")) {
  told.closest("form").addEventListener("submit", (event) => {
    if (navigator.onLine) return;
    event.preventDefault();
    told.hidden = false;
  });
  addEventListener("online", () => { told.hidden = true; });
}
