import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { decode, encode, type Bytes } from "../src/lib/base64url";
import { BLOCK, bytesOver, commitment, lettersOver, newCid, open, P_LIMIT, pad, seal } from "../src/lib/envelope";
import { encrypt } from "../src/lib/keys/bytes";
import { Epoch, writeHeader } from "../src/lib/keys/epoch";
import { codeOf, commitmentTo } from "../src/lib/keys/check-code";
import { seatKeyOf } from "../src/lib/keys/seat-key";
import { LogChain } from "../src/lib/log-chain";
import { lp } from "../src/lib/lp";

interface Vectors {
  lp: { items: { s?: string; n?: number; b?: string }[]; bytes: string }[];
  room: number;
  epoch: number;
  chain_start: string;
  first_epoch: {
    seats: { seat: number; pkcs8: string; pk: string }[]; secret: string; header: string; h: string;
    sealed: Record<string, string>; confirm: string;
  };
  check_code: { seats: { seat: number; n: string; check1: string }[]; numbers: number[] };
  messages: {
    seat: number; seq: number; cid: string; kf: string; iv: string; text: string; padded: string; header: string;
    c: string; body: string; chain: string;
  }[];
}

// Run from the repository's root: the file the gateway is measured against, too.
const vectors = JSON.parse(readFileSync("tests/protocol/vectors.json", "utf8")) as Vectors;
const { room, epoch } = vectors;
const ADA = { room: 7, epoch: 1, seat: 1 };
const KEY = await crypto.subtle.generateKey({ name: "AES-GCM", length: 256 }, false, ["encrypt", "decrypt"]);
const HELLO = { k: "text", t: "Hello", n: 1, seen: 0, h: "x".repeat(22) };

test("lp_equals_the_vectors", () => {
  for (const { items, bytes } of vectors.lp) {
    assert.equal(encode(lp(...items.map(({ s, n, b }) => s ?? n ?? decode(b ?? "")))), bytes);
  }
});

test("lp_refuses_numbers_that_are_not_exact", () => {
  for (const wrong of [-1, 0.5, 2 ** 53]) assert.throws(() => lp(wrong), RangeError);
});

/** A seat's own pair and the epoch it opens with it. */
async function epochAt(seat: number): Promise<Epoch> {
  const { seats, header, sealed, confirm } = vectors.first_epoch;
  const own = seats.find((one) => one.seat === seat);
  if (!own) throw new Error("no such seat");
  const chain = await LogChain.start(room);
  const key = await seatKeyOf(decode(own.pkcs8), decode(own.pk));
  const received = { header: decode(header), mine: decode(sealed[seat] ?? ""), confirm: decode(confirm) };
  const chainAt = (seq: number): Bytes | null => (seq === 0 ? chain.headAt(0) : null);
  return Epoch.accept(received, { room, seat, key, last: null, admitted: new Map(), chainAt });
}

test("an_epoch_made_by_another_program_opens_at_both_seats", async () => {
  const known = vectors.first_epoch;
  for (const seat of [1, 2]) {
    const opened = await epochAt(seat);
    assert.equal(encode(opened.h), known.h);
    assert.equal(encode(writeHeader(opened.header)), known.header);
    const remade = await Epoch.commit(opened.header, await seatKeyOf(decode(known.seats[0]?.pkcs8 ?? ""), decode(known.seats[0]?.pk ?? "")), decode(known.secret));
    assert.equal(encode(remade.commit.confirm), known.confirm);
  }
});

test("a_check_code_equals_the_vector", async () => {
  const { seats, numbers } = vectors.check_code;
  const opened = await epochAt(1);
  for (const { seat, n, check1 } of seats) assert.equal(encode(await commitmentTo(decode(n), seat, opened)), check1);
  assert.deepEqual(await codeOf(seats.map(({ n }) => decode(n)), opened), numbers);
});

test("messages_and_chain_equal_the_vectors", async () => {
  const chain = await LogChain.start(room);
  const made = await epochAt(1);
  assert.equal(encode(chain.headAt(0)), vectors.chain_start);
  for (const known of vectors.messages) {
    const place = { room, epoch, seat: known.seat };
    const key = await made.messageKey(known.seat);
    const letter = { k: "text", t: known.text, n: known.seq, seen: known.seq - 1, h: chain.markAt(known.seq - 1) };
    assert.equal(encode(pad(letter)), known.padded);
    const sealed = await seal(letter, place, known.cid, key, { kf: decode(known.kf), iv: decode(known.iv) });
    assert.deepEqual(sealed, { cid: known.cid, c: known.c, body: known.body });
    assert.deepEqual(await open(known, place, key), letter);
    await chain.add({ seq: known.seq, seat: known.seat, epoch, cid: known.cid, c: known.c });
    assert.equal(encode(chain.headAt(known.seq)), known.chain);
  }
});

test("open_shows_nothing_when_anything_differs", async () => {
  const sealed = await seal(HELLO, ADA, newCid(), KEY);
  const flipped = decode(sealed.body);
  flipped[40] = (flipped[40] ?? 0) ^ 1;
  assert.ok(await open(sealed, ADA, KEY));
  assert.equal(await open({ ...sealed, body: encode(flipped) }, ADA, KEY), null);
  assert.equal(await open({ ...sealed, cid: newCid() }, ADA, KEY), null);
  assert.equal(await open(sealed, { ...ADA, seat: 2 }, KEY), null);
  assert.equal(await open(sealed, { ...ADA, room: 8 }, KEY), null);
  assert.equal(await open(sealed, { ...ADA, epoch: 2 }, KEY), null);
  assert.equal(await open({ ...sealed, c: sealed.c.slice(0, -2) }, ADA, KEY), null);
  assert.equal(await open({ ...sealed, body: `${sealed.body}=` }, ADA, KEY), null);
  const other = await crypto.subtle.generateKey({ name: "AES-GCM", length: 256 }, false, ["encrypt", "decrypt"]);
  assert.equal(await open(sealed, ADA, other), null);
});

test("open_refuses_a_letter_that_is_none_though_it_verifies", async () => {
  const kf = crypto.getRandomValues(new Uint8Array(32));
  const p = new Uint8Array(BLOCK).fill(0x20);
  p.set(new TextEncoder().encode('{"k":"text","t":5}'));
  const cid = newCid();
  const c = await commitment(kf, ADA, cid, p);
  assert.equal(await open(await enveloped(kf, p, cid, c), ADA, KEY), null);
});

test("what_opens_but_was_not_committed_to_is_never_shown", async () => {
  const [p, cid] = [pad(HELLO), newCid()];
  const kf = crypto.getRandomValues(new Uint8Array(32));
  const c = await commitment(kf, ADA, cid, p);
  assert.deepEqual(await open(await enveloped(kf, p, cid, c), ADA, KEY), HELLO);
  const foreign = await commitment(kf, ADA, cid, pad({ ...HELLO, t: "Something else" }));
  assert.equal(await open(await enveloped(kf, p, cid, foreign), ADA, KEY), null);
  for (const odd of [kf.slice(0, 31), new Uint8Array([...kf, 0])]) {
    assert.equal(await open(await enveloped(odd, p, cid, c), ADA, KEY), null);
  }
});

/** A body that opens under KEY, whatever is in it. */
async function enveloped(kf: Uint8Array, p: Uint8Array, cid: string, c: Bytes): Promise<{ cid: string; c: string; body: string }> {
  const aad = lp(lp("warmline/1 hdr", ADA.room, ADA.epoch, ADA.seat, decode(cid)), c);
  return { cid, c: encode(c), body: encode(await encrypt(KEY, aad, new Uint8Array([...kf, ...p]))) };
}

test("seal_never_repeats_a_key", async () => {
  const cid = newCid();
  const [one, other] = [await seal(HELLO, ADA, cid, KEY), await seal(HELLO, ADA, cid, KEY)];
  assert.notEqual(one.body.slice(0, 43), other.body.slice(0, 43));
});

test("pad_fills_whole_blocks_so_that_lengths_look_alike", () => {
  assert.equal(pad({ ...HELLO, t: "" }).length, BLOCK);
  assert.equal(pad({ ...HELLO, t: "a".repeat(60) }).length, BLOCK);
  assert.equal(pad({ ...HELLO, t: "a".repeat(100) }).length, 2 * BLOCK);
});

for (const [name, letter] of [["plain", "a"], ["accented", "é"], ["arabic", "م"], ["emoji", "👋"], ["escaped", "\n"]] as const) {
  test(`the_longest_${name}_text_still_fits_one_frame`, async () => {
    const longest = longestOf(letter);
    const greatest = { ...HELLO, t: longest, n: Number.MAX_SAFE_INTEGER, seen: Number.MAX_SAFE_INTEGER };
    assert.ok(pad(greatest).length <= P_LIMIT);
    const sealed = await seal(greatest, ADA, newCid(), KEY);
    const frame = JSON.stringify({ t: "send", room: Number.MAX_SAFE_INTEGER, epoch: 2 ** 31 - 1, ...sealed });
    assert.ok(frame.length <= 8 * 1024, `${frame.length} bytes`);
    assert.equal(lettersOver(longest), 0);
    assert.equal(lettersOver(longest + letter.repeat(3)), 3);
    assert.ok(bytesOver(longest + letter) > 0);
  });
}

function longestOf(letter: string): string {
  let count = 0;
  while (bytesOver(letter.repeat(count + 1)) <= 0) count += 1;
  return letter.repeat(count);
}
