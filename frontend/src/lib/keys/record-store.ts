import { decode, encode } from "../base64url";
import type { RecordStore } from "./keyring";
import type { ResumeRecords } from "./seat-key";

export type SeatRecords = RecordStore & { clear(): void };
type TabStorage = Pick<Storage, "getItem" | "setItem" | "removeItem">;

/**
 * A seat's records in the tab's own storage: half of a secret, and what is sealed under the whole. Once cleared,
 * nothing is written any more: a record that was still being sealed comes too late.
 */
export function recordsIn(storage: TabStorage | null, room: number): SeatRecords {
  const name = `seat:${String(room)}`;
  let cleared = false;
  return {
    load: () => {
      try {
        return recordsFrom(storage?.getItem(name) ?? "null");
      } catch {
        return null;
      }
    },
    save: (records) => {
      if (cleared) return;
      try {
        storage?.setItem(name, written(records));
      } catch {
        // Full or switched off: then a reload starts with a new key.
      }
    },
    clear: () => {
      cleared = true;
      try {
        storage?.removeItem(name);
      } catch {
        // Nothing was kept then.
      }
    },
  };
}

function written({ t, key, head, isNew }: ResumeRecords): string {
  return JSON.stringify({ t: encode(t), key: encode(key), head: head && encode(head), ...(isNew && { isNew }) });
}

function recordsFrom(text: string): ResumeRecords | null {
  const found: unknown = JSON.parse(text);
  if (typeof found !== "object" || found === null) return null;
  const { t, key, head, isNew } = found as Record<string, unknown>;
  if (typeof t !== "string" || typeof key !== "string") return null;
  const known = { t: decode(t), key: decode(key), head: typeof head === "string" ? decode(head) : null };
  return isNew === true ? { ...known, isNew } : known;
}
