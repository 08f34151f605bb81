import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { decode, encode } from "../src/lib/base64url";
import { checkOpenings } from "../src/lib/keys/evidence";
import { openOwn } from "../src/lib/keys/hpke";
import { keyIdOf, newKeyholderKey, unwrap } from "../src/lib/keys/keyholder-key";
import {
  openParts, openWithWords, provenOf, sealCopy, sealLetter, sealNext, wrapForWriter, type LetterPart, type Reader,
} from "../src/lib/keys/letter";
import { newSecret } from "../src/lib/keys/recovery-code";
import { newSeatKey, seatKeyOf } from "../src/lib/keys/seat-key";
import { comeBackOf, drawWords, findOf, normalised } from "../src/lib/keys/six-words";
import { lp } from "../src/lib/lp";

interface KnownPart { seq: number; seat: number; text: string; cid: string; kf: string; iv: string; padded: string; c: string; body: string }
interface Known {
  words: string; key: string; wrap_iv: string; wrapped: string; find: string; come_back: string;
  readers: { id: string; pkcs8: string; pk: string; copy: string }[];
  own: { secret: string; wrapped: string };
  parts: KnownPart[];
}

// Run from the repository's root: the file the server is measured against, too.
const { letter: known, room } = JSON.parse(readFileSync("tests/protocol/vectors.json", "utf8")) as { letter: Known; room: number };
const list = readFileSync("warmline/people/data/words.txt", "utf8").split(/\s+/).filter(Boolean);
const key = decode(known.key);

function served({ seq, seat, cid, c, body }: Pick<LetterPart, "seq" | "seat" | "cid" | "c" | "body">): LetterPart {
  return { seq, seat, epoch: 1, cid, c, body, ms: 1_800_000_000_000 + seq, kid: 1, tag: encode(new Uint8Array(32)) };
}

const parts = known.parts.map(served);

async function reader(): Promise<{ keyId: string; key: Awaited<ReturnType<typeof newSeatKey>>["key"]; pk: Reader["pk"] }> {
  const { key: pair } = await newSeatKey();
  return { keyId: await keyIdOf(pair.pk, "letter"), key: pair, pk: pair.pk };
}

test("what_six_words_make_equals_the_vectors", async () => {
  assert.equal(encode(await comeBackOf(known.words)), known.come_back);
  assert.equal(encode(await findOf(known.words)), known.find);
  assert.notEqual(known.come_back, known.find);
});

test("however_six_words_are_typed_they_make_the_same", async () => {
  for (const typed of [known.words.toUpperCase(), known.words.replaceAll(" ", "-"), known.words.replaceAll(" ", ""), ` ${known.words}\n`]) {
    assert.equal(encode(await comeBackOf(typed)), known.come_back, typed);
  }
  assert.equal(normalised("Ｍáple – 7"), "maple");
  await assert.rejects(comeBackOf(" 1 2 3 "), RangeError);
});

test("six_words_are_drawn_from_the_whole_list", () => {
  for (let draw = 0; draw < 50; draw++) {
    const words = drawWords(list).split(" ");
    assert.equal(words.length, 6);
    assert.ok(words.every((word) => list.includes(word)));
  }
  assert.throws(() => drawWords(list.slice(1)), RangeError);
  assert.throws(() => drawWords([...list.slice(1), list[1] ?? ""]), RangeError);
});

test("wrapping_and_parts_equal_the_vectors", async () => {
  assert.equal(encode(await wrapForWriter(room, key, known.words, decode(known.wrap_iv))), known.wrapped);
  for (const [at, { seat, text, cid, kf, iv, c, body }] of known.parts.entries()) {
    const drawn = { cid, kf: decode(kf), iv: decode(iv) };
    assert.deepEqual(await sealNext(key, room, seat, text, parts.slice(0, at), drawn), { cid, c, body });
  }
});

test("a_letter_of_another_program_opens", async () => {
  assert.deepEqual(await openWithWords(room, known.wrapped, known.words.toUpperCase()), key);
  for (const { id, pkcs8, pk, copy } of known.readers) {
    const pair = await seatKeyOf(decode(pkcs8), decode(pk));
    assert.equal(await keyIdOf(decode(pk), "letter"), id);
    assert.deepEqual(await openOwn(pair, lp("warmline/1 letter copy", room, decode(id)), decode(copy)), key);
  }
  assert.deepEqual((await openParts(key, room, parts)).map(({ text }) => text), known.parts.map(({ text }) => text));
});

test("a_letter_key_comes_back_from_its_recovery_code_and_passes_for_no_coordinators_key", async () => {
  const [{ id, pk }] = known.readers as [Known["readers"][0]];
  const wrapped = { pk: decode(pk), wrapped: decode(known.own.wrapped) };
  assert.equal((await unwrap(wrapped, decode(known.own.secret), "letter")).keyId, id);
  await assert.rejects(unwrap(wrapped, decode(known.own.secret)));
  await assert.rejects(unwrap(wrapped, newSecret(), "letter"));
  assert.notEqual(await keyIdOf(decode(pk)), id);
  const secret = newSecret();
  const made = await newKeyholderKey(secret, "letter");
  assert.equal((await unwrap(made, secret, "letter")).keyId, made.keyId);
});

test("each_reader_and_the_words_open_a_sent_letter_and_nobody_else", async () => {
  const [ben, chioma, eve] = [await reader(), await reader(), await reader()];
  const sent = await sealLetter(room, "I can't sleep.", known.words, [ben, chioma]);
  const whole = await openWithWords(room, sent.wrapped, known.words);
  assert.ok(whole);
  for (const { keyId, key: pair } of [ben, chioma]) {
    const info = lp("warmline/1 letter copy", room, decode(keyId));
    assert.deepEqual(await openOwn(pair, info, decode(sent.copies[keyId] ?? "")), whole);
    await assert.rejects(openOwn(eve.key, info, decode(sent.copies[keyId] ?? "")));
    await assert.rejects(openOwn(pair, lp("warmline/1 letter copy", room - 1, decode(keyId)), decode(sent.copies[keyId] ?? "")));
  }
  assert.equal(await openWithWords(room, sent.wrapped, `${known.words}s`), null);
  assert.equal(await openWithWords(room - 1, sent.wrapped, known.words), null);
  assert.ok(!JSON.stringify(sent).includes("sleep"));
});

test("a_letter_to_nobody_or_under_anothers_id_is_not_sealed", async () => {
  const [ben, eve] = [await reader(), await reader()];
  await assert.rejects(sealLetter(room, "Hello", known.words, []), RangeError);
  await assert.rejects(sealCopy(room, { keyId: ben.keyId, pk: eve.pk }, key), RangeError);
  await assert.rejects(sealLetter(room, "Hello", "  ", [ben]), RangeError);
});

test("two_letters_with_the_same_words_share_no_key_and_no_wrapping", async () => {
  const ben = await reader();
  const [one, two] = [await sealLetter(room, "Hello", known.words, [ben]), await sealLetter(room - 1, "Hello", known.words, [ben])];
  assert.equal(one.find, two.find);
  assert.notEqual(one.wrapped, two.wrapped);
  assert.equal(await openWithWords(room - 1, one.wrapped, known.words), null);
});

test("what_is_altered_swapped_or_moved_shows_no_words", async () => {
  const [first, second, third] = parts as [LetterPart, LetterPart, LetterPart];
  const texts = async (changed: readonly LetterPart[]): Promise<(string | null)[]> => (await openParts(key, room, changed)).map(({ text }) => text);
  const bodyOf = (part: LetterPart): string => encode(decode(part.body).map((byte, at) => (at === 20 ? byte ^ 1 : byte)));
  assert.deepEqual((await texts([{ ...first, body: bodyOf(first) }])), [null]);
  // The answer of one letter after another letter: it quotes what its writer read.
  const other = await sealNext(key, room, 1, "Another letter", []);
  assert.equal((await texts([served({ ...first, ...other }), second]))[1], null);
  // The server moves the reply into the answer's place, or names another seat.
  assert.equal((await texts([first, { ...third, seq: 2 }]))[1], null);
  assert.equal((await texts([first, { ...second, seat: 3 }]))[1], null);
  assert.deepEqual(await texts([{ ...first, epoch: 2 }]), [null]);
  await assert.rejects(texts([second]), RangeError);
  await assert.rejects(texts([...parts, { ...first, seq: 4 }]), RangeError);
  await assert.rejects(sealNext(key, room, 2, "One more", parts), RangeError);
  const [twice] = await texts([first]);
  assert.equal(twice, known.parts[0]?.text);
});

test("a_letter_with_two_keys_says_the_same_words_or_none", async () => {
  // The writer hands Chioma another key than Ben, and seals the letter under Ben's.
  const theirs = key.map((byte) => byte ^ 1);
  const part = served({ seq: 1, seat: 1, ...(await sealNext(key, room, 1, "Meet me", [])) });
  assert.deepEqual((await openParts(key, room, [part])).map(({ text }) => text), ["Meet me"]);
  assert.deepEqual((await openParts(theirs, room, [part])).map(({ text }) => text), [null]);
  // A body that opens under the other key, beside the same commitment.
  const other = await sealNext(theirs, room, 1, "Leave me", [], { cid: part.cid });
  assert.deepEqual((await openParts(theirs, room, [{ ...part, body: other.body }])).map(({ text }) => text), [null]);
});

test("a_report_of_a_letter_proves_what_was_written", async () => {
  const proven = provenOf(await openParts(key, room, parts));
  const letters = await checkOpenings(room, proven.map(({ item }) => item), proven.map(({ opening }) => opening));
  assert.deepEqual(letters.map((letter) => letter?.t), known.parts.map(({ text }) => text));
  const [first, second] = proven;
  assert.deepEqual(await checkOpenings(room, [first?.item as never], [second?.opening as never]), [null]);
});
