/** startWorker installs the service worker, so that the pay code opens without network. Some web views have none. */
export function startWorker(): void {
  if (!("serviceWorker" in navigator)) return;
  addEventListener("load", () => {
    navigator.serviceWorker.register("/sw.js").catch(() => undefined); // without it the page works, with network
  });
}
