// The subscription of this browser to push messages: made with the key of this service, and handed to it.
import { send } from "./send.js";

function bytesOf(base64url) {
  const text = atob(base64url.replaceAll("-", "+").replaceAll("_", "/"));
  return Uint8Array.from(text, (sign) => sign.charCodeAt(0));
}

const manager = async () => (await navigator.serviceWorker.getRegistration("/app"))?.pushManager;

// Ends the subscription, if there is one.
export async function unsubscribe() {
  await (await (await manager())?.getSubscription())?.unsubscribe();
}

// Subscribes anew with a key. Resolves to the answer of this service; `null` where nobody is reached, or the browser
// does not subscribe.
export async function subscribe({ notifications, key, keyId }) {
  try {
    await navigator.serviceWorker.ready;
    await unsubscribe();
    const made = await (await manager()).subscribe({ userVisibleOnly: true, applicationServerKey: bytesOf(key) });
    const { endpoint, keys } = made.toJSON();
    return await send(notifications, { key: keyId, subscription: { endpoint, keys } });
  } catch {
    return null;
  }
}
