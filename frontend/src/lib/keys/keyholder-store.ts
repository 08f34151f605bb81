import type { KeyUse, OwnKey } from "./keyholder-key";
import type { SeatKey } from "./seat-key";

/** The browser's own store. Quick exit and a sign-out that forgets delete it whole by this name. */
export const DATABASE = "warmline-keyholder";
const KEYS = "keys";

interface Kept {
  readonly person: string;
  readonly keyId: string;
  readonly key: SeatKey;
  readonly keptAt: number;
}

/**
 * A person's keys for one use on this device, one set an account. No script can read the private halves; whoever has
 * the device and its profile can use them.
 */
export interface KeyholderStore {
  /** The key that was put last, null when there is none on this device. */
  mine(): Promise<OwnKey | null>;
  /** A certain one, also an earlier one: what was sealed to a key opens with that key alone. */
  keyOf(keyId: string): Promise<SeatKey | null>;
  keyIds(): Promise<string[]>;
  put(own: OwnKey): Promise<void>;
  /** Without an id: all of this account. */
  forget(keyId?: string): Promise<void>;
  close(): void;
}

/**
 * Rejects where the browser keeps nothing. `account` is the account's number, by default the one the page names
 * (`data-keyholder="…"` on any element). A coordinator's key and a volunteer's letter keys are kept apart.
 */
export async function openStore(account: string = personOfPage(), use: KeyUse = "keyholder"): Promise<KeyholderStore> {
  if (!account) throw new Error("the page names no account");
  const person = use === "keyholder" ? account : `${use} ${account}`;
  const database = await opened();
  const run = <T>(mode: IDBTransactionMode, work: (keys: IDBObjectStore) => IDBRequest<T>): Promise<T> => done(database, mode, work);
  const own = async (): Promise<Kept[]> => {
    const all = await run("readonly", (keys) => keys.getAll() as IDBRequest<Kept[]>);
    return all.filter((kept) => kept.person === person).sort((a, b) => b.keptAt - a.keptAt);
  };
  return {
    mine: async () => (await own())[0] ?? null,
    keyOf: async (keyId) => (await own()).find((kept) => kept.keyId === keyId)?.key ?? null,
    keyIds: async () => (await own()).map(({ keyId }) => keyId),
    put: async ({ keyId, key }) => {
      const { privateKey, publicKey, pk } = key;
      await run("readwrite", (keys) => keys.put({ person, keyId, key: { privateKey, publicKey, pk }, keptAt: Date.now() }));
      await stay();
    },
    forget: async (keyId) => {
      for (const kept of await own()) {
        if (keyId === undefined || kept.keyId === keyId) await run("readwrite", (keys) => keys.delete([person, kept.keyId]));
      }
    },
    close: () => { database.close(); },
  };
}

/** Whether a browser has what a coordinator's key needs; not whether it will keep it. */
export function canHoldKeys(): boolean {
  return "indexedDB" in globalThis && "crypto" in globalThis && "subtle" in crypto;
}

function personOfPage(): string {
  return document.querySelector<HTMLElement>("[data-keyholder]")?.dataset.keyholder ?? "";
}

function opened(): Promise<IDBDatabase> {
  return new Promise((resolve, reject) => {
    const request = indexedDB.open(DATABASE, 1);
    request.onupgradeneeded = () => { request.result.createObjectStore(KEYS, { keyPath: ["person", "keyId"] }); };
    request.onsuccess = () => {
      // Another tab deletes it: let go.
      request.result.onversionchange = () => { request.result.close(); };
      resolve(request.result);
    };
    request.onerror = () => { reject(failed(request.error)); };
    request.onblocked = () => { reject(failed(null)); };
  });
}

function done<T>(database: IDBDatabase, mode: IDBTransactionMode, work: (keys: IDBObjectStore) => IDBRequest<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    const transaction = database.transaction(KEYS, mode);
    const request = work(transaction.objectStore(KEYS));
    transaction.oncomplete = () => { resolve(request.result); };
    transaction.onerror = transaction.onabort = () => { reject(failed(transaction.error)); };
  });
}

/** Ask the browser not to clear it when space is short; it may say no. */
async function stay(): Promise<void> {
  try {
    await navigator.storage.persist();
  } catch {
    // An old browser: the recovery code brings the key back.
  }
}

function failed(error: DOMException | null): Error {
  return error ?? new Error("the browser's store does not answer");
}
