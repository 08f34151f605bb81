import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { decode, encode, type Bytes } from "../src/lib/base64url";
import { commitment, pad } from "../src/lib/envelope";
import {
  ascending, checkOpenings, decodeItems, decodeOpenings, encodeItems, encodeOpenings, evidenceAad, MOST_ITEMS,
  openEvidence, openInner, openOuter, openStatement, ordered, sealEvidence, sealStatement, wrapDek, type Item, type Proven,
} from "../src/lib/keys/evidence";
import { keyIdOf } from "../src/lib/keys/keyholder-key";
import { newSeatKey, seatKeyOf, type SeatKey } from "../src/lib/keys/seat-key";
import { newCid } from "./cast";

interface Vectors {
  room: number;
  epoch: number;
  kid: number;
  messages: {
    seat: number; seq: number; ms: number; cid: string; kf: string; text: string; padded: string; c: string; tag: string;
  }[];
  evidence: {
    report: number; seqs: number[]; items: string; openings: string; a: string; dek: string; iv: string; sealed: string;
    keyholders: { id: string; pkcs8: string; pk: string }[];
    blobs: { outer: string; inner: string; blob: string }[];
    words: string;
    statements: string[];
  };
}

// Run from the repository's root: the file the server is measured against, too.
const vectors = JSON.parse(readFileSync("tests/protocol/vectors.json", "utf8")) as Vectors;
const { room, epoch, kid, evidence: known } = vectors;
const REPORT = known.report;
const A = decode(known.a);
const holders = await Promise.all(known.keyholders.map(async ({ id, pkcs8, pk }) => ({
  keyId: id, pk: decode(pk), key: await seatKeyOf(decode(pkcs8), decode(pk)),
})));

function proven(): Proven[] {
  return vectors.messages.filter(({ seq }) => known.seqs.includes(seq)).map(({ seq, seat, ms, cid, c, tag, padded, kf }) => ({
    item: { seq, seat, epoch, cid, ms, kid, c, tag },
    opening: { p: decode(padded), kf: decode(kf) },
  }));
}

function keyOf(keyId: string): SeatKey {
  const found = holders.find((one) => one.keyId === keyId);
  if (!found) throw new Error("nobody holds this key");
  return found.key;
}

async function changed(bytes: Bytes, at: number): Promise<Bytes> {
  const copy = bytes.slice();
  copy[at] = (copy[at] ?? 0) ^ 1;
  return Promise.resolve(copy);
}

test("items_openings_and_a_equal_the_vectors", async () => {
  const items = encodeItems(room, proven().map(({ item }) => item));
  assert.equal(encode(items), known.items);
  assert.deepEqual(decodeItems(items), { room, items: proven().map(({ item }) => item) });
  assert.equal(encode(encodeOpenings(proven().map(({ opening }) => opening))), known.openings);
  assert.deepEqual(decodeOpenings(decode(known.openings)), proven().map(({ opening }) => opening));
  const names = holders.map(({ keyId }) => keyId);
  assert.equal(encode(await evidenceAad(REPORT, items, [...names].reverse())), known.a);
});

test("key_ids_are_made_of_their_keys_and_ordered_by_bytes", async () => {
  for (const { keyId, pk } of holders) assert.equal(await keyIdOf(pk), keyId);
  const names = known.keyholders.map(({ id }) => id);
  assert.deepEqual(ascending([...names].reverse()), names);
  assert.deepEqual(ordered(names), known.blobs.map(({ outer, inner }) => ({ outer, inner })));
});

test("every_pair_opens_what_another_program_sealed", async () => {
  for (const { outer, inner, blob } of known.blobs) {
    const left = await openOuter(keyOf(outer), A, decode(blob));
    assert.equal(left.length, 113);
    const dek = await openInner(keyOf(inner), A, left);
    assert.equal(encode(dek), known.dek);
    assert.equal(encode(encodeOpenings(await openEvidence(dek, A, decode(known.sealed)))), known.openings);
  }
});

test("what_is_sealed_here_is_what_another_program_seals", async () => {
  const made = await sealEvidence(REPORT, room, proven(), holders, { dek: decode(known.dek), iv: decode(known.iv) });
  assert.equal(encode(made.items), known.items);
  assert.equal(encode(made.sealed), known.sealed);
  assert.deepEqual(made.keyIds, known.keyholders.map(({ id }) => id));
  for (const [i, { outer, inner }] of ordered(made.keyIds).entries()) {
    const blob = made.blobs[i] ?? new Uint8Array();
    assert.equal(blob.length, 194);
    assert.equal(encode(await openInner(keyOf(inner), A, await openOuter(keyOf(outer), A, blob))), known.dek);
  }
});

test("one_keyholder_alone_opens_nothing", async () => {
  const [one] = holders;
  assert.ok(one);
  for (const { outer, inner, blob } of known.blobs) {
    if (outer !== one.keyId) await assert.rejects(openOuter(one.key, A, decode(blob)));
    if (outer !== one.keyId || inner === one.keyId) continue;
    const left = await openOuter(one.key, A, decode(blob));
    await assert.rejects(openInner(one.key, A, left));
    await assert.rejects(openOuter(one.key, A, left));
  }
});

test("another_report_other_items_or_other_keyholders_do_not_open", async () => {
  const [first] = known.blobs;
  assert.ok(first);
  const items = decode(known.items);
  const names = known.keyholders.map(({ id }) => id);
  for (const other of [
    await evidenceAad(REPORT + 1, items, names),
    await evidenceAad(REPORT, await changed(items, items.length - 1), names),
    await evidenceAad(REPORT, items, names.slice(1)),
  ]) {
    await assert.rejects(openOuter(keyOf(first.outer), other, decode(first.blob)));
    await assert.rejects(openEvidence(decode(known.dek), other, decode(known.sealed)));
  }
});

test("openings_show_the_words_that_were_sent", async () => {
  const found = await checkOpenings(room, proven().map(({ item }) => item), proven().map(({ opening }) => opening));
  assert.deepEqual(found.map((letter) => letter?.t), [vectors.messages[0]?.text, vectors.messages[2]?.text]);
});

test("what_was_not_sent_is_never_shown", async () => {
  const [one, other] = proven();
  assert.ok(one && other);
  const kf = one.opening.kf;
  const lies: Proven["opening"][] = [
    { p: await changed(one.opening.p, 20), kf },
    { p: one.opening.p, kf: await changed(kf, 0) },
    { p: one.opening.p, kf: kf.slice(0, 31) },
    { p: one.opening.p, kf: new Uint8Array([...kf, 0]) },
    { p: one.opening.p.slice(0, -1), kf },
    other.opening,
  ];
  for (const lie of lies) assert.deepEqual(await checkOpenings(room, [one.item], [lie]), [null]);
  const moved: Item[] = [
    { ...one.item, seat: 9 }, { ...one.item, epoch: 9 }, { ...one.item, cid: other.item.cid }, { ...one.item, c: other.item.c },
  ];
  for (const item of moved) assert.deepEqual(await checkOpenings(room, [item], [one.opening]), [null]);
  assert.deepEqual(await checkOpenings(room + 1, [one.item], [one.opening]), [null]);
  assert.deepEqual(await checkOpenings(room, [one.item, other.item], [one.opening]), [null, null]);
});

test("swapped_openings_show_nothing", async () => {
  const items = proven().map(({ item }) => item);
  const swapped = proven().map(({ opening }) => opening).reverse();
  assert.deepEqual(await checkOpenings(room, items, swapped), [null, null]);
});

test("a_newcomer_opens_with_either_once_two_have_sealed_again", async () => {
  const { key: newcomer } = await newSeatKey();
  const [one] = holders;
  assert.ok(one);
  const as_outer = await wrapDek(decode(known.dek), A, newcomer.pk, one.pk);
  const as_inner = await wrapDek(decode(known.dek), A, one.pk, newcomer.pk);
  assert.equal(encode(await openInner(one.key, A, await openOuter(newcomer, A, as_outer))), known.dek);
  assert.equal(encode(await openInner(newcomer, A, await openOuter(one.key, A, as_inner))), known.dek);
});

test("evidence_takes_two_keyholders_and_one_to_fifty_messages", async () => {
  await assert.rejects(sealEvidence(REPORT, room, proven(), holders.slice(1, 2)), RangeError);
  await assert.rejects(sealEvidence(REPORT, room, [], holders), RangeError);
  const [one] = proven();
  assert.ok(one);
  const many = Array.from({ length: MOST_ITEMS + 1 }, (_, i) => ({ ...one, item: { ...one.item, seq: i + 1 } }));
  await assert.rejects(sealEvidence(REPORT, room, many, holders), RangeError);
});

test("a_key_under_another_ones_id_is_refused", async () => {
  const [one, other, third] = holders;
  assert.ok(one && other && third);
  const slipped = { keyId: other.keyId, pk: (await newSeatKey()).key.pk };
  await assert.rejects(sealEvidence(REPORT, room, proven(), [one, slipped, third]), RangeError);
  await assert.rejects(sealStatement(REPORT, slipped, "words"), RangeError);
});

test("items_are_read_in_one_spelling_and_rising_only", () => {
  const items = proven().map(({ item }) => item);
  const written = encodeItems(room, items);
  assert.throws(() => decodeItems(encodeItems(room, [...items].reverse())), RangeError);
  assert.throws(() => decodeItems(encodeItems(room, [])), RangeError);
  assert.throws(() => decodeItems(written.slice(0, -1)), RangeError);
  assert.throws(() => decodeItems(new Uint8Array([...written, 0, 0, 0, 0])), RangeError);
  assert.throws(() => decodeItems(decode(known.openings)), RangeError);
});

test("a_statement_opens_for_its_keyholder_and_report_only", async () => {
  for (const [i, { keyId, key }] of holders.entries()) {
    assert.equal(await openStatement(REPORT, keyId, key, decode(known.statements[i] ?? "")), known.words);
  }
  const [one, other] = holders;
  assert.ok(one && other);
  for (const words of ["", "a", "ä".repeat(127), "x".repeat(255), "x".repeat(256), "\u0080\0"]) {
    const sealed = await sealStatement(REPORT, one, words);
    assert.equal(await openStatement(REPORT, one.keyId, one.key, sealed), words);
    assert.equal(sealed.length % 256, 81);
    await assert.rejects(openStatement(REPORT + 1, one.keyId, one.key, sealed));
    await assert.rejects(openStatement(REPORT, other.keyId, one.key, sealed));
    await assert.rejects(openStatement(REPORT, other.keyId, other.key, sealed));
  }
});

test("a_sender_who_lied_about_c_can_not_be_proven_to_have_said_other_words", async () => {
  const place = { room, epoch, seat: 1 };
  const cid = newCid();
  const kf = crypto.getRandomValues(new Uint8Array(32));
  const letter = { k: "text", t: "What was said", n: 1, seen: 0, h: "x".repeat(22) };
  const c = encode(await commitment(kf, place, cid, pad(letter)));
  const item = { seq: 1, seat: 1, epoch, cid, ms: 1, kid, c, tag: c };
  const [said] = await checkOpenings(room, [item], [{ p: pad(letter), kf }]);
  assert.equal(said?.t, "What was said");
  const [invented] = await checkOpenings(room, [item], [{ p: pad({ ...letter, t: "Invented" }), kf }]);
  assert.equal(invented, null);
});
