import { decode, encode, type Bytes } from "../base64url";
import { verified, type Letter, type Opening } from "../envelope";
import { lp } from "../lp";
import { decrypt, encrypt, integerIn, random, sha256, unlp } from "./bytes";
import { keyIdOf } from "./keyholder-key";
import { openOwn, publicKeyOf, sealFor, type Pair } from "./hpke";

/** What proves one message of a report to the server: no words. `cid`, `c` and `tag` base64url, as in a frame. */
export interface Item {
  readonly seq: number;
  readonly seat: number;
  readonly epoch: number;
  readonly cid: string;
  readonly ms: number;
  readonly kid: number;
  readonly c: string;
  readonly tag: string;
}

/** A message as a report can prove it. */
export interface Proven {
  readonly item: Item;
  readonly opening: Opening;
}

/** Somebody reports are sealed to: the id of their key (16 bytes, base64url; made from the key), and its 65 bytes. */
export interface KeyholderKey {
  readonly keyId: string;
  readonly pk: Bytes;
}

/** The evidence of a report as the server keeps it; `blobs` as `ordered(keyIds)` has the pairs. */
export interface SealedEvidence {
  readonly keyIds: readonly string[];
  readonly items: Bytes;
  readonly sealed: Bytes;
  readonly blobs: readonly Bytes[];
}

/** What is drawn anew for each report; given only to compare with known vectors. */
export interface Drawn {
  readonly dek?: Bytes;
  readonly iv?: Bytes;
}

/** The most messages that one report carries. */
export const MOST_ITEMS = 50;
/** How many keyholders it takes so that no one of them can open the words of a talk alone. */
export const FEWEST_KEYHOLDERS = 2;

const ITEMS = "warmline/1 items";
const OPENINGS = "warmline/1 openings";
const EVIDENCE = "warmline/1 evidence";
const STATEMENT = "warmline/1 statement";
const DEK_BYTES = 32;
const STATEMENT_BLOCK = 256;
const FIELDS = 8;

/** lp(label, room, then per message: seq, seat, e, cid, ms, key id, C, T). */
export function encodeItems(room: number, items: readonly Item[]): Bytes {
  const fields = items.flatMap(({ seq, seat, epoch, cid, ms, kid, c, tag }) => [
    seq, seat, epoch, decode(cid), ms, kid, decode(c), decode(tag),
  ]);
  return lp(ITEMS, room, ...fields);
}

/** The one list of items that these bytes are. Throws RangeError for anything else. */
export function decodeItems(written: Bytes): { room: number; items: Item[] } {
  const [label, room, ...fields] = unlp(written);
  if (!isLabel(label, ITEMS) || fields.length === 0 || fields.length % FIELDS || fields.length > MOST_ITEMS * FIELDS) {
    throw new RangeError("not a list of items");
  }
  const items: Item[] = [];
  for (let at = 0; at < fields.length; at += FIELDS) items.push(itemIn(fields.slice(at, at + FIELDS)));
  if (!items.every(({ seq }, i) => i === 0 || seq > (items[i - 1]?.seq ?? 0))) throw new RangeError("not in order");
  return { room: integerIn(room), items };
}

function itemIn([seq, seat, epoch, cid, ms, kid, c, tag]: readonly Bytes[]): Item {
  if (cid?.length !== 16 || c?.length !== 32 || tag?.length !== 32) throw new RangeError("not an item");
  return {
    seq: integerIn(seq), seat: integerIn(seat), epoch: integerIn(epoch), cid: encode(cid),
    ms: integerIn(ms), kid: integerIn(kid), c: encode(c), tag: encode(tag),
  };
}

/** lp(label, then per message: P, Kf). */
export function encodeOpenings(openings: readonly Opening[]): Bytes {
  return lp(OPENINGS, ...openings.flatMap(({ p, kf }) => [p, kf]));
}

/** Throws RangeError for anything that is no list of openings. */
export function decodeOpenings(written: Bytes): Opening[] {
  const [label, ...fields] = unlp(written);
  if (!isLabel(label, OPENINGS) || fields.length % 2) throw new RangeError("not a list of openings");
  const openings: Opening[] = [];
  for (let at = 0; at < fields.length; at += 2) {
    const [p, kf] = fields.slice(at, at + 2);
    if (p && kf) openings.push({ p, kf });
  }
  return openings;
}

/** A = lp(label, report id, SHA-256(items), keyholders' key ids): what everything sealed of a report is bound to. */
export async function evidenceAad(reportId: number, items: Bytes, keyIds: readonly string[]): Promise<Bytes> {
  return lp(EVIDENCE, reportId, await sha256(items), ...ascending(keyIds).map(decode));
}

/** The order of key ids everywhere: by their bytes. */
export function ascending(keyIds: readonly string[]): string[] {
  return [...keyIds].sort((a, b) => compared(decode(a), decode(b)));
}

function compared(a: Bytes, b: Bytes): number {
  const at = a.findIndex((byte, i) => byte !== b[i]);
  return at < 0 ? a.length - b.length : (a[at] ?? 0) - (b[at] ?? 0);
}

async function checkKeys(keyholders: readonly KeyholderKey[]): Promise<void> {
  for (const { keyId, pk } of keyholders) {
    if ((await keyIdOf(pk)) !== keyId) throw new RangeError("a key under another's id");
  }
}

/** Every ordered pair of two, as blobs are listed: (a,b), (a,c), (b,a), (b,c), … */
export function ordered(keyIds: readonly string[]): { outer: string; inner: string }[] {
  const ids = ascending(keyIds);
  return ids.flatMap((outer) => ids.filter((inner) => inner !== outer).map((inner) => ({ outer, inner })));
}

/**
 * Messages of a talk so that only two keyholders together can read them. The words are under a key of their
 * own (DEK); it is sealed for each ordered pair, first to one and then, around that, to the other.
 * Throws RangeError without messages, with too many, or with fewer than two keyholders.
 */
export async function sealEvidence(
  reportId: number, room: number, messages: readonly Proven[], keyholders: readonly KeyholderKey[], drawn: Drawn = {},
): Promise<SealedEvidence> {
  if (messages.length === 0 || messages.length > MOST_ITEMS) throw new RangeError("too few or too many messages");
  if (keyholders.length < FEWEST_KEYHOLDERS) throw new RangeError("two keyholders or more");
  await checkKeys(keyholders);
  const dek = drawn.dek ?? random(DEK_BYTES);
  const items = encodeItems(room, messages.map(({ item }) => item));
  const keyIds = ascending(keyholders.map(({ keyId }) => keyId));
  const a = await evidenceAad(reportId, items, keyIds);
  const openings = encodeOpenings(messages.map(({ opening }) => opening));
  const sealed = await encrypt(await dekKey(dek), a, openings, drawn.iv);
  const pkOf = new Map(keyholders.map(({ keyId, pk }) => [keyId, pk]));
  const blobs = await Promise.all(
    ordered(keyIds).map(({ outer, inner }) => wrapDek(dek, a, pkOf.get(outer), pkOf.get(inner))),
  );
  dek.fill(0);
  return { keyIds, items, sealed, blobs };
}

/** blob(i, j) = HPKE(i, HPKE(j, DEK)), info A both times: 194 bytes. */
export async function wrapDek(dek: Bytes, a: Bytes, outer: Bytes | undefined, inner: Bytes | undefined): Promise<Bytes> {
  if (dek.length !== DEK_BYTES || !outer || !inner) throw new RangeError("a key is missing");
  return sealFor(await publicKeyOf(outer), a, await sealFor(await publicKeyOf(inner), a, dek));
}

/** What is left when the first of two has opened theirs: 113 bytes, still sealed to the second. Throws if it does not open. */
export async function openOuter(key: Pair, a: Bytes, blob: Bytes): Promise<Bytes> {
  return openOwn(key, a, blob);
}

/** The DEK, opened by the second of two. Throws if it does not open. */
export async function openInner(key: Pair, a: Bytes, inner: Bytes): Promise<Bytes> {
  const dek = await openOwn(key, a, inner);
  if (dek.length !== DEK_BYTES) throw new RangeError("not a key");
  return dek;
}

/** The openings of a report's messages. Throws if they do not open under this DEK and A. */
export async function openEvidence(dek: Bytes, a: Bytes, sealed: Bytes): Promise<Opening[]> {
  return decodeOpenings(await decrypt(await dekKey(dek), a, sealed));
}

/** Each message's letter; null for what is not what was sent, and then none of it may be shown. */
export async function checkOpenings(room: number, items: readonly Item[], openings: readonly Opening[]): Promise<(Letter | null)[]> {
  const fit = items.length === openings.length;
  return Promise.all(items.map(async (item, i) => {
    const opening = openings[i];
    return fit && opening ? verified(item, { room, epoch: item.epoch, seat: item.seat }, opening) : null;
  }));
}

/** A reporter's own words for one keyholder; info = lp(label, report id, key id). */
export async function sealStatement(reportId: number, { keyId, pk }: KeyholderKey, words: string): Promise<Bytes> {
  await checkKeys([{ keyId, pk }]);
  return sealFor(await publicKeyOf(pk), lp(STATEMENT, reportId, decode(keyId)), padded(words));
}

/** Throws if it does not open, or was sealed for another report or key. */
export async function openStatement(reportId: number, keyId: string, key: Pair, sealed: Bytes): Promise<string> {
  const whole = await openOwn(key, lp(STATEMENT, reportId, decode(keyId)), sealed);
  const end = whole.lastIndexOf(0x80);
  if (end < 0 || whole.slice(end + 1).some((byte) => byte !== 0)) throw new RangeError("not a statement");
  return new TextDecoder("utf-8", { fatal: true }).decode(whole.slice(0, end));
}

/** UTF-8, then 80, then zeros to whole blocks of 256 bytes: the size tells little of the length. */
function padded(words: string): Bytes {
  const plain = new TextEncoder().encode(words);
  const whole = new Uint8Array(Math.ceil((plain.length + 1) / STATEMENT_BLOCK) * STATEMENT_BLOCK);
  whole.set(plain);
  whole[plain.length] = 0x80;
  return whole;
}

async function dekKey(dek: Bytes): Promise<CryptoKey> {
  return crypto.subtle.importKey("raw", dek, "AES-GCM", false, ["encrypt", "decrypt"]);
}

function isLabel(item: Bytes | undefined, label: string): boolean {
  return item !== undefined && new TextDecoder().decode(item) === label;
}
