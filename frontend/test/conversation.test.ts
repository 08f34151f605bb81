import assert from "node:assert/strict";
import { test } from "node:test";
import { Conversation, type Kept, type MessageKeys } from "../src/lib/conversation";
import { seal } from "../src/lib/envelope";
import type { MsgFrame } from "../src/lib/frames";
import { entriesOf } from "../src/lib/talk-entries";
import { ADA, adaIn, BEN, connect, newCid, KEY, KEYS, NOW, Room, ROOM, sent, texts } from "./cast";

test("message_waits_until_the_log_is_complete", async () => {
  const ada = await Conversation.begin({ room: ROOM, seat: ADA }, KEYS);
  ada.write("Hello", NOW);
  assert.deepEqual(await ada.due(NOW), []);
  ada.connected();
  assert.deepEqual(await ada.due(NOW), [{ t: "sync", room: ROOM, after: 0 }]);
  assert.deepEqual(await ada.due(NOW), []);
  await ada.take({ t: "synced", room: ROOM, seq: 0 }, NOW);
  assert.equal((await sent(ada)).t, "send");
});

test("message_is_sending_then_sent_then_in_the_log_once", async () => {
  const room = new Room();
  const ada = await adaIn(room);
  ada.write("Hello", NOW);
  const frame = await sent(ada);
  assert.equal(entriesOf(ada, false)[0]?.delivery, "sending");
  await ada.take({ t: "ack", room: ROOM, cid: frame.cid, seq: 1, ms: NOW }, NOW);
  assert.equal(entriesOf(ada, false)[0]?.delivery, "sent");
  const key = entriesOf(ada, false)[0]?.key;
  await ada.take(await room.store(ADA, frame), NOW);
  assert.deepEqual(entriesOf(ada, false).map((entry) => [entry.key, entry.text, entry.delivery]), [[key, "Hello", "sent"]]);
  assert.deepEqual(ada.unsent, []);
});

test("one_message_is_in_flight_so_that_order_is_kept", async () => {
  const room = new Room();
  const ada = await adaIn(room);
  ada.write("one", NOW);
  ada.write("two", NOW);
  const one = await sent(ada);
  assert.deepEqual(await ada.due(NOW), []);
  await ada.take({ t: "nak", room: ROOM, cid: one.cid, code: "too_fast" }, NOW);
  assert.deepEqual(await ada.due(NOW), []);
  assert.equal((await sent(ada, NOW + 5_000)).cid, one.cid);
  await ada.take({ t: "nak", room: ROOM, cid: one.cid, code: "seat_gone" }, NOW);
  assert.notEqual((await sent(ada, NOW + 5_000)).cid, one.cid); // One that is left to its person holds nothing up.
});

test("cut_line_sends_the_same_message_again_under_the_same_cid", async () => {
  const room = new Room();
  const ada = await adaIn(room);
  ada.write("Hello", NOW);
  const first = await sent(ada);
  ada.cut();
  await connect(ada, room);
  assert.deepEqual(await sent(ada), first);
});

test("lost_ack_does_not_say_it_twice", async () => {
  const room = new Room();
  const ada = await adaIn(room);
  ada.write("Hello", NOW);
  await room.store(ADA, await sent(ada)); // Stored; the line is cut before the ack.
  ada.cut();
  await connect(ada, room);
  assert.deepEqual(await ada.due(NOW), []);
  assert.deepEqual(texts(ada), ["Hello"]);
  assert.deepEqual(ada.unsent, []);
});

test("missing_answer_sends_again", async () => {
  const ada = await adaIn(new Room());
  ada.write("Hello", NOW);
  const first = await sent(ada);
  assert.deepEqual(await ada.due(NOW + 15_000), []);
  assert.equal((await sent(ada, NOW + 15_001)).cid, first.cid);
});

test("reload_keeps_what_was_not_sent", async () => {
  const room = new Room();
  const before = await adaIn(room);
  before.write("one", NOW);
  before.write("two", NOW);
  const inFlight = await sent(before);
  const kept = JSON.parse(JSON.stringify(before.kept())) as Kept[];

  const after = await Conversation.begin({ room: ROOM, seat: ADA }, KEYS);
  after.restore(kept);
  await connect(after, room);
  const again = await sent(after);
  assert.deepEqual(again, inFlight);
  await after.take({ t: "ack", room: ROOM, cid: again.cid, seq: 1, ms: NOW }, NOW);
  await after.take(await room.store(ADA, again), NOW);
  await room.store(ADA, await sent(after));
  await room.replayTo(after);
  assert.deepEqual(texts(after), ["one", "two"]);
  assert.equal(after.doubtful, false);
});

test("what_is_written_after_a_reload_counts_on_from_what_was_kept", async () => {
  const room = new Room();
  const before = await adaIn(room);
  before.write("one", NOW);
  await sent(before);
  const after = await Conversation.begin({ room: ROOM, seat: ADA }, KEYS);
  after.restore(before.kept());
  after.write("two", NOW);
  await connect(after, room);
  const one = await sent(after);
  await after.take({ t: "ack", room: ROOM, cid: one.cid, seq: 1, ms: NOW }, NOW); // The log shows it a moment later.
  const stored = await room.store(ADA, one);
  const two = await sent(after);
  await after.take(stored, NOW);
  await after.take(await room.store(ADA, two), NOW);
  assert.deepEqual([texts(after), after.doubtful], [["one", "two"], false]);
});

test("message_whose_own_number_was_used_meanwhile_is_sealed_anew", async () => {
  const room = new Room();
  const first = await adaIn(room);
  first.write("from the first tab", NOW);
  const never = await sent(first);
  first.cut();

  const second = await adaIn(room); // Another tab took the seat.
  second.write("from the second tab", NOW);
  await room.store(ADA, await sent(second));

  await connect(first, room);
  const again = await sent(first);
  assert.equal(again.cid, never.cid);
  assert.notEqual(again.c, never.c);
  await room.store(ADA, again);
  const ben = await Conversation.begin({ room: ROOM, seat: BEN }, KEYS);
  await connect(ben, room);
  assert.equal(ben.doubtful, false);
});

test("gap_is_asked_for_and_nothing_is_shown_out_of_order", async () => {
  const room = new Room();
  const ada = await adaIn(room);
  await ada.take(await room.benWrites("one"), NOW);
  await room.benWrites("two");
  await ada.take(await room.benWrites("three"), NOW);
  assert.deepEqual(texts(ada), ["one"]);
  assert.deepEqual(await ada.due(NOW), [{ t: "sync", room: ROOM, after: 1 }]);
  await room.replayTo(ada);
  assert.deepEqual(texts(ada), ["one", "two", "three"]);
});

test("message_live_during_a_replay_is_not_lost", async () => {
  const room = new Room();
  await room.benWrites("one");
  const ada = await Conversation.begin({ room: ROOM, seat: ADA }, KEYS);
  ada.connected();
  await ada.due(NOW);
  await ada.take(await room.benWrites("two"), NOW); // Overtakes the replay.
  assert.deepEqual(await ada.due(NOW), []);
  await room.replayTo(ada, 0);
  assert.deepEqual(texts(ada), ["one", "two"]);
});

test("duplicate_is_shown_once", async () => {
  const room = new Room();
  const ada = await adaIn(room);
  const msg = await room.benWrites("Hello");
  await ada.take(msg, NOW);
  await ada.take(msg, NOW);
  assert.deepEqual(texts(ada), ["Hello"]);
  assert.equal(ada.doubtful, false);
});

test("synced_number_that_never_comes_is_not_asked_for_forever", async () => {
  const ada = await adaIn(new Room());
  ada.connected();
  for (let tries = 0; tries < 3; tries++) {
    assert.equal((await ada.due(NOW))[0]?.t, "sync");
    await ada.take({ t: "synced", room: ROOM, seq: 5 }, NOW);
  }
  assert.deepEqual(await ada.due(NOW), []);
  assert.equal(ada.doubtful, true);
});

test("resync_drops_the_log_and_keeps_what_is_to_be_sent", async () => {
  const room = new Room();
  const ada = await adaIn(room);
  await ada.take(await room.benWrites("Hello"), NOW);
  ada.write("Hi", NOW);
  await ada.take({ t: "resync", room: ROOM }, NOW);
  assert.deepEqual(texts(ada), []);
  assert.deepEqual(await ada.due(NOW), [{ t: "sync", room: ROOM, after: 0 }]);
  await room.replayTo(ada);
  assert.deepEqual(texts(ada), ["Hello"]);
  assert.equal((await sent(ada)).t, "send");
  assert.equal(ada.doubtful, false);
});

test("message_that_does_not_verify_never_shows_its_text", async () => {
  const room = new Room();
  const ada = await adaIn(room);
  const msg = await room.benWrites("Hello");
  const other = await room.sealedBy(BEN, "Forged", 9);
  await ada.take({ ...msg, body: other.body }, NOW);
  assert.deepEqual(texts(ada), [null]);
});

test("relabelled_sender_does_not_verify", async () => {
  const room = new Room();
  const ada = await adaIn(room);
  await ada.take({ ...(await room.benWrites("I said this")), seat: ADA }, NOW);
  assert.deepEqual(texts(ada), [null]);
});

test("who_is_not_in_the_epoch_shows_nothing_raises_no_doubt_and_pushes_nothing_out", async () => {
  const stranger = 3;
  const messageKey = (_epoch: number, seat: number): Promise<CryptoKey | null> => Promise.resolve(seat === stranger ? null : KEY);
  const room = new Room();
  const ada = await Conversation.begin({ room: ROOM, seat: ADA }, { ...KEYS, messageKey });
  await connect(ada, room);
  const bens = await room.benWrites("Hello");
  await ada.take(bens, NOW);
  for (let n = 1; n <= 50; n += 1) await ada.take(await room.store(stranger, { ...(await room.sealedBy(stranger, "noise", n)), cid: n === 1 ? bens.cid : newCid() }), NOW);
  await ada.take(await room.benWrites("Still here"), NOW);
  assert.deepEqual(texts(ada), ["Hello", "Still here"]);
  assert.equal(ada.doubtful, false);
  assert.equal(ada.remembered.length, 2);
});

for (const [name, forge] of Object.entries({
  foreign_log: (letter: Letter) => ({ ...letter, h: "A".repeat(22) }),
  future_number: (letter: Letter) => ({ ...letter, seen: 40 }),
})) {
  test(`${name}_raises_doubt_and_still_shows_the_text`, async () => {
    const ada = await adaIn(new Room());
    const letter = forge({ k: "text", t: "Hello", n: 1, seen: 0, h: "" });
    await ada.take(asMessage(await seal(letter, { room: ROOM, epoch: 1, seat: BEN }, newCid(), KEY), 1), NOW);
    assert.deepEqual(texts(ada), ["Hello"]);
    assert.equal(ada.doubtful, true);
  });
}

test("repeated_number_or_cid_raises_doubt", async () => {
  const room = new Room();
  const repeated = await adaIn(room);
  await repeated.take(await room.store(BEN, await room.sealedBy(BEN, "one", 1)), NOW);
  await repeated.take(await room.store(BEN, await room.sealedBy(BEN, "two", 1)), NOW);
  assert.equal(repeated.doubtful, true);

  const replayed = await adaIn(new Room());
  const msg = await new Room().benWrites("Hello");
  await replayed.take(msg, NOW);
  await replayed.take({ ...msg, seq: 2 }, NOW);
  assert.equal(replayed.doubtful, true);
});

test("who_lost_its_key_counts_anew_and_what_it_said_before_stays_closed", async () => {
  const room = new Room();
  await room.benWrites("before");
  await room.store(BEN, await room.sealedBy(BEN, "after", 1, 2), 2);
  const writers: MessageKeys["writerOf"] = (epoch) => `ben ${String(epoch)}`;
  const ada = await Conversation.begin({ room: ROOM, seat: ADA }, { ...KEYS, writerOf: writers });
  await connect(ada, room);
  assert.deepEqual(texts(ada), ["before", "after"]);
  assert.equal(ada.doubtful, false);

  const fresh: MessageKeys = {
    ...KEYS,
    messageKey: (epoch) => Promise.resolve(epoch === 1 ? null : KEY),
    writerOf: (epoch, seat) => (epoch === 1 ? null : writers(epoch, seat)),
  };
  const again = await Conversation.begin({ room: ROOM, seat: ADA }, fresh);
  await connect(again, room);
  assert.deepEqual(entriesOf(again, false).map(({ text, closed }) => [text, closed]), [[null, true], ["after", false]]);
});

test("nak_that_may_pass_is_tried_again_later_then_left_to_the_person", async () => {
  const ada = await adaIn(new Room());
  const { cid } = ada.write("Hello", NOW);
  let now = NOW;
  for (let attempt = 0; attempt < 4; attempt++) {
    assert.equal((await sent(ada, now)).cid, cid);
    await ada.take({ t: "nak", room: ROOM, cid, code: "not_stored" }, now);
    assert.deepEqual(await ada.due(now), []);
    now += 60_000;
  }
  assert.deepEqual(await ada.due(now), []);
  assert.equal(entriesOf(ada, false)[0]?.delivery, "not_sent");
  ada.retry(cid);
  assert.equal((await sent(ada, now)).cid, cid);
});

test("nak_that_will_not_pass_says_why", async () => {
  const ada = await adaIn(new Room());
  const { cid } = ada.write("Hello", NOW);
  await sent(ada);
  await ada.take({ t: "nak", room: ROOM, cid, code: "time_over" }, NOW);
  const [entry] = entriesOf(ada, false);
  assert.deepEqual([entry?.delivery, entry?.code], ["not_sent", "time_over"]);
});

test("nothing_is_sent_after_the_end_and_what_waited_says_so", async () => {
  const ada = await adaIn(new Room());
  ada.write("one", NOW);
  const inFlight = await sent(ada);
  ada.write("two", NOW);
  await ada.take({ t: "over", room: ROOM, why: "time" }, NOW);
  assert.deepEqual(await ada.due(NOW), []);
  assert.deepEqual(entriesOf(ada, false).map(({ code }) => code), [null, "time_over"]);
  await ada.take({ t: "ack", room: ROOM, cid: inFlight.cid, seq: 1, ms: NOW }, NOW); // It had made it.
  assert.equal(entriesOf(ada, false)[0]?.delivery, "sent");
});

test("long_cut_line_says_not_sent_yet_keeps_trying", async () => {
  const ada = await adaIn(new Room());
  ada.cut();
  ada.write("Hello", NOW);
  assert.equal(entriesOf(ada, false)[0]?.delivery, "sending");
  const [entry] = entriesOf(ada, true);
  assert.deepEqual([entry?.delivery, entry?.code], ["not_sent", "no_line"]);
  assert.equal(ada.unsent[0]?.state, "waiting");
});

test("partner_is_coming_then_here_then_away_with_patience", async () => {
  const ada = await adaIn(new Room());
  const presence = (seats: number[], now: number): Promise<void> => ada.take({ t: "presence", room: ROOM, seats }, now);
  await presence([ADA], NOW);
  assert.equal(ada.partner(NOW), "coming");
  await presence([ADA, BEN], NOW);
  assert.equal(ada.partner(NOW), "here");
  await presence([ADA], NOW);
  assert.equal(ada.partner(NOW + 2_999), "here");
  assert.equal(ada.partner(NOW + 3_000), "away");
});

test("partner_who_has_written_before_a_reload_is_away_not_coming", async () => {
  const room = new Room();
  await room.benWrites("Hello");
  const ada = await adaIn(room);
  await ada.take({ t: "presence", room: ROOM, seats: [ADA] }, NOW);
  assert.equal(ada.partner(NOW), "away");
});

test("typing_ends_with_the_message_the_line_or_a_minute", async () => {
  const room = new Room();
  const ada = await adaIn(room);
  const types = (): Promise<void> => ada.take({ t: "typing", room: ROOM, seat: BEN }, NOW);
  await ada.take({ t: "typing", room: ROOM, seat: ADA }, NOW);
  assert.equal(ada.partnerTypes(NOW), false);
  await types();
  assert.equal(ada.partnerTypes(NOW), true);
  assert.equal(ada.partnerTypes(NOW + 60_000), false);
  await ada.take(await room.benWrites("Hello"), NOW);
  assert.equal(ada.partnerTypes(NOW), false);
  await ada.take({ t: "presence", room: ROOM, seats: [ADA, BEN] }, NOW);
  await types();
  await ada.take({ t: "presence", room: ROOM, seats: [ADA] }, NOW);
  assert.equal(ada.partnerTypes(NOW), false);
});

test("time_and_state_stand_under_the_last_of_a_group", async () => {
  const room = new Room();
  const ada = await adaIn(room);
  for (const text of ["one", "two"]) await ada.take(await room.benWrites(text), NOW);
  ada.write("three", NOW);
  assert.deepEqual(entriesOf(ada, false).map(({ lastOfGroup }) => lastOfGroup), [false, true, true]);
});

type Letter = Parameters<typeof seal>[0];

function asMessage(sealed: Awaited<ReturnType<typeof seal>>, seq: number): MsgFrame {
  return { t: "msg", room: ROOM, seq, seat: BEN, epoch: 1, ms: NOW, kid: 1, tag: "", ...sealed };
}

test("a_late_stale_epoch_holds_back_words_but_not_a_yes", async () => {
  const keys = { ...KEYS, current: { number: 1 } as { number: number } | null, holding: { number: 1 } };
  const ben = await Conversation.begin({ room: ROOM, seat: BEN }, keys);
  await connect(ben, new Room());
  ben.write("Hello", NOW);
  const word = await sent(ben);
  keys.holding = { number: 2 }; // Taken meanwhile; and Ada is back with another key, so words wait.
  keys.current = null;
  await ben.take({ t: "nak", room: ROOM, cid: word.cid, code: "stale_epoch" }, NOW);
  assert.deepEqual([ben.needsKeys, await ben.due(NOW)], [true, []]);
  ben.note("admit", "a yes", NOW);
  const yes = await sent(ben);
  assert.equal(yes.epoch, 2);
  await ben.take({ t: "nak", room: ROOM, cid: yes.cid, code: "stale_epoch" }, NOW);
  assert.deepEqual(await ben.due(NOW), [], "not twice under an epoch that was refused");
  keys.holding = { number: 3 };
  assert.deepEqual([(await sent(ben)).cid, ben.unsentWords.length], [yes.cid, 1]);
});
