// The service worker of the member's door: the page and its files are kept, so that the pay code opens without
// network. The API is never kept. The build puts FILES and VERSION in front of this file and writes it to /sw.js.

declare const FILES: string[];
declare const VERSION: string;

interface Extended extends Event {
  waitUntil(work: Promise<unknown>): void;
}
interface Fetching extends Extended {
  request: Request;
  respondWith(answer: Promise<Response>): void;
}
interface Scope extends EventTarget {
  skipWaiting(): Promise<void>;
  clients: { claim(): Promise<void> };
}

const scope = self as unknown as Scope;
const SHELF = `member-${VERSION}`;
/** Addresses that the member's page draws; other doors need the network. */
const MINE = /^\/(?:$|(?:code|history|settings|sign-in)$|(?:c|e)\/)/;
/** How long a page waits for the network before the kept one is shown. */
const PATIENCE_MS = 3000;

async function keep(): Promise<void> {
  const shelf = await caches.open(SHELF);
  await shelf.addAll(FILES.map((file) => new Request(file, { cache: "reload" })));
  await scope.skipWaiting();
}

async function clear(): Promise<void> {
  for (const name of await caches.keys()) if (name !== SHELF) await caches.delete(name);
  await scope.clients.claim();
}

async function page(request: Request): Promise<Response> {
  const kept = await caches.match("/");
  const late = new Promise<never>((_, reject) => {
    if (kept) setTimeout(() => reject(new Error("late")), PATIENCE_MS);
  });
  try {
    return await Promise.race([fetch(request), late]);
  } catch (error) {
    if (kept) return kept;
    throw error;
  }
}

async function asset(request: Request): Promise<Response> {
  return (await caches.match(request)) ?? fetch(request);
}

scope.addEventListener("install", (event) => (event as Extended).waitUntil(keep()));
scope.addEventListener("activate", (event) => (event as Extended).waitUntil(clear()));
scope.addEventListener("fetch", (event) => {
  const fetching = event as Fetching;
  const url = new URL(fetching.request.url);
  if (fetching.request.method !== "GET" || url.origin !== location.origin) return;
  if (fetching.request.mode === "navigate") {
    if (MINE.test(url.pathname)) fetching.respondWith(page(fetching.request));
  } else if (FILES.includes(url.pathname)) {
    fetching.respondWith(asset(fetching.request));
  }
});
