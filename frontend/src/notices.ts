/// <reference lib="webworker" />
// The service worker of notices: shows one, and opens its page. It sees no request and keeps nothing, so
// no page outlives its tab by it; crisis help without a network has a worker of its own (offline.ts).

export {};

interface Said {
  title: string;
  body: string;
  path: string;
}

const worker = self as unknown as ServiceWorkerGlobalScope;

worker.addEventListener("install", () => { void worker.skipWaiting(); });

worker.addEventListener("push", (event) => {
  const { title, body, path } = saidIn(event.data);
  // The same page again replaces its own notice.
  event.waitUntil(worker.registration.showNotification(title, { body, tag: path, data: path }));
});

worker.addEventListener("notificationclick", (event) => {
  event.notification.close();
  event.waitUntil(open(pathOf(event.notification.data)));
});

/** Browsers want something shown for every push, also for one that can't be read. */
function saidIn(data: PushMessageData | null): Said {
  let said: Record<string, unknown> = {};
  try {
    said = (data?.json() ?? {}) as Record<string, unknown>;
  } catch {
    // Not ours, or cut off: a greeting, and the start page.
  }
  const word = (name: string, otherwise: string): string => {
    const value = said[name];
    return typeof value === "string" ? value : otherwise;
  };
  return { title: word("title", "Hello"), body: word("body", ""), path: pathOf(said.path) };
}

/** A path within the site; the start page for anything else. */
function pathOf(value: unknown): string {
  return typeof value === "string" && /^\/(?![/\\])/.test(value) ? value : "/";
}

/** The page where it is open already, else a new one. */
async function open(path: string): Promise<void> {
  const pages = await worker.clients.matchAll({ type: "window", includeUncontrolled: true });
  const there = pages.find((page) => new URL(page.url).pathname === path);
  await (there ? there.focus() : worker.clients.openWindow(path));
}
