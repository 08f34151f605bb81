import { openStore } from "../../lib/keys/keyholder-store";
import type { SeatKey } from "../../lib/keys/seat-key";

/** A coordinator's own key from this device; null where it is not here, or the browser keeps nothing. */
export async function keyHere(keyId: string): Promise<SeatKey | null> {
  try {
    const store = await openStore();
    try {
      return await store.keyOf(keyId);
    } finally {
      store.close();
    }
  } catch {
    return null;
  }
}
