import { decode, encode, type Bytes } from "./base64url";
import { decrypt, encrypt, joined, random } from "./keys/bytes";
import { lp } from "./lp";

/** The kinds of messages: words just written, and a ready-made goodbye. */
export type Kind = "text" | "signoff";
/** Kinds that pages say to each other, and nobody reads: a yes to somebody, the two parts of a check code. */
export type NoteKind = "admit" | "check1" | "check2";

/** What a message says of itself, inside P. `seen` is the newest number its sender had, `h` the chain there. */
export interface Letter {
  readonly k: string;
  readonly t: string;
  readonly n: number;
  readonly seen: number;
  readonly h: string;
}

/** Where a message belongs; part of what is committed to. */
export interface Place {
  readonly room: number;
  readonly epoch: number;
  readonly seat: number;
}

/** The three strings of a `send` frame, base64url. */
export interface Sealed {
  readonly cid: string;
  readonly c: string;
  readonly body: string;
}

/** What is drawn anew for each message. */
export interface Drawn {
  readonly kf?: Bytes;
  readonly iv?: Bytes;
}

export const BLOCK = 128;
/** Longest P in bytes: 46 blocks, so that a frame stays under 8 KiB, also once it is encrypted. */
export const P_LIMIT = 46 * BLOCK;
const KF_BYTES = 32;
const C_BYTES = 32;
const CID_BYTES = 16;
/** Bytes of P that are not the text: everything else with the longest numbers. */
const AROUND_TEXT =
  utf8(JSON.stringify(inOrder({ k: "signoff", t: "", n: Number.MAX_SAFE_INTEGER, seen: Number.MAX_SAFE_INTEGER, h: "x".repeat(22) })))
    .length;

/** A new client id: 16 random bytes, base64url. */
export function newCid(): string {
  return encode(random(CID_BYTES));
}

/** P: the letter as JSON, padded with spaces to whole blocks of 128 bytes. Throws RangeError when too long. */
export function pad(letter: Letter): Bytes {
  const json = utf8(JSON.stringify(inOrder(letter)));
  const padded = new Uint8Array(Math.ceil(json.length / BLOCK) * BLOCK).fill(0x20);
  if (padded.length > P_LIMIT) throw new RangeError("too long");
  padded.set(json);
  return padded;
}

/** C = HMAC-SHA-256(Kf, lp(hdr, P)). `kf` has exactly 32 bytes: HMAC takes k and k‖00 for the same. */
export async function commitment(kf: Bytes, place: Place, cid: string, p: Bytes): Promise<Bytes> {
  const key = await crypto.subtle.importKey("raw", kf, { name: "HMAC", hash: "SHA-256" }, false, ["sign"]);
  return new Uint8Array(await crypto.subtle.sign("HMAC", key, lp(headerOf(place, cid), p)));
}

/**
 * body = iv ‖ AES-256-GCM(K, iv, AAD lp(hdr, C), Kf ‖ P), K being the key of this epoch and seat. Kf, cid and
 * iv are drawn, never counted, so that reloads and copied tabs do no harm.
 * `kf` and `iv` are given only to compare with known vectors.
 */
export async function seal(letter: Letter, place: Place, cid: string, key: CryptoKey, drawn: Drawn = {}): Promise<Sealed> {
  const kf = drawn.kf ?? random(KF_BYTES);
  const p = pad(letter);
  const c = await commitment(kf, place, cid, p);
  const body = await encrypt(key, aad(place, cid, c), joined(kf, p), drawn.iv);
  return { cid, c: encode(c), body: encode(body) };
}

/** What a report reveals of a message: its words as they were committed to, and the key of the commitment. */
export interface Opening {
  readonly p: Bytes;
  readonly kf: Bytes;
}

/** A message that was verified, with what proves it to somebody else. */
export interface Opened extends Opening {
  readonly letter: Letter;
}

/** The letter, or null when it could not be verified: then nothing of it may be shown. */
export async function open(sealed: Sealed, place: Place, key: CryptoKey): Promise<Letter | null> {
  return (await openWhole(sealed, place, key))?.letter ?? null;
}

/**
 * The same with what proves it. GCM binds no one key to a ciphertext; that C must come out the same is what
 * makes it safe here.
 */
export async function openWhole(sealed: Sealed, place: Place, key: CryptoKey): Promise<Opened | null> {
  try {
    const whole = await decrypt(key, aad(place, sealed.cid, decode(sealed.c)), decode(sealed.body));
    const opening = { p: whole.slice(KF_BYTES), kf: whole.slice(0, KF_BYTES) };
    const letter = await verified(sealed, place, opening);
    return letter && { letter, ...opening };
  } catch {
    return null;
  }
}

/** The letter that C commits to in this place, or null: then these are not the words that were sent. */
export async function verified({ cid, c }: Pick<Sealed, "cid" | "c">, place: Place, { p, kf }: Opening): Promise<Letter | null> {
  try {
    if (kf.length !== KF_BYTES || p.length === 0 || p.length > P_LIMIT || p.length % BLOCK) return null;
    const given = decode(c);
    if (given.length !== C_BYTES) return null;
    return same(await commitment(kf, place, cid, p), given) ? letterIn(p) : null;
  } catch {
    return null;
  }
}

/** How many bytes too many a text has for one message; 0 or less when it fits. */
export function bytesOver(text: string): number {
  return utf8(JSON.stringify(text)).length - 2 + AROUND_TEXT - P_LIMIT;
}

/** How many letters must go from the end of a text so that it fits into one message; 0 when it fits. */
export function lettersOver(text: string): number {
  if (bytesOver(text) <= 0) return 0;
  const letters = Array.from(text);
  let fits = 0;
  let tooMany = letters.length;
  while (tooMany - fits > 1) {
    const middle = (fits + tooMany) >> 1;
    if (bytesOver(letters.slice(0, middle).join("")) <= 0) fits = middle;
    else tooMany = middle;
  }
  return letters.length - fits;
}

/** In constant time. */
export function same(a: Uint8Array, b: Uint8Array): boolean {
  if (a.length !== b.length) return false;
  let difference = 0;
  for (let i = 0; i < a.length; i++) difference |= (a[i] ?? 0) ^ (b[i] ?? 0);
  return difference === 0;
}

function headerOf(place: Place, cid: string): Bytes {
  return lp("warmline/1 hdr", place.room, place.epoch, place.seat, decode(cid));
}

function aad(place: Place, cid: string, c: Bytes): Bytes {
  return lp(headerOf(place, cid), c);
}

function letterIn(p: Uint8Array): Letter | null {
  const found: unknown = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(p));
  return isLetter(found) ? inOrder(found) : null;
}

function isLetter(value: unknown): value is Letter {
  if (typeof value !== "object" || value === null) return false;
  const { k, t, n, seen, h } = value as Record<string, unknown>;
  const strings = [k, t, h].every((field) => typeof field === "string");
  return strings && Number.isSafeInteger(n) && Number.isSafeInteger(seen);
}

function inOrder({ k, t, n, seen, h }: Letter): Letter {
  return { k, t, n, seen, h };
}

function utf8(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}
