import assert from "node:assert/strict";
import { test } from "node:test";
import { newSeatKey } from "../src/lib/keys/seat-key";
import { Epoch } from "../src/lib/keys/epoch";
import { asking, Page, pairAndThird, receivedBy, settle, ROOM, type Room, type Tab } from "./room";

async function letIn(): Promise<{ room: Room; tabs: Tab[]; ada: Page; ben: Page; chioma: Page }> {
  const made = await pairAndThird();
  for (const page of [made.ada, made.ben]) page.yes(asking(page));
  await settle(made.ada, made.ben, made.chioma);
  return made;
}

test("a_third_comes_in_with_both_yeses_and_all_three_read_each_other", async () => {
  const { ada, ben, chioma } = await letIn();
  for (const page of [ada, ben, chioma]) {
    assert.deepEqual(page.roster, [1, 2, 3]);
    page.writes(`from ${String(page.seat)}`);
  }
  await settle(ada, ben, chioma);
  for (const page of [ada, ben, chioma]) {
    assert.deepEqual(page.texts.filter((text) => text !== null).sort(), ["from 1", "from 2", "from 3"]);
  }
});

test("one_yes_or_the_thirds_own_is_not_enough", async () => {
  const { room, ada, ben, chioma } = await pairAndThird();
  ada.yes(asking(ada));
  await settle(ada, ben, chioma);
  room.now += 60_000;
  await settle(ada, ben, chioma);
  for (const page of [ada, ben]) assert.deepEqual([page.roster, page.keyring.current?.number], [[1, 2], 1]);
  assert.deepEqual(chioma.roster, []);
});

test("a_yes_looks_like_any_message_and_is_shown_to_nobody", async () => {
  const { room, ada, ben, chioma } = await letIn();
  for (const page of [ada, ben]) assert.deepEqual(page.texts, []);
  ada.writes("x".repeat(120));
  await settle(ada, ben, chioma);
  const sizes = room.log.map(({ body }) => body.length);
  assert.deepEqual(sizes, [sizes[2], sizes[2], sizes[2]]);
});

test("what_was_said_before_stays_closed_to_the_third", async () => {
  const { ada, ben, chioma, room } = await pairAndThird();
  ada.writes("before");
  ben.writes("also before");
  await settle(ada, ben);
  for (const page of [ada, ben]) page.yes(asking(page));
  await settle(ada, ben, chioma);
  ada.writes("after");
  await settle(ada, ben, chioma);
  assert.deepEqual(ben.texts, ["before", "also before", "after"]);
  assert.deepEqual(chioma.texts.filter((text) => text !== null), ["after"]);
  assert.ok(chioma.conversation.said.every(({ closed, text }) => closed === (text === null)));
  assert.equal(chioma.conversation.doubtful, false);
  assert.equal(room.commits.length, 2);
});

test("somebody_seated_by_one_without_the_others_yes_is_refused", async () => {
  const { room, ada, ben, chioma } = await pairAndThird();
  ada.yes(asking(ada));
  await settle(ada, ben, chioma);
  ada.keyring.admit(3, chioma.keyring.key.pk); // Ada's page was made to believe it.
  await settle(ada, ben, chioma);
  assert.deepEqual([ada.roster, ben.roster], [[1, 2, 3], [1, 2]]);
  assert.deepEqual([ben.keyring.refused, ben.keyring.current], ["stranger_seated", null]);
  ben.writes("nobody gets this");
  await settle(ada, ben, chioma);
  assert.equal(room.log.filter(({ seat }) => seat === 2).length, 0);
});

test("yeses_to_one_key_do_not_let_another_in", async () => {
  const { room, ada, ben, chioma } = await pairAndThird();
  const { key: eve } = await newSeatKey();
  const honest = asking(ada);
  room.lie = (state) => ({ ...state, seats: state.seats.map((one) => (one.seat === 3 ? { ...one, pk: eve.pk } : one)) });
  for (const page of [ada, ben]) page.yes(honest);
  await settle(ada, ben, chioma);
  assert.deepEqual([ada.roster, ben.roster], [[1, 2], [1, 2]]);
});

test("one_of_the_pairs_roles_is_never_given_to_a_new_seat", async () => {
  const { room, ada, ben, chioma } = await pairAndThird();
  room.seats.set(3, { role: "volunteer", pk: chioma.keyring.key.pk });
  await settle(ada, ben, chioma);
  for (const page of [ada, ben]) page.yes(asking(page));
  await settle(ada, ben, chioma);
  assert.deepEqual([ada.roster, ben.roster], [[1, 2], [1, 2]]);
});

test("yeses_are_found_again_after_a_reload", async () => {
  const { room, tabs, ada, ben, chioma } = await letIn();
  ada.writes("before the reload");
  await settle(ada, ben, chioma);
  const again = await Page.at(room, 1, tabs[0]);
  await settle(again);
  assert.deepEqual([again.keyring.refused, again.keyring.current?.number], [null, 2]);
  assert.deepEqual([again.roster, again.texts], [[1, 2, 3], ["before the reload"]]);
});

test("who_is_asked_to_leave_can_not_read_on_though_they_keep_their_keys", async () => {
  const { room, ada, ben, chioma } = await letIn();
  const kept = chioma.keyring.holding;
  ben.keyring.expel(3);
  ben.writes("not for Chioma");
  await ben.go();
  assert.equal(room.log.at(-1)?.epoch, 1, "words wait for the new epoch");
  room.seats.delete(3);
  await settle(ada, ben);
  assert.deepEqual([ada.roster, ben.roster, ada.texts], [[1, 2], [1, 2], ["not for Chioma"]]);
  const last = room.log.at(-1);
  assert.equal(last?.epoch, 3);
  assert.ok(kept);
  for (const seat of [1, 2]) {
    const commit = room.commits.at(-1);
    assert.ok(commit);
    await assert.rejects(Epoch.accept(receivedBy(seat, commit), {
      room: ROOM, seat: 3, key: chioma.keyring.key, last: kept, admitted: new Map(), chainAt: () => null,
    }));
  }
  assert.equal(await chioma.keyring.messageKey(3, 1), undefined);
});

test("a_server_that_keeps_the_removed_seat_keeps_it_out_of_the_keys_all_the_same", async () => {
  const { room, ada, ben, chioma } = await letIn();
  ada.keyring.expel(3);
  room.now += 60_000;
  await settle(ada, ben, chioma);
  assert.deepEqual([ada.roster, ben.roster], [[1, 2], [1, 2]]);
  assert.deepEqual([chioma.keyring.refused, chioma.keyring.current], ["not_me", null]);
  room.now += 60_000;
  await settle(ada, ben);
  assert.deepEqual([ada.roster, ben.roster], [[1, 2], [1, 2]], "old yeses let nobody back in");
});

test("a_third_who_lost_its_keys_is_out_until_both_say_yes_again", async () => {
  const { room, ada, ben } = await letIn();
  room.shares.delete(3);
  const again = await Page.at(room, 3);
  await settle(ada, ben, again);
  assert.deepEqual([ada.roster, ada.keyring.current?.number], [[1, 2], 3], "the pair goes on");
  for (const page of [ada, ben]) page.yes(asking(page));
  await settle(ada, ben, again);
  assert.deepEqual([ada.roster, again.roster], [[1, 2, 3], [1, 2, 3]]);
});

test("one_of_the_pair_comes_back_with_the_yes_of_the_other_and_the_third_follows", async () => {
  const { room, ada, chioma } = await letIn();
  room.shares.delete(2);
  const again = await Page.at(room, 2);
  await settle(ada, chioma, again);
  ada.writes("held back");
  await settle(ada, chioma, again);
  assert.equal(ada.keyring.current, null);
  ada.yes(asking(ada));
  await settle(ada, chioma, again);
  for (const page of [ada, chioma, again]) {
    assert.deepEqual([page.roster, page.keyring.refused], [[1, 2, 3], null]);
    assert.equal(page.texts.at(-1), "held back");
  }
});
