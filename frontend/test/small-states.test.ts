import assert from "node:assert/strict";
import { test } from "node:test";
import { decode, encode } from "../src/lib/base64url";
import { TalkStorage } from "../src/lib/kept";
import { recordsIn } from "../src/lib/keys/record-store";
import { COVERED_AFTER_MS, Idle, WARNED_BEFORE_MS } from "../src/lib/idle";
import { Offers, type ShownOffer } from "../src/lib/offers";
import { OwnLine } from "../src/lib/own-line";
import { ShiftPresses } from "../src/lib/shift-presses";
import { TalkTime } from "../src/lib/talk-time";
import { TypingTurn } from "../src/lib/typing-turn";
import { AS_IT_IS, settled } from "./cast";

const MINUTE = 60_000;
const NOW = 1_800_000_000_000;

test("base64url_refuses_what_is_not_canonical", () => {
  assert.equal(encode(new Uint8Array([251, 255])), "-_8");
  for (const wrong of ["-_9", "a", "a=", "a+b/", "ä"]) assert.throws(() => decode(wrong));
});

test("three_presses_of_shift_alone_within_5_s_mean_exit", () => {
  const presses = new ShiftPresses();
  assert.deepEqual([0, 2000, 4900].map((ms) => press(presses, ms)), [false, false, true]);
});

test("presses_of_shift_over_more_than_5_s_mean_nothing", () => {
  const presses = new ShiftPresses();
  assert.deepEqual([0, 2000, 5000].map((ms) => press(presses, ms)), [false, false, false]);
  assert.equal(presses.count(5000), 2);
});

test("shift_for_capital_letters_means_nothing", () => {
  const presses = new ShiftPresses();
  for (let ms = 0; ms < 3000; ms += 500) {
    presses.down("Shift", false);
    presses.down("A", false);
    presses.up("A", ms);
    assert.equal(presses.up("Shift", ms), false);
  }
  assert.equal(presses.count(3000), 0);
});

test("held_shift_counts_once_and_a_click_starts_again", () => {
  const presses = new ShiftPresses();
  press(presses, 0);
  for (let repeats = 0; repeats < 5; repeats++) presses.down("Shift", true);
  assert.equal(presses.count(1), 1);
  press(presses, 10);
  presses.reset();
  assert.equal(press(presses, 20), false);
});

test("minutes_left_run_only_while_the_clock_does", () => {
  const time = new TalkTime();
  assert.equal(time.minutesLeft(NOW), null);
  time.take({ used: 0, granted: 45 * MINUTE, running: false }, NOW);
  assert.equal(time.minutesLeft(NOW + 20 * MINUTE), 45);
  time.take({ used: 10 * MINUTE, granted: 45 * MINUTE, running: true }, NOW);
  assert.equal(time.minutesLeft(NOW + 1), 35);
  assert.equal(time.minutesLeft(NOW + 34 * MINUTE + 1), 1);
  assert.equal(time.minutesLeft(NOW + 36 * MINUTE), 0);
});

test("clock_that_jumps_back_takes_no_time_away", () => {
  const time = new TalkTime();
  time.take({ used: 0, granted: 10 * MINUTE, running: true }, NOW);
  assert.equal(time.minutesLeft(NOW - 60 * MINUTE), 10);
});

test("warnings_come_once_at_10_5_and_1_minutes", () => {
  const time = new TalkTime();
  time.take({ used: 0, granted: 12 * MINUTE, running: true }, NOW);
  const given = [];
  for (let ms = 0; ms <= 12 * MINUTE; ms += 1000) given.push(time.warning(NOW + ms));
  assert.deepEqual(given.filter((warning) => warning !== null), [10, 5, 1]);
});

test("warning_stays_on_the_screen_for_a_minute_or_until_time_is_added", () => {
  const time = new TalkTime();
  time.take({ used: 0, granted: 11 * MINUTE, running: true }, NOW);
  time.warning(NOW);
  time.warning(NOW + MINUTE);
  assert.deepEqual([MINUTE, 2 * MINUTE - 1, 2 * MINUTE].map((ms) => time.warningShown(NOW + ms)), [10, 10, null]);
  time.take({ used: MINUTE, granted: 21 * MINUTE, running: true }, NOW + MINUTE);
  assert.equal(time.warningShown(NOW + MINUTE + 1), null);
});

test("warnings_are_not_given_for_the_past_and_again_after_added_time", () => {
  const time = new TalkTime();
  time.take({ used: 41 * MINUTE, granted: 45 * MINUTE, running: true }, NOW);
  assert.equal(time.warning(NOW), null); // A reload at 4 minutes.
  time.take({ used: 41 * MINUTE, granted: 55 * MINUTE, running: true }, NOW);
  assert.equal(time.warning(NOW), null);
  assert.equal(time.warning(NOW + 4 * MINUTE), 10);
});

test("warning_after_a_sleep_is_the_nearest_one", () => {
  const time = new TalkTime();
  time.take({ used: 0, granted: 12 * MINUTE, running: true }, NOW);
  time.warning(NOW);
  assert.equal(time.warning(NOW + 8 * MINUTE), 5);
});

test("typing_is_told_once_a_turn", () => {
  const turn = new TypingTurn();
  assert.deepEqual(["", " ", "a", "ab"].map((text) => turn.writes(text)), [false, false, true, false]);
  turn.ends();
  assert.equal(turn.writes("c"), true);
});

test("offer_ring_steps_by_5_s_on_the_servers_clock", () => {
  const offers = new Offers();
  const pageNow = 5; // The page's own clock is far off.
  assert.equal(offers.take({ id: "1", expiresMs: NOW + 28_000, serverNowMs: NOW }, pageNow), "came");
  assert.deepEqual([0, 3000, 3001, 27_000, 28_000].map((ms) => offers.secondsShown(pageNow + ms)), [30, 25, 25, 5, 0]);
  assert.equal(offers.isOver(pageNow + 27_999), false);
  assert.equal(offers.isOver(pageNow + 28_000), true);
});

test("offer_news_say_why_it_went_and_nothing_after_an_answer", () => {
  const offers = new Offers();
  const offer = (id: string): ShownOffer => ({ id, expiresMs: 30_000, serverNowMs: 0 });
  offers.take(offer("1"), 0);
  assert.equal(offers.take(offer("1"), 1000), null);
  assert.equal(offers.take(null, 2000), "withdrawn");
  offers.take(offer("2"), 0);
  assert.equal(offers.take(null, 30_000), "over");
  offers.take(offer("3"), 0);
  offers.answer();
  assert.equal(offers.take(null, 1000), null);
  offers.take(offer("4"), 0);
  assert.equal(offers.take(offer("5"), 1000), "came");
});

test("own_line_is_mentioned_with_patience", () => {
  const line = new OwnLine(0);
  assert.equal(line.word(1999), null);
  assert.equal(line.word(2000), "connecting");
  line.enter("open", 3000);
  assert.equal(line.word(3000), null);
  line.enter("cut", 10_000);
  assert.equal(line.word(11_999), null);
  line.enter("connecting", 11_000);
  line.enter("cut", 11_500);
  assert.equal(line.word(12_000), "line_cut");
  assert.deepEqual([line.isLongGone(29_999), line.isLongGone(30_000)], [false, true]);
  line.enter("open", 31_000);
  assert.deepEqual([line.word(31_000), line.word(37_000)], ["connected_again", null]);
  line.enter("elsewhere", 40_000);
  assert.equal(line.word(40_000), "elsewhere");
});

test("kept_talk_survives_a_reload_and_is_gone_when_cleared", async () => {
  const tab = storage();
  const talk = { draft: "half a sent", unsent: [{ cid: "x", text: "Hello", writtenMs: 1 }] };
  new TalkStorage(1, tab, AS_IT_IS).save(talk);
  await settled();
  assert.deepEqual(await new TalkStorage(1, tab, AS_IT_IS).load(), talk);
  assert.deepEqual(await new TalkStorage(2, tab, AS_IT_IS).load(), { draft: "", unsent: [] });
  new TalkStorage(1, tab, AS_IT_IS).clear();
  assert.equal(tab.items.size, 0);
});

test("kept_talk_leaves_nothing_behind_when_nothing_is_left_to_say", async () => {
  const tab = storage();
  new TalkStorage(1, tab, AS_IT_IS).save({ draft: "a", unsent: [] });
  await settled();
  new TalkStorage(1, tab, AS_IT_IS).save({ draft: "", unsent: [] });
  await settled();
  assert.equal(tab.items.size, 0);
});

test("kept_talk_is_the_newest_of_many_changes_at_once", async () => {
  const tab = storage();
  const talk = new TalkStorage(1, tab, AS_IT_IS);
  talk.save({ draft: "", unsent: [] });
  for (const draft of ["h", "he", "hel"]) talk.save({ draft, unsent: [] });
  await settled();
  assert.equal((await talk.load()).draft, "hel");
  talk.save({ draft: "gone", unsent: [] });
  talk.clear();
  await settled();
  assert.equal(tab.items.size, 0);
});

test("kept_talk_that_is_broken_or_forbidden_is_passed_over", async () => {
  const tab = storage();
  tab.items.set("talk:1", "{");
  assert.deepEqual(await new TalkStorage(1, tab, AS_IT_IS).load(), { draft: "", unsent: [] });
  tab.items.set("talk:1", '{"draft":5}');
  assert.deepEqual(await new TalkStorage(1, tab, AS_IT_IS).load(), { draft: "", unsent: [] });
  new TalkStorage(1, null, AS_IT_IS).save({ draft: "a", unsent: [] });
  await settled();
});

test("idle_page_warns_30_s_before_it_is_covered_after_5_minutes", () => {
  const idle = new Idle(NOW);
  assert.deepEqual([COVERED_AFTER_MS, WARNED_BEFORE_MS], [5 * MINUTE, 30_000]);
  const states = [0, 269_999, 270_000, 299_999, 300_000].map((ms) => idle.state(NOW + ms));
  assert.deepEqual(states, ["awake", "awake", "warned", "warned", "covered"]);
  assert.deepEqual([0, 270_000, 300_000].map((ms) => idle.msToChange(NOW + ms)), [270_000, 30_000, null]);
});

test("idle_page_that_is_touched_in_time_stays_awake", () => {
  const idle = new Idle(NOW);
  idle.touched(NOW + 299_999);
  assert.equal(idle.state(NOW + 299_999 + 269_999), "awake");
});

test("idle_page_is_uncovered_by_nothing_but_lifting", () => {
  const idle = new Idle(NOW);
  idle.touched(NOW + 10 * MINUTE); // The device slept: no timer ran.
  assert.equal(idle.state(NOW + 10 * MINUTE), "covered");
  idle.lift(NOW + 10 * MINUTE);
  assert.equal(idle.state(NOW + 10 * MINUTE), "awake");
});

test("idle_page_looks_again_in_time_when_the_clock_was_put_back", () => {
  assert.equal(new Idle(NOW).msToChange(NOW - 60 * MINUTE), COVERED_AFTER_MS);
});

function press(presses: ShiftPresses, ms: number): boolean {
  presses.down("Shift", false);
  return presses.up("Shift", ms);
}

function storage(): Pick<Storage, "getItem" | "setItem" | "removeItem"> & { items: Map<string, string> } {
  const items = new Map<string, string>();
  return {
    items,
    getItem: (key) => items.get(key) ?? null,
    setItem: (key, value) => void items.set(key, value),
    removeItem: (key) => void items.delete(key),
  };
}

test("seats_records_that_come_after_clearing_are_not_kept", () => {
  const tab = storage();
  const records = recordsIn(tab, 1);
  const made = { t: new Uint8Array(32), key: new Uint8Array(3), head: null };
  records.save(made);
  assert.deepEqual(records.load(), made);
  records.clear();
  records.save({ ...made, head: new Uint8Array(4) }); // A new epoch's head was still being sealed.
  assert.equal(tab.items.size, 0);
});
