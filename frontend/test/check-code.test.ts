import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { encode } from "../src/lib/base64url";
import { random } from "../src/lib/keys/bytes";
import { CheckCode, commitmentTo, PICTURES } from "../src/lib/keys/check-code";
import { asking, Page, pairAndThird, Room, settle, Tab } from "./room";

function numbers(page: Page): readonly number[] {
  const { code } = page;
  if (code.is !== "code") throw new Error(`no code: ${code.is}`);
  return code.numbers;
}

async function pair(): Promise<{ room: Room; tabs: [Tab, Tab]; ada: Page; ben: Page }> {
  const room = new Room();
  const tabs: [Tab, Tab] = [new Tab(), new Tab()];
  const [ada, ben] = [await Page.at(room, 1, tabs[0]), await Page.at(room, 2, tabs[1])];
  await settle(ada, ben);
  return { room, tabs, ada, ben };
}

test("there_are_64_different_pictures_with_a_word_each", () => {
  assert.equal(new Set(PICTURES).size, 64);
  const words = readFileSync("warmline/support/code_words.py", "utf8");
  assert.equal([...words.matchAll(/_lazy\("/g)].length, 64);
});

test("both_see_the_same_seven_pictures_and_others_the_next_time", async () => {
  const { ada, ben } = await pair();
  await ada.begin();
  await settle(ada, ben);
  const first = numbers(ada);
  assert.deepEqual([first.length, numbers(ben)], [7, first]);
  assert.ok(first.every((one) => one >= 0 && one < 64));
  await ben.begin();
  await settle(ada, ben);
  assert.deepEqual(numbers(ada), numbers(ben));
  assert.notDeepEqual(numbers(ada), first);
  assert.deepEqual([ada.texts, ben.texts], [[], []]);
});

test("two_who_ask_at_once_see_the_same", async () => {
  const { ada, ben } = await pair();
  await Promise.all([ada.begin(), ben.begin()]);
  await settle(ada, ben);
  assert.deepEqual(numbers(ada), numbers(ben));
});

test("three_see_the_same", async () => {
  const { ada, ben, chioma } = await pairAndThird();
  for (const page of [ada, ben]) page.yes(asking(page));
  await settle(ada, ben, chioma);
  await chioma.begin();
  await settle(ada, ben, chioma);
  assert.deepEqual(numbers(ada), numbers(ben));
  assert.deepEqual(numbers(ada), numbers(chioma));
});

test("it_waits_for_a_page_that_is_away_and_is_over_with_the_epoch", async () => {
  const { room, ada, ben } = await pair();
  await ada.begin();
  await settle(ada);
  assert.deepEqual(ada.code, { is: "waits", seats: [1, 2] });
  await settle(ada, ben);
  assert.equal(ada.code.is, "code");
  room.seat(3, "interpreter");
  const chioma = await Page.at(room, 3);
  await settle(ada, ben, chioma);
  for (const page of [ada, ben]) page.yes(asking(page));
  await settle(ada, ben, chioma);
  assert.deepEqual(ada.code, { is: "none" });
});

test("after_a_reload_an_earlier_round_does_not_count_and_nothing_is_said_twice", async () => {
  const { room, tabs, ada, ben } = await pair();
  await ada.begin();
  await settle(ada, ben);
  const before = room.log.length;
  const again = await Page.at(room, 2, tabs[1]);
  await settle(ada, again);
  assert.deepEqual(again.code, { is: "broken" }, "this page did not draw for it");
  assert.equal(room.log.length, before);
  await again.begin();
  await settle(ada, again);
  assert.deepEqual(numbers(again), numbers(ada));
});

/** Who sits between the two has the epoch's secret on each side, and so every seat's key of messages. */
test("a_middleman_who_writes_both_parts_of_both_seats_gets_no_code", async () => {
  const { ada } = await pair();
  const epoch = ada.keyring.holding;
  assert.ok(epoch);
  const said: string[] = [];
  const check = new CheckCode(1, (kind) => { said.push(kind); });
  const id = encode(random(8));
  const drawn = [random(32), random(32)];
  const commitments = await Promise.all(drawn.map(async (n, at) => commitmentTo(n, at + 1, epoch)));
  for (const [at, commitment] of commitments.entries()) {
    await check.hear({ seq: at + 1, seat: at + 1, epoch: 1, kind: "check1", text: `${id}.${encode(commitment)}` }, epoch);
  }
  for (const [at, n] of drawn.entries()) {
    await check.hear({ seq: at + 3, seat: at + 1, epoch: 1, kind: "check2", text: `${id}.${encode(n)}` }, epoch);
  }
  await check.tend(epoch);
  assert.deepEqual(check.state(epoch), { is: "broken" });
  assert.deepEqual(said, []);
});

test("a_commitment_forged_in_our_name_breaks_the_round_and_our_draw_stays_ours", async () => {
  const { ada } = await pair();
  const epoch = ada.keyring.holding;
  assert.ok(epoch);
  const said: string[] = [];
  const check = new CheckCode(1, (kind, text) => { said.push(`${kind} ${text}`); });
  await check.begin(epoch);
  const [id = ""] = (said[0] ?? "").slice(7).split(".");
  for (const seat of [1, 2]) {
    const forged = encode(await commitmentTo(random(32), seat, epoch));
    await check.hear({ seq: seat, seat, epoch: 1, kind: "check1", text: `${id}.${forged}` }, epoch);
  }
  await check.tend(epoch);
  assert.deepEqual(check.state(epoch), { is: "broken" });
  assert.equal(said.length, 1);
});

/** Two rooms that a server keeps apart: in each it sits on the other side itself. */
test("with_keys_swapped_at_hello_the_codes_differ", async () => {
  const [left, right] = [await pair(), await pair()];
  // Ada talks with the server in the left room, Ben with the server in the right one; each page sees a whole talk.
  await left.ada.begin();
  await right.ben.begin();
  await settle(left.ada, left.ben);
  await settle(right.ada, right.ben);
  assert.notDeepEqual(numbers(left.ada), numbers(right.ben));
});

test("a_server_that_passes_the_parts_on_between_two_rooms_gains_nothing", async () => {
  const [left, right] = [await pair(), await pair()];
  await left.ada.begin();
  await settle(left.ada, left.ben);
  const { keyring } = right.ben;
  const said: string[] = [];
  const check = new CheckCode(2, (kind, text) => { said.push(`${kind} ${text}`); });
  const epoch = keyring.holding;
  assert.ok(epoch);
  const id = encode(random(8));
  await check.hear({ seq: 1, seat: 1, epoch: 1, kind: "check1", text: `${id}.${encode(random(32))}` }, epoch);
  await check.tend(epoch);
  await check.hear({ seq: 2, seat: 2, epoch: 1, kind: "check1", text: (said[0] ?? "").slice(7) }, epoch);
  await check.tend(epoch);
  assert.equal(said.length, 2);
  await check.hear({ seq: 3, seat: 1, epoch: 1, kind: "check2", text: `${id}.${encode(random(32))}` }, epoch);
  assert.deepEqual(check.state(epoch), { is: "broken" }, "what was not committed to does not count");
});

test("a_draw_shown_before_everybody_has_committed_breaks_the_round", async () => {
  const { ada } = await pair();
  const epoch = ada.keyring.holding;
  assert.ok(epoch);
  const check = new CheckCode(1, () => undefined);
  const id = encode(random(8));
  await check.hear({ seq: 1, seat: 2, epoch: 1, kind: "check1", text: `${id}.${encode(random(32))}` }, epoch);
  await check.hear({ seq: 2, seat: 2, epoch: 1, kind: "check2", text: `${id}.${encode(random(32))}` }, epoch);
  assert.deepEqual(check.state(epoch), { is: "broken" });
});

test("a_page_does_not_answer_for_ever", async () => {
  const { ada } = await pair();
  const epoch = ada.keyring.holding;
  assert.ok(epoch);
  let said = 0;
  const check = new CheckCode(1, () => { said += 1; });
  for (let seq = 1; seq <= 100; seq++) {
    await check.hear({ seq, seat: 2, epoch: 1, kind: "check1", text: `${encode(random(8))}.${encode(random(32))}` }, epoch);
    await check.tend(epoch);
  }
  assert.equal(said, 40);
});
