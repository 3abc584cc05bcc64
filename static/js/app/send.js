// Sends JSON to this service. The answer has `next` where the app is to go on; `null` where nobody is reached.
const version = document.querySelector('meta[name="salpa-app"]').dataset.version;

export async function send(path, body) {
  let response;
  try {
    response = await fetch(path, {
      method: "POST",
      headers: { "content-type": "application/json", accept: "application/json" },
      body: JSON.stringify({ version, ...body }),
    });
  } catch {
    return null;
  }
  const isJson = response.headers.get("content-type")?.startsWith("application/json");
  const answer = isJson ? await response.json() : {};
  // The page is older than what the operator still takes: it is loaded anew, with what stands beside it.
  if (answer.update) {
    const worker = await navigator.serviceWorker?.getRegistration("/app");
    await worker?.update();
    location.reload();
  }
  return answer;
}
