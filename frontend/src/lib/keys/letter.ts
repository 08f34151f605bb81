import { decode, encode, type Bytes } from "../base64url";
import { bytesOver, newCid, openWhole, seal, type Drawn, type Opening, type Place, type Sealed } from "../envelope";
import { LogChain } from "../log-chain";
import { lp } from "../lp";
import { decrypt, encrypt, hkdfAesKey, random } from "./bytes";
import type { Item, KeyholderKey, Proven } from "./evidence";
import { openOwn, publicKeyOf, sealFor } from "./hpke";
import { keyIdOf } from "./keyholder-key";
import { openStore } from "./keyholder-store";
import { findOf, fromWords } from "./six-words";

// The whole of it, for pages:
//   writing    sealLetter(room, text, words, readers): Promise<SentLetter>   = the JSON that the server takes
//              tooLong(text): number                                         bytes too many, 0 or less when it fits
//   on the way the writer's page: openWithWords(room, wrapped, words): Promise<LetterKey | null>
//              a volunteer's:     openWithStore(room, copies, account): Promise<LetterKey | null>
//   reading    openParts(key, room, parts): Promise<OpenedPart[]>            parts as the server lists them
//   saying     sealNext(key, room, seat, text, parts): Promise<Sealed>       an answer (2) or a reply (3)
//   reporting  provenOf(opened): Proven[]                                    for sealEvidence(report, room, …)

/** The key of one letter, its answer and its reply: 32 random bytes. */
export type LetterKey = Bytes;
/** A volunteer's letter key as letters are sealed to it: its id (made from the key), and its 65 bytes. */
export type Reader = KeyholderKey;

/** A new letter as it is sent; all base64url. `copies` by key id. */
export interface SentLetter {
  readonly part: Sealed;
  readonly wrapped: string;
  readonly find: string;
  readonly copies: Readonly<Record<string, string>>;
}

/** A part as the server lists it: number, who, when, what was sealed, and the server's tag of now. */
export interface LetterPart extends Item {
  readonly body: string;
}

/** A part on the page. `text` null: it could not be verified, and then nothing of it may be shown. */
export interface OpenedPart {
  readonly part: LetterPart;
  readonly text: string | null;
  readonly opening: Opening | null;
}

/** What is drawn anew for each letter; given only to compare with known vectors. */
export interface LetterDrawn extends Drawn {
  readonly key?: LetterKey;
  readonly cid?: string;
  readonly wrapIv?: Bytes;
}

/** A letter has one key from the first word to the last; in what is committed to, that is epoch 1. */
export const LETTER_EPOCH = 1;
export const WRITER_SEAT = 1;
/** The letter, its answer, its reply. */
export const MOST_PARTS = 3;

const KEY_BYTES = 32;
const COPY = "warmline/1 letter copy";
const WORDS = "warmline/1 letter words";

/**
 * A new letter: words under a key of its own, which is sealed to each reader by itself, and kept under the six
 * words for whoever wrote it. Throws RangeError without readers, for a key under another's id, for too long a text.
 */
export async function sealLetter(
  room: number, text: string, words: string, readers: readonly Reader[], drawn: LetterDrawn = {},
): Promise<SentLetter> {
  if (readers.length === 0) throw new RangeError("nobody to read it");
  const key = drawn.key ?? random(KEY_BYTES);
  const part = await sealNext(key, room, WRITER_SEAT, text, [], drawn);
  const wrapped = encode(await wrapForWriter(room, key, words, drawn.wrapIv));
  const copies: Record<string, string> = {};
  for (const reader of readers) copies[reader.keyId] = encode(await sealCopy(room, reader, key));
  return { part, wrapped, find: encode(await findOf(words)), copies };
}

/** How many bytes too many a text has for one part; 0 or less when it fits. */
export function tooLong(text: string): number {
  return bytesOver(text);
}

/** The letter's key, by the six words; null when they are not the ones of this letter. */
export async function openWithWords(room: number, wrapped: string, words: string): Promise<LetterKey | null> {
  try {
    return whole(await decrypt(await wordsKey(room, words), lp(WORDS, room), decode(wrapped)));
  } catch {
    return null;
  }
}

/** The letter's key, by a letter key of this account on this device; null when there is none that opens it. */
export async function openWithStore(room: number, copies: Readonly<Record<string, string>>, account: string): Promise<LetterKey | null> {
  const store = await openStore(account, "letter").catch(() => null);
  if (!store) return null;
  try {
    for (const [keyId, sealed] of Object.entries(copies)) {
      const pair = await store.keyOf(keyId);
      if (pair) return whole(await openOwn(pair, copyInfo(room, keyId), decode(sealed)));
    }
    return null;
  } catch {
    return null;
  } finally {
    store.close();
  }
}

/** The letter's key for one reader: 113 bytes. Bound to this letter and this key. */
export async function sealCopy(room: number, { keyId, pk }: Reader, key: LetterKey): Promise<Bytes> {
  if ((await keyIdOf(pk, "letter")) !== keyId) throw new RangeError("a key under another's id");
  return sealFor(await publicKeyOf(pk), copyInfo(room, keyId), whole(key));
}

/**
 * The next part: the letter, its answer, or its reply. It quotes what its writer has read, so that nobody can
 * put another letter before an answer. `before` are all the parts there are, in order.
 */
export async function sealNext(
  key: LetterKey, room: number, seat: number, text: string, before: readonly LetterPart[], drawn: LetterDrawn = {},
): Promise<Sealed> {
  const chain = await chainOf(room, before);
  if (chain.length >= MOST_PARTS) throw new RangeError("a letter has an answer and a reply");
  const seen = chain.length;
  const letter = { k: "text", t: text, n: before.filter((part) => part.seat === seat).length + 1, seen, h: chain.markAt(seen) };
  return seal(letter, placeOf(room, seat), drawn.cid ?? newCid(), await partKey(key, room, seat), drawn);
}

/**
 * What the parts say. A part that does not verify, that is out of its place, or that quotes another letter
 * than the one before it has no text. Throws RangeError for what is no list of parts.
 */
export async function openParts(key: LetterKey, room: number, parts: readonly LetterPart[]): Promise<OpenedPart[]> {
  const chain = await chainOf(room, parts);
  return Promise.all(parts.map(async (part, before) => {
    const opened = await openWhole(part, placeOf(room, part.seat), await partKey(key, room, part.seat));
    const inPlace = isFrom(part, before) && part.epoch === LETTER_EPOCH;
    if (!opened || !inPlace || opened.letter.seen !== before || opened.letter.h !== chain.markAt(before)) {
      return { part, text: null, opening: null };
    }
    return { part, text: opened.letter.t, opening: { p: opened.p, kf: opened.kf } };
  }));
}

/** Parts as a report proves them: only what was verified. */
export function provenOf(opened: readonly OpenedPart[]): Proven[] {
  return opened.flatMap(({ part, opening }) => (opening ? [{ item: itemOf(part), opening }] : []));
}

/** The letter's key under the words: iv ‖ AES-256-GCM. */
export async function wrapForWriter(room: number, key: LetterKey, words: string, iv?: Bytes): Promise<Bytes> {
  return encrypt(await wordsKey(room, words), lp(WORDS, room), whole(key), iv);
}

/** The writer's seat says the first and the third, a reader's the second. */
function isFrom(part: LetterPart, before: number): boolean {
  return (part.seat === WRITER_SEAT) === (before % 2 === 0);
}

async function chainOf(room: number, parts: readonly LetterPart[]): Promise<LogChain> {
  if (parts.length > MOST_PARTS) throw new RangeError("too many parts");
  const chain = await LogChain.start(room);
  for (const { seq, seat, epoch, cid, c } of parts) await chain.add({ seq, seat, epoch, cid, c });
  return chain;
}

function itemOf({ seq, seat, epoch, cid, ms, kid, c, tag }: LetterPart): Item {
  return { seq, seat, epoch, cid, ms, kid, c, tag };
}

function placeOf(room: number, seat: number): Place {
  return { room, epoch: LETTER_EPOCH, seat };
}

/** HKDF(letter key, lp("warmline/1 letter part", room, seat)). */
async function partKey(key: LetterKey, room: number, seat: number): Promise<CryptoKey> {
  return hkdfAesKey(whole(key), new Uint8Array(), lp("warmline/1 letter part", room, seat));
}

/** HKDF(words, lp("warmline/1 letter words", room)): of this letter, so that the same words may keep several. */
async function wordsKey(room: number, words: string): Promise<CryptoKey> {
  const raw = await fromWords(words, lp(WORDS, room));
  const key = await crypto.subtle.importKey("raw", raw, "AES-GCM", false, ["encrypt", "decrypt"]);
  raw.fill(0);
  return key;
}

function copyInfo(room: number, keyId: string): Bytes {
  return lp(COPY, room, decode(keyId));
}

function whole(key: Bytes): LetterKey {
  if (key.length !== KEY_BYTES) throw new RangeError("a letter's key has 32 bytes");
  return key;
}
