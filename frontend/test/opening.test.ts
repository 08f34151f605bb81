import assert from "node:assert/strict";
import { test } from "node:test";
import { commitment, pad, type Opening } from "../src/lib/envelope";
import { encodeOpenings, evidenceAad, sealEvidence, wrapDek, type Item, type KeyholderKey, type Proven } from "../src/lib/keys/evidence";
import { encode, type Bytes } from "../src/lib/base64url";
import { encrypt, random } from "../src/lib/keys/bytes";
import { keyIdOf } from "../src/lib/keys/keyholder-key";
import { linesOf, OpenedChat, takenOff, type ClosedChat } from "../src/lib/keys/opening";
import { newSeatKey, type SeatKey } from "../src/lib/keys/seat-key";
import { newCid } from "./cast";

const ROOM = 77;
const REPORT = 4711;

interface Holder extends KeyholderKey {
  readonly key: SeatKey;
}

async function holder(): Promise<Holder> {
  const { key } = await newSeatKey();
  return { key, pk: key.pk, keyId: await keyIdOf(key.pk) };
}

async function message(seq: number, seat: number, text: string, k = "text"): Promise<Proven> {
  const cid = newCid();
  const opening: Opening = { p: pad({ k, t: text, n: seq, seen: seq - 1, h: "x".repeat(22) }), kf: random(32) };
  const c = encode(await commitment(opening.kf, { room: ROOM, epoch: 1, seat }, cid, opening.p));
  const item: Item = { seq, seat, epoch: 1, cid, ms: 1_000 * seq, kid: 1, c, tag: encode(random(32)) };
  return { item, opening };
}

const [dana, femi, gita] = await Promise.all([holder(), holder(), holder()]);
const said = await Promise.all([message(2, 1, "Your number?"), message(3, 2, "No."), message(6, 1, "I find you.")]);
const evidence = await sealEvidence(REPORT, ROOM, said, [dana, femi]);
const A = await evidenceAad(REPORT, evidence.items, evidence.keyIds);

/** blob(outer, inner) as the server keeps it. */
function blob(outer: Holder): Bytes {
  return there(evidence.blobs[evidence.keyIds.indexOf(outer.keyId)]);
}

/** What is left for the second when the first has taken their layer off. */
async function leftFor(second: Holder, first: Holder, whole: Bytes): Promise<Bytes> {
  const left = await takenOff(first.key, A, new Map([[second.keyId, whole]]));
  return there(left.get(second.keyId));
}

function there<T>(found: T | undefined): T {
  if (found === undefined) throw new Error("it is not there");
  return found;
}

async function closed(first: Holder, second: Holder, values: Partial<ClosedChat> = {}): Promise<ClosedChat> {
  const inner = await leftFor(second, first, blob(first));
  return { report: REPORT, keyIds: evidence.keyIds, items: evidence.items, sealed: evidence.sealed, inner, ...values };
}

test("two_open_what_was_said_in_order_with_gaps", async () => {
  const { lines } = await OpenedChat.open(femi.key, await closed(dana, femi));
  assert.deepEqual(lines, [
    { kind: "gap", count: 1, first: true },
    { kind: "said", seat: 1, ms: 2_000, text: "Your number?" },
    { kind: "said", seat: 2, ms: 3_000, text: "No." },
    { kind: "gap", count: 2, first: false },
    { kind: "said", seat: 1, ms: 6_000, text: "I find you." },
  ]);
});

test("the_first_gets_no_word_from_what_their_key_opens", async () => {
  const inner = await leftFor(femi, dana, blob(dana));
  await assert.rejects(OpenedChat.open(dana.key, { ...(await closed(dana, femi)), inner }));
  await assert.rejects(takenOff(dana.key, A, new Map([[femi.keyId, inner]])));
});

test("nobody_takes_off_a_layer_that_is_not_theirs", async () => {
  await assert.rejects(takenOff(dana.key, A, new Map([[dana.keyId, blob(femi)]])));
  await assert.rejects(takenOff(gita.key, A, new Map([[femi.keyId, blob(dana)]])));
});

test("what_it_is_bound_to_must_be_the_same", async () => {
  const other = await sealEvidence(REPORT, ROOM, said.slice(1), [dana, femi]);
  for (const wrong of [{ report: REPORT + 1 }, { keyIds: [dana.keyId, gita.keyId] }, { items: other.items }, { sealed: other.sealed }]) {
    await assert.rejects(OpenedChat.open(femi.key, await closed(dana, femi, wrong)));
  }
});

test("words_that_were_not_sent_are_never_shown", async () => {
  const lie: Proven = { item: said[1].item, opening: { p: pad({ k: "text", t: "Marrowstone", n: 3, seen: 2, h: "x".repeat(22) }), kf: random(32) } };
  const forged = await sealEvidence(REPORT, ROOM, [said[0], lie, said[2]], [dana, femi]);
  const inner = await leftFor(femi, dana, there(forged.blobs[forged.keyIds.indexOf(dana.keyId)]));
  const chat = { report: REPORT, keyIds: forged.keyIds, items: forged.items, sealed: forged.sealed, inner };
  const { lines } = await OpenedChat.open(femi.key, chat);
  assert.deepEqual(lines[2], { kind: "doubt", seat: 2, ms: 3_000 });
  assert.equal(JSON.stringify(lines).includes("Marrowstone"), false);
  assert.equal(lines[1]?.kind, "said");
});

test("fewer_words_than_messages_show_none", async () => {
  const dek = random(32);
  const key = await crypto.subtle.importKey("raw", dek, "AES-GCM", false, ["encrypt"]);
  const sealed = await encrypt(key, A, encodeOpenings(said.slice(0, 2).map(({ opening }) => opening)));
  const inner = await leftFor(femi, dana, await wrapDek(dek, A, dana.pk, femi.pk));
  const { lines } = await OpenedChat.open(femi.key, await closed(dana, femi, { sealed, inner }));
  assert.deepEqual(lines.filter(({ kind }) => kind !== "gap").map(({ kind }) => kind), ["doubt", "doubt", "doubt"]);
});

test("a_newcomer_opens_with_either_under_what_the_report_was_bound_to", async () => {
  const opened = await OpenedChat.open(femi.key, await closed(dana, femi));
  const pairs = [{ outer: gita.keyId, inner: dana.keyId }, { outer: femi.keyId, inner: gita.keyId }];
  const keys = new Map([dana, femi, gita].map(({ keyId, pk }) => [keyId, pk]));
  const [first, second] = await opened.sealedFor(pairs, keys);

  for (const [who, inner] of [[dana, await leftFor(dana, gita, there(first))], [gita, await leftFor(gita, femi, there(second))]] as const) {
    const { lines } = await OpenedChat.open(who.key, await closed(dana, femi, { inner }));
    assert.equal(lines.length, 5);
  }
});

test("a_note_between_pages_shows_no_words", () => {
  const letter = { k: "admit", t: "3", n: 1, seen: 0, h: "" };
  assert.deepEqual(linesOf([{ seq: 1, seat: 1, ms: 5 }], [letter]), [{ kind: "note", seat: 1, ms: 5 }]);
});
