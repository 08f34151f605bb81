import assert from "node:assert/strict";
import { test } from "node:test";
import { encode } from "../src/lib/base64url";
import { Conversation } from "../src/lib/conversation";
import { checkOpenings, decodeItems, evidenceAad, openEvidence, openInner, openOuter, openStatement, ordered } from "../src/lib/keys/evidence";
import { keyIdOf } from "../src/lib/keys/keyholder-key";
import { newSeatKey, type SeatKey } from "../src/lib/keys/seat-key";
import { decode } from "../src/lib/base64url";
import type { Remembered } from "../src/lib/memory";
import { ReportChoice } from "../src/lib/report-choice";
import { keyholdersIn, sendReport, type ReportWords } from "../src/lib/report-sending";
import { ADA, adaIn, BEN, connect, KEYS, NOW, Room, ROOM, sent } from "./cast";

const REPORT = 4711;
const PLACE = { report: REPORT, room: ROOM };
const TAG = encode(new Uint8Array(32));

interface Holder { readonly keyId: string; readonly pk: SeatKey["pk"]; readonly key: SeatKey }
interface Body {
  readonly reason: string;
  readonly keys: string[];
  readonly statements: string[];
  readonly evidence: { items: string; sealed: string; blobs: string[] } | null;
}

async function holder(): Promise<Holder> {
  const { key } = await newSeatKey();
  return { keyId: await keyIdOf(key.pk), pk: key.pk, key };
}

async function holders(count: number): Promise<Holder[]> {
  const made = await Promise.all(Array.from({ length: count }, holder));
  return made.sort((a, b) => Buffer.compare(decode(a.keyId), decode(b.keyId)));
}

/** A talk in which so many messages were said, Ben's and Ada's in turn, in Ada's memory. */
async function remembered(count: number): Promise<readonly Remembered[]> {
  const room = new Room();
  const ada = await adaIn(room);
  for (let seq = 1; seq <= count; seq++) {
    const frame = seq % 2 ? await room.benWrites(`message ${String(seq)}`) : await adaSays(ada, room, `message ${String(seq)}`);
    await ada.take({ ...frame, tag: TAG }, NOW);
  }
  return ada.remembered;
}

async function adaSays(ada: Conversation, room: Room, text: string): ReturnType<Room["benWrites"]> {
  ada.write(text, NOW);
  return room.store(ADA, await sent(ada));
}

test("memory_keeps_the_last_fifty_of_both_sides_with_their_words", async () => {
  const kept = await remembered(53);
  assert.equal(kept.length, 50);
  assert.deepEqual(kept.map(({ seq }) => seq), Array.from({ length: 50 }, (_, i) => i + 4));
  assert.deepEqual(kept.slice(-2).map(({ seat, text }) => [seat, text]), [[ADA, "message 52"], [BEN, "message 53"]]);
  const proven = kept.flatMap((one) => (one.proven ? [one.proven] : []));
  const letters = await checkOpenings(ROOM, proven.map(({ item }) => item), proven.map(({ opening }) => opening));
  assert.deepEqual(letters.map((letter) => letter?.t), kept.map(({ text }) => text));
});

test("what_was_not_verified_is_remembered_without_words_and_proves_nothing", async () => {
  const room = new Room();
  const ada = await adaIn(room);
  const frame = await room.benWrites("Hello");
  await ada.take({ ...frame, c: TAG }, NOW);
  assert.deepEqual(ada.remembered.map(({ seq, text, proven }) => [seq, text, proven]), [[1, null, null]]);
});

test("a_dropped_log_is_remembered_once", async () => {
  const room = new Room();
  const ada = await adaIn(room);
  await ada.take(await room.benWrites("Hello"), NOW);
  await ada.take({ t: "resync", room: ROOM }, NOW);
  assert.equal(ada.remembered.length, 0);
  await connect(ada, room);
  assert.deepEqual(ada.remembered.map(({ text }) => text), ["Hello"]);
});

test("the_last_twenty_go_along_and_earlier_ones_only_when_chosen", async () => {
  const choice = new ReportChoice(await remembered(30));
  assert.equal(choice.count, 20);
  assert.deepEqual(choice.rows().map(({ message }) => message.seq), Array.from({ length: 20 }, (_, i) => i + 11));
  assert.ok(choice.hasEarlier);
  choice.showEarlier();
  assert.equal(choice.hasEarlier, false);
  assert.equal(choice.rows().length, 30);
  assert.equal(choice.proven().length, 20);
  choice.set(1, true);
  assert.deepEqual(choice.proven().map(({ item }) => item.seq), [1, ...Array.from({ length: 20 }, (_, i) => i + 11)]);
});

test("left_out_messages_are_marked_as_gaps_before_the_next_that_goes_along", async () => {
  const choice = new ReportChoice(await remembered(6));
  const gaps = (): number[] => choice.rows().filter(({ gapBefore }) => gapBefore).map(({ message }) => message.seq);
  assert.deepEqual(gaps(), []);
  choice.set(1, false);
  assert.deepEqual(gaps(), []); // Before the first there is only what came earlier.
  choice.set(3, false);
  choice.set(4, false);
  assert.deepEqual(gaps(), [5]);
  choice.set(6, false);
  assert.deepEqual(gaps(), [5]);
  assert.deepEqual(choice.proven().map(({ item }) => item.seq), [2, 5]);
});

test("own_messages_left_out_are_gaps_in_what_is_sent", async () => {
  const messages = await remembered(5);
  const choice = new ReportChoice(messages);
  for (const { seq, seat } of messages) if (seat === ADA) choice.set(seq, false);
  assert.deepEqual(choice.proven().map(({ item }) => item.seq), [1, 3, 5]);
  assert.deepEqual(choice.rows().map(({ gapBefore }) => gapBefore), [false, false, true, false, true]);
});

test("none_and_all_are_one_press_each_and_what_can_not_be_proven_stays_out", async () => {
  const [first, ...rest] = await remembered(3);
  assert.ok(first);
  const choice = new ReportChoice([{ ...first, text: null, proven: null }, ...rest]);
  assert.equal(choice.count, 2);
  choice.none();
  assert.deepEqual(choice.proven(), []);
  choice.all();
  choice.set(first.seq, true);
  assert.deepEqual(choice.proven().map(({ item }) => item.seq), [2, 3]);
  assert.equal(new ReportChoice([]).isEmpty, true);
});

/** A server that answers in turn and keeps what it was sent. */
function server(...answers: (() => Response | Promise<Response>)[]): { bodies: Body[]; post: (body: string) => Promise<Response> } {
  const bodies: Body[] = [];
  const post = async (body: string): Promise<Response> => {
    bodies.push(JSON.parse(body) as Body);
    const answer = answers.shift();
    if (!answer) throw new Error("no line");
    return answer();
  };
  return { bodies, post };
}

const kept = (): Response => new Response("<h1>We have it</h1>");
const now = (list: readonly Holder[]) => (): Response =>
  Response.json({ keyholders: list.map(({ keyId, pk }) => ({ id: keyId, pk: encode(pk) })) }, { status: 409 });

async function words(count: number, statement = "He asked for my number."): Promise<ReportWords> {
  return { reason: "insult", statement, messages: new ReportChoice(await remembered(count)).proven() };
}

test("what_is_sent_opens_by_two_and_holds_no_word_in_the_clear", async () => {
  const readers = await holders(3);
  const { bodies, post } = server(kept);
  const outcome = await sendReport(PLACE, await words(3), readers, post);
  assert.deepEqual(outcome, { how: "kept", html: "<h1>We have it</h1>" });
  const [body] = bodies;
  assert.ok(body?.evidence);
  assert.ok(!JSON.stringify(body).includes("message") && !JSON.stringify(body).includes("number."));
  assert.deepEqual([body.reason, body.keys], ["insult", readers.map(({ keyId }) => keyId)]);
  const items = decode(body.evidence.items);
  const a = await evidenceAad(REPORT, items, body.keys);
  const keyOf = (id: string): SeatKey => readers.find(({ keyId }) => keyId === id)?.key ?? assert.fail();
  for (const [i, { outer, inner }] of ordered(body.keys).entries()) {
    const dek = await openInner(keyOf(inner), a, await openOuter(keyOf(outer), a, decode(body.evidence.blobs[i] ?? "")));
    const openings = await openEvidence(dek, a, decode(body.evidence.sealed));
    const letters = await checkOpenings(ROOM, decodeItems(items).items, openings);
    assert.deepEqual(letters.map((letter) => letter?.t), ["message 1", "message 2", "message 3"]);
  }
  for (const [i, { keyId, key }] of readers.entries()) {
    assert.equal(await openStatement(REPORT, keyId, key, decode(body.statements[i] ?? "")), "He asked for my number.");
  }
});

test("other_readers_meanwhile_get_it_sealed_again_with_nothing_lost", async () => {
  const [before, after] = [await holders(2), await holders(3)];
  const { bodies, post } = server(now(after), kept);
  assert.equal((await sendReport(PLACE, await words(3), before, post)).how, "kept");
  assert.deepEqual(bodies.map(({ keys }) => keys), [before, after].map((list) => list.map(({ keyId }) => keyId)));
  assert.deepEqual(bodies.map(({ evidence }) => evidence?.blobs.length), [2, 6]);
});

test("with_fewer_than_two_left_nothing_is_sent_before_it_is_said", async () => {
  const [before, one] = [await holders(2), await holders(1)];
  const first = server(now(one));
  assert.deepEqual(await sendReport(PLACE, await words(3), before, first.post), { how: "readers_gone" });
  assert.equal(first.bodies.length, 1);
  const second = server(now(one), kept);
  assert.equal((await sendReport(PLACE, { ...(await words(3)), messages: [] }, before, second.post)).how, "kept");
  const [, again] = second.bodies;
  assert.deepEqual([again?.evidence, again?.statements.length], [null, 1]);
  assert.deepEqual(await sendReport(PLACE, await words(1), [], first.post), { how: "readers_gone" });
});

test("a_refusal_a_cut_line_and_noise_keep_everything_for_another_try", async () => {
  const readers = await holders(2);
  const said = await words(1, "");
  const refused = server(() => Response.json({ sentence: "Not whole." }, { status: 422 }));
  assert.deepEqual(await sendReport(PLACE, said, readers, refused.post), { how: "refused", sentence: "Not whole." });
  assert.deepEqual(refused.bodies[0]?.statements, []);
  for (const answer of [[], [() => new Response("oh", { status: 502 })], [() => Response.json({ keyholders: "?" }, { status: 409 })]]) {
    assert.deepEqual(await sendReport(PLACE, said, readers, server(...answer).post), { how: "not_reached" });
  }
  const forever = Array.from({ length: 9 }, () => now(readers));
  assert.deepEqual(await sendReport(PLACE, said, readers, server(...forever).post), { how: "not_reached" });
});

test("what_is_no_list_of_keyholders_is_none", () => {
  for (const noise of [null, {}, [1], [{ id: 1, pk: "" }], [{ id: "a", pk: "%" }]]) assert.equal(keyholdersIn(noise), null);
  assert.deepEqual(keyholdersIn([]), []);
});

test("a_reload_remembers_again_from_the_log", async () => {
  const room = new Room();
  await room.benWrites("Hello");
  const again = await Conversation.begin({ room: ROOM, seat: ADA }, KEYS);
  await connect(again, room);
  assert.deepEqual(again.remembered.map(({ text }) => text), ["Hello"]);
});
