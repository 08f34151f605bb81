import type { Bytes } from "./base64url";

/** Item of `lp`: a string as UTF-8, an integer as u64-BE, bytes as they are. */
export type Item = string | number | Uint8Array;

/** `lp(a, b, …)` of the live protocol: each item as u32-BE length ‖ bytes. */
export function lp(...items: readonly Item[]): Bytes {
  const parts = items.map(bytesOf);
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + 4 + part.length, 0));
  const view = new DataView(whole.buffer);
  let at = 0;
  for (const part of parts) {
    view.setUint32(at, part.length);
    whole.set(part, at + 4);
    at += 4 + part.length;
  }
  return whole;
}

function bytesOf(item: Item): Uint8Array {
  if (typeof item === "string") return new TextEncoder().encode(item);
  return typeof item === "number" ? u64(item) : item;
}

function u64(value: number): Uint8Array {
  if (!Number.isSafeInteger(value) || value < 0) throw new RangeError("not a whole number");
  const bytes = new Uint8Array(8);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, Math.floor(value / 2 ** 32));
  view.setUint32(4, value % 2 ** 32);
  return bytes;
}
