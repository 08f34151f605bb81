/** What reading and writing sealed messages takes; browsers from 2022 on have all of it, on https. */
export function canKeepSecrets(): boolean {
  const found: Partial<{ crypto: Partial<Crypto>; locks: LockManager }> = { crypto: globalThis.crypto, locks: navigator.locks };
  return Boolean(found.crypto?.subtle && found.locks && "BroadcastChannel" in globalThis);
}
