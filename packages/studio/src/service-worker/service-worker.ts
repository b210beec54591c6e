import '../build-values.ts';
import { PAGE_HEADERS } from '../page-headers.ts';

/**
 * Keeps the studio on the visitor's machine, and makes it fast on hosts that know nothing of it: every answer gets the two
 * headers that allow threads. It talks to no server but the page's own.
 */
declare const self: ServiceWorkerGlobalScope;

const PAGE = `ganfit-page-${BUILD.VERSION.slice(0, 16)}`;
/** Runtime and models; their names hold a version or a digest, so they never grow stale. */
const DATA = 'ganfit-data';

const SCOPE = new URL('./', self.location.href).href;

self.addEventListener('install', (event) => {
  event.waitUntil(
    (async () => {
      const cache = await caches.open(PAGE);
      await cache.addAll(BUILD.FILES.map((file) => new Request(new URL(file, SCOPE), { cache: 'reload' })));
      await self.skipWaiting();
    })(),
  );
});

self.addEventListener('activate', (event) => {
  event.waitUntil(
    (async () => {
      for (const name of await caches.keys()) {
        if (name.startsWith('ganfit-page-') && name !== PAGE) await caches.delete(name);
      }
      const data = await caches.open(DATA);
      const wanted = new Set(BUILD.DATA.map((file) => new URL(file, SCOPE).href));
      for (const request of await data.keys()) if (!wanted.has(request.url)) await data.delete(request);
      await self.clients.claim();
    })(),
  );
});

self.addEventListener('fetch', (event) => {
  const { request } = event;
  if (request.method !== 'GET' || !request.url.startsWith(SCOPE)) return;
  event.respondWith(answer(request, event));
});

async function answer(request: Request, event: FetchEvent): Promise<Response> {
  const isPage = request.mode === 'navigate';
  const page = await caches.open(PAGE);
  const kept =
    (await page.match(isPage ? SCOPE : request, { ignoreSearch: true })) ??
    (await (await caches.open(DATA)).match(request));
  if (kept) return isolated(kept);
  const response = await fetch(request);
  const path = request.url.slice(SCOPE.length);
  if (response.ok && BUILD.DATA.includes(path)) {
    const copy = response.clone();
    // A full disk is no reason to fail: then the file is fetched again next time.
    event.waitUntil(caches.open(DATA).then((cache) => cache.put(request, copy).catch(() => undefined)));
  }
  return isolated(response);
}

/** The same answer in a page that may use threads. */
function isolated(response: Response): Response {
  if (response.status === 0 || response.type === 'opaque') return response;
  const headers = new Headers(response.headers);
  for (const [name, value] of Object.entries(PAGE_HEADERS)) headers.set(name, value);
  return new Response(response.body, { status: response.status, statusText: response.statusText, headers });
}
