/** Where pushes reach this browser: the address and keys that a push service gave it. */

import { type Bytes, decode } from "./base64url";

/** No page lies there: the worker of notices controls none, and the one of crisis pages keeps its own scope. */
export const SCOPE = "/notices/";

export interface PushAddress {
  endpoint: string;
  p256dh: string;
  auth: string;
}

/** Whether this browser can show notices on this page at all. */
export function canPush(): boolean {
  return window.isSecureContext && "serviceWorker" in navigator && "PushManager" in window && "Notification" in window;
}

/** Asks the browser for its address, and so its push service for one. Throws when it gives none. */
export async function pushAddress(workerUrl: string, key: string): Promise<PushAddress> {
  const registration = await navigator.serviceWorker.register(workerUrl, { scope: SCOPE });
  await active(registration);
  const subscription = await subscribed(registration, decode(key));
  const { endpoint = "", keys = {} } = subscription.toJSON();
  return { endpoint, p256dh: keys.p256dh ?? "", auth: keys.auth ?? "" };
}

/**
 * What this browser has of notices, looked up beforehand (in the browser alone), so that a page that is
 * about to be gone can give it back in the same turn.
 */
export class OwnPush {
  private subscription: PushSubscription | null = null;
  private shown: () => void = () => undefined;

  async find(): Promise<void> {
    if (!canPush()) return;
    try {
      const registration = await navigator.serviceWorker.getRegistration(SCOPE);
      if (!registration) return;
      this.shown = () => void registration.getNotifications().then((all) => { all.forEach((one) => { one.close(); }); });
      this.subscription = await registration.pushManager.getSubscription();
    } catch {
      // Storage is forbidden here: then there is no address either.
    }
  }

  /** Gives the address back and closes what is shown, as far as the browser gets with it. */
  forget(): void {
    this.subscription?.unsubscribe().catch(() => undefined);
    this.shown();
  }
}

async function subscribed(registration: ServiceWorkerRegistration, key: Bytes): Promise<PushSubscription> {
  const options = { userVisibleOnly: true, applicationServerKey: key };
  try {
    return await registration.pushManager.subscribe(options);
  } catch (error) {
    // An address made with another key of ours, from before the server was set up anew.
    if (!(error instanceof DOMException) || error.name !== "InvalidStateError") throw error;
    await (await registration.pushManager.getSubscription())?.unsubscribe();
    return await registration.pushManager.subscribe(options);
  }
}

/** Resolves once the worker runs: before, there is nobody to subscribe for. */
function active(registration: ServiceWorkerRegistration): Promise<void> {
  const coming = registration.installing ?? registration.waiting;
  if (registration.active || !coming) return Promise.resolve();
  return new Promise((resolve, reject) => {
    coming.addEventListener("statechange", () => {
      if (coming.state === "activated") resolve();
      if (coming.state === "redundant") reject(new Error("the worker did not start"));
    });
  });
}
