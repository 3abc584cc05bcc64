// Searches as one types: the list below the form is asked for anew a moment after the last key, and what
// comes is put in its place. Without this the form does the same when it is sent.
for (const form of document.querySelectorAll("form[data-live]")) {
  const place = document.getElementById(form.dataset.live);
  let timer;
  let asked;
  const ask = async () => {
    asked?.abort();
    asked = new AbortController();
    const query = new URLSearchParams(new FormData(form));
    const own = new URLSearchParams(query);
    query.set("fragment", "1");
    try {
      const answer = await fetch(`${form.action}?${query}`, { signal: asked.signal });
      if (!answer.ok || answer.redirected) return form.submit();
      // Made by this service from templates that escape what people wrote.
      place.innerHTML = await answer.text();
      if (form.action === location.origin + location.pathname) {
        history.replaceState(null, "", `${form.action}?${own}`);
      }
    } catch (error) {
      if (error.name !== "AbortError") form.submit();
    }
  };
  form.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(ask, 150);
  });
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    clearTimeout(timer);
    ask();
  });
}
