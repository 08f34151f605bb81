/// <reference lib="webworker" />
// The service worker: crisis pages and what they need, and nothing else of the site. `kept` is put in
// front of this script by the server.

interface Kept {
  pages: string[];
  files: string[];
}

const worker = self as unknown as ServiceWorkerGlobalScope & { kept: Kept };
const STORE = "crisis-1";
const isCrisis = (path: string): boolean => path.startsWith("/crisis/");

worker.addEventListener("install", (event) => {
  event.waitUntil(keepAll().then(() => worker.skipWaiting()));
});

worker.addEventListener("activate", (event) => {
  event.waitUntil(forgetOld().then(() => worker.clients.claim()));
});

worker.addEventListener("fetch", (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (request.method !== "GET" || url.origin !== worker.location.origin) return;
  if (isCrisis(url.pathname)) event.respondWith(networkFirst(request, url));
  else if (worker.kept.files.includes(url.pathname)) event.respondWith(keptFirst(request));
});

async function keepAll(): Promise<void> {
  const store = await caches.open(STORE);
  await store.addAll([...worker.kept.pages, ...worker.kept.files]);
  // The page that brought this script was loaded before it could look on.
  const open = await worker.clients.matchAll({ includeUncontrolled: true, type: "window" });
  const visited = open.map((client) => new URL(client.url).pathname).filter((path) => isCrisis(path));
  await Promise.all(visited.map((path) => store.add(path)));
}

async function forgetOld(): Promise<void> {
  const names = await caches.keys();
  await Promise.all(names.filter((name) => name !== STORE).map((name) => caches.delete(name)));
  const store = await caches.open(STORE);
  const kept = new Set(worker.kept.files);
  for (const request of await store.keys()) {
    const { pathname } = new URL(request.url);
    if (!isCrisis(pathname) && !kept.has(pathname)) await store.delete(request);
  }
}

/** What the server says now; without a network what it said last, and the index before nothing. */
async function networkFirst(request: Request, url: URL): Promise<Response> {
  const store = await caches.open(STORE);
  try {
    const fresh = await fetch(request);
    if (fresh.ok && !url.search) await store.put(url.pathname, fresh.clone());
    return fresh;
  } catch {
    const found = (await store.match(url.pathname)) ?? (await store.match("/crisis/"));
    return found ?? Response.error();
  }
}

async function keptFirst(request: Request): Promise<Response> {
  return (await caches.match(request)) ?? fetch(request);
}
