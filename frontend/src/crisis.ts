// Keeps the crisis pages of this browser for when there is no network.
if ("serviceWorker" in navigator && window.isSecureContext) {
  // Refused where storage is forbidden (private windows of some browsers): the page works without.
  navigator.serviceWorker.register("/offline.js").catch(() => undefined);
}
