// A page that waits for something that happens elsewhere: a request is held until it has happened, and then the form is
// sent. Without scripts the button of the form does the same.
const pause = (seconds) => new Promise((done) => setTimeout(done, seconds * 1000));

// The news of an answer: none, where it is a page.
const read = (text) => {
  try {
    return JSON.parse(text);
  } catch {
    return {};
  }
};

// Sends the form, with whatever is ticked on it.
const go = (form) => HTMLFormElement.prototype.submit.call(form);

export async function follow(form, told = () => {}) {
  for (;;) {
    let answer, text;
    try {
      answer = await fetch(form.dataset.follow, { headers: { accept: "application/json" } });
      // The body comes once there is something to tell.
      text = await answer.text();
    } catch {
      // Without a network; it may come back.
      await pause(2);
      continue;
    }
    if (answer.status === 503 || answer.status === 429) {
      await pause(Number(answer.headers.get("retry-after")) || 2);
      continue;
    }
    const news = answer.ok && !answer.redirected ? read(text) : {};
    if (!news.waiting) return go(form);
    told(news);
  }
}

for (const form of document.querySelectorAll("form[data-follow]")) {
  for (const button of form.querySelectorAll("[data-without-script]")) button.hidden = true;
  follow(form);
}
