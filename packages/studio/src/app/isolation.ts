const RELOADED = 'ganfit-isolated';

/**
 * Installs the service worker: it keeps the studio for offline use and gives the page the headers that threads need. Where the
 * host does not send them, the page is loaded once more under the service worker.
 *
 * @returns Whether the page is about to be loaded again.
 */
export async function installServiceWorker(): Promise<boolean> {
  if (!('serviceWorker' in navigator)) return false;
  try {
    await navigator.serviceWorker.register(new URL('service-worker.js', document.baseURI));
    await controlled();
  } catch {
    // Private windows forbid it: then the page works online, with one thread.
    return false;
  }
  if (globalThis.crossOriginIsolated) {
    sessionStorage.removeItem(RELOADED);
    return false;
  }
  // Once is enough: a browser that is still not isolated will not become so.
  if (sessionStorage.getItem(RELOADED)) return false;
  sessionStorage.setItem(RELOADED, '1');
  location.reload();
  return true;
}

/** The runtime and the models are kept only if they are fetched through the service worker, so it must be there first. */
async function controlled(): Promise<void> {
  await navigator.serviceWorker.ready;
  if (navigator.serviceWorker.controller) return;
  await Promise.race([
    new Promise((resolve) =>
      navigator.serviceWorker.addEventListener('controllerchange', resolve, { once: true }),
    ),
    new Promise((resolve) => setTimeout(resolve, 3000)),
  ]);
}
