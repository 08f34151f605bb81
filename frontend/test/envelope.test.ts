import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { decode, encode } from "../src/lib/base64url";
import { BLOCK, bytesOver, commitment, lettersOver, newCid, open, P_LIMIT, pad, seal } from "../src/lib/envelope";
import { LogChain } from "../src/lib/log-chain";
import { lp } from "../src/lib/lp";

interface Vectors {
  lp: { items: { s?: string; n?: number; b?: string }[]; bytes: string }[];
  room: number;
  epoch: number;
  chain_start: string;
  messages: {
    seat: number; seq: number; cid: string; kf: string; text: string; padded: string; header: string;
    c: string; body: string; chain: string;
  }[];
}

// Run from the repository's root: the file the gateway is measured against, too.
const vectors = JSON.parse(readFileSync("tests/protocol/vectors.json", "utf8")) as Vectors;
const { room, epoch } = vectors;
const ADA = { room: 7, epoch: 0, seat: 1 };
const HELLO = { k: "text", t: "Hello", n: 1, seen: 0, h: "x".repeat(22) };

test("lp_equals_the_vectors", () => {
  for (const { items, bytes } of vectors.lp) {
    assert.equal(encode(lp(...items.map(({ s, n, b }) => s ?? n ?? decode(b ?? "")))), bytes);
  }
});

test("lp_refuses_numbers_that_are_not_exact", () => {
  for (const wrong of [-1, 0.5, 2 ** 53]) assert.throws(() => lp(wrong), RangeError);
});

test("messages_and_chain_equal_the_vectors", async () => {
  const chain = await LogChain.start(room);
  assert.equal(encode(chain.headAt(0)), vectors.chain_start);
  for (const known of vectors.messages) {
    const place = { room, epoch, seat: known.seat };
    const letter = { k: "text", t: known.text, n: known.seq, seen: known.seq - 1, h: chain.markAt(known.seq - 1) };
    assert.equal(encode(pad(letter)), known.padded);
    const sealed = await seal(letter, place, known.cid, decode(known.kf));
    assert.deepEqual(sealed, { cid: known.cid, c: known.c, body: known.body });
    assert.deepEqual(await open(known, place), letter);
    await chain.add({ seq: known.seq, seat: known.seat, epoch, cid: known.cid, c: known.c });
    assert.equal(encode(chain.headAt(known.seq)), known.chain);
  }
});

test("open_shows_nothing_when_anything_differs", async () => {
  const sealed = await seal(HELLO, ADA, newCid());
  const flipped = decode(sealed.body);
  flipped[40] = (flipped[40] ?? 0) ^ 1;
  assert.ok(await open(sealed, ADA));
  assert.equal(await open({ ...sealed, body: encode(flipped) }, ADA), null);
  assert.equal(await open({ ...sealed, cid: newCid() }, ADA), null);
  assert.equal(await open(sealed, { ...ADA, seat: 2 }), null);
  assert.equal(await open(sealed, { ...ADA, room: 8 }), null);
  assert.equal(await open(sealed, { ...ADA, epoch: 1 }), null);
  assert.equal(await open({ ...sealed, c: sealed.c.slice(0, -2) }, ADA), null);
  assert.equal(await open({ ...sealed, body: `${sealed.body}=` }, ADA), null);
});

test("open_refuses_a_letter_that_is_none_though_it_verifies", async () => {
  const kf = crypto.getRandomValues(new Uint8Array(32));
  const p = new Uint8Array(BLOCK).fill(0x20);
  p.set(new TextEncoder().encode('{"k":"text","t":5}'));
  const cid = newCid();
  const body = new Uint8Array([...kf, ...p]);
  const c = encode(await commitment(kf, ADA, cid, p));
  assert.equal(await open({ cid, c, body: encode(body) }, ADA), null);
});

test("seal_never_repeats_a_key", async () => {
  const cid = newCid();
  const [one, other] = [await seal(HELLO, ADA, cid), await seal(HELLO, ADA, cid)];
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
    const sealed = await seal(greatest, ADA, newCid());
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
