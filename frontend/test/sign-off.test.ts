import assert from "node:assert/strict";
import { test } from "node:test";
import type { KeptTalk } from "../src/lib/kept";
import { TalkStorage } from "../src/lib/kept";
import { bytesOver, open, P_LIMIT } from "../src/lib/envelope";
import { isEventOf } from "../src/lib/frames";
import { Conversation } from "../src/lib/conversation";
import { SignOff } from "../src/lib/sign-off";
import { entriesOf } from "../src/lib/talk-entries";
import { ADA, adaIn, AS_IT_IS, connect, KEY, KEYS, NOW, ROOM, Room, sent, settled } from "./cast";

const GOODBYE = { then: "end", card: true, handover: false } as const;

test("what_was_being_written_comes_back_once", () => {
  const signOff = new SignOff();
  signOff.choose(GOODBYE, "I was about to");
  signOff.choose({ card: false, handover: false }, "Thank you for telling me.");
  assert.equal(signOff.putBack(), "I was about to");
  assert.equal(signOff.chosen, null);
  assert.equal(signOff.putBack(), "");
});

test("goodbye_is_sent_once_and_only_then_does_what_goes_with_it", () => {
  const signOff = new SignOff();
  assert.equal(signOff.send(), null);
  signOff.choose(GOODBYE, "");
  assert.equal(signOff.send()?.then, "end");
  assert.equal(signOff.send(), null);
});

test("changed_words_stay_a_goodbye_and_an_empty_field_is_none", () => {
  const signOff = new SignOff();
  signOff.choose(GOODBYE, "");
  signOff.writes("In my own words, goodbye.");
  assert.equal(signOff.chosen?.card, true);
  signOff.writes("  ");
  assert.equal(signOff.send(), null);
});

test("goodbye_kept_over_a_reload_does_not_replace_a_newer_choice", () => {
  const signOff = new SignOff();
  signOff.choose({ ...GOODBYE, then: "need_to_stop" }, "");
  signOff.restore({ ...GOODBYE, before: "" });
  assert.equal(signOff.chosen?.then, "need_to_stop");
});

test("talk_is_to_end_once_the_goodbye_is_stored_and_not_before", async () => {
  const room = new Room();
  const ada = await adaIn(room);
  ada.write("Goodbye.", NOW, { then: "end" });
  const frame = await sent(ada);
  assert.equal(ada.then, null);
  await ada.take({ t: "ack", room: ROOM, cid: frame.cid, seq: 1, ms: NOW }, NOW);
  assert.equal(ada.then, "end");
});

test("goodbye_that_was_refused_ends_nothing", async () => {
  const ada = await adaIn(new Room());
  ada.write("Goodbye.", NOW, { then: "end" });
  const frame = await sent(ada);
  await ada.take({ t: "nak", room: ROOM, cid: frame.cid, code: "seat_gone" }, NOW);
  assert.equal(ada.then, null);
});

test("plain_words_and_one_chance_end_nothing", async () => {
  const room = new Room();
  const ada = await adaIn(room);
  for (const goodbye of [undefined, {}]) {
    ada.write("Hello", NOW, goodbye);
    await ada.take(await room.store(ADA, await sent(ada)), NOW);
  }
  assert.equal(ada.then, null);
});

test("goodbye_on_its_way_still_ends_the_talk_after_a_reload", async () => {
  const room = new Room();
  const before = await adaIn(room);
  before.write("Goodbye.", NOW, { then: "need_to_stop" });
  await room.store(ADA, await sent(before)); // Its ack is lost with the page.
  const after = await Conversation.begin({ room: ROOM, seat: ADA }, KEYS);
  after.restore(before.kept());
  assert.equal(after.then, null);
  await connect(after, room);
  assert.equal(after.then, "need_to_stop");
  assert.deepEqual(after.unsent, []);
});

test("end_that_did_not_follow_yet_is_kept_over_a_reload", async () => {
  const kept = new Map<string, string>();
  const storage = new TalkStorage(ROOM, {
    getItem: (key) => kept.get(key) ?? null,
    setItem: (key, value) => kept.set(key, value),
    removeItem: (key) => kept.delete(key),
  }, AS_IT_IS);
  const talk: KeptTalk = { draft: "", unsent: [], then: "end" };
  storage.save(talk);
  await settled();
  const ada = await Conversation.begin({ room: ROOM, seat: ADA }, KEYS);
  const { unsent, then } = await storage.load();
  ada.restore(unsent, then ?? null);
  assert.equal(ada.then, "end");
});

test("goodbye_says_its_kind_inside_the_envelope_and_is_shown_as_one", async () => {
  const room = new Room();
  const ada = await adaIn(room);
  ada.write("Goodbye.", NOW, {});
  assert.equal(entriesOf(ada, false)[0]?.kind, "signoff");
  const frame = await sent(ada);
  const letter = await open(frame, { room: ROOM, epoch: 1, seat: ADA }, KEY);
  assert.equal(letter?.k, "signoff");
  await ada.take(await room.store(ADA, frame), NOW);
  assert.deepEqual(ada.said.map(({ kind, text }) => [kind, text]), [["signoff", "Goodbye."]]);
});

test("longest_text_fits_as_a_goodbye_too", () => {
  const longest = "x".repeat(P_LIMIT);
  assert.equal(bytesOver(longest.slice(bytesOver(longest))), 0);
});

test("event_of_another_talk_is_not_ours", () => {
  const event = { t: "event", topic: "person:1", name: "card", data: { room: ROOM } } as const;
  assert.equal(isEventOf(event, "card", ROOM), true);
  assert.equal(isEventOf(event, "handover", ROOM), false);
  assert.equal(isEventOf(event, "card", ROOM + 1), false);
  assert.equal(isEventOf({ ...event, data: {} }, "card", ROOM), false);
});
