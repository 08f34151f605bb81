import type { Bytes } from "../base64url";

const IV_BYTES = 12;

/** HKDF-SHA-256: 32 bytes by default. */
export async function hkdf(secret: Bytes, salt: Bytes, info: Bytes, length = 32): Promise<Bytes> {
  const key = await crypto.subtle.importKey("raw", secret, "HKDF", false, ["deriveBits"]);
  const bits = await crypto.subtle.deriveBits({ name: "HKDF", hash: "SHA-256", salt, info }, key, length * 8);
  return new Uint8Array(bits);
}

/** The same as a key for AES-256-GCM that no script can read. */
export async function hkdfAesKey(secret: Bytes, salt: Bytes, info: Bytes): Promise<CryptoKey> {
  const key = await crypto.subtle.importKey("raw", secret, "HKDF", false, ["deriveKey"]);
  const derived = { name: "AES-GCM", length: 256 };
  return crypto.subtle.deriveKey({ name: "HKDF", hash: "SHA-256", salt, info }, key, derived, false, ["encrypt", "decrypt"]);
}

/** iv ‖ AES-256-GCM under a random iv. `iv` is given only to compare with known vectors. */
export async function encrypt(key: CryptoKey, aad: Bytes, plain: Bytes, iv: Bytes = random(IV_BYTES)): Promise<Bytes> {
  const sealed = await crypto.subtle.encrypt({ name: "AES-GCM", iv, additionalData: aad }, key, plain);
  return joined(iv, new Uint8Array(sealed));
}

/** Throws when anything differs. */
export async function decrypt(key: CryptoKey, aad: Bytes, sealed: Bytes): Promise<Bytes> {
  const iv = sealed.slice(0, IV_BYTES);
  const plain = await crypto.subtle.decrypt({ name: "AES-GCM", iv, additionalData: aad }, key, sealed.slice(IV_BYTES));
  return new Uint8Array(plain);
}

export async function sha256(data: Bytes): Promise<Bytes> {
  return new Uint8Array(await crypto.subtle.digest("SHA-256", data));
}

export function random(length: number): Bytes {
  return crypto.getRandomValues(new Uint8Array(length));
}

export function joined(...parts: readonly Uint8Array[]): Bytes {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

/** The items of an `lp`, or a RangeError: every byte must belong to exactly one item. */
export function unlp(whole: Bytes): Bytes[] {
  const items: Bytes[] = [];
  const view = new DataView(whole.buffer, whole.byteOffset, whole.byteLength);
  for (let at = 0; at < whole.length; ) {
    if (at + 4 > whole.length) throw new RangeError("cut short");
    const end = at + 4 + view.getUint32(at);
    if (end > whole.length) throw new RangeError("cut short");
    items.push(whole.slice(at + 4, end));
    at = end;
  }
  return items;
}

/** An item that is an integer. Throws for other lengths and for what a page can't count exactly. */
export function integerIn(item: Bytes | undefined): number {
  if (item?.length !== 8) throw new RangeError("not an integer");
  const view = new DataView(item.buffer, item.byteOffset, 8);
  const value = view.getUint32(0) * 2 ** 32 + view.getUint32(4);
  if (!Number.isSafeInteger(value)) throw new RangeError("not an exact integer");
  return value;
}

