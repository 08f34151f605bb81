import assert from "node:assert/strict";
import { test } from "node:test";
import type { Bytes } from "../src/lib/base64url";
import { Epoch, EpochRefused, readHeader, writeHeader, type Commit, type Header, type Received, type Standing } from "../src/lib/keys/epoch";
import { newSeatKey, Resume, type SeatKey } from "../src/lib/keys/seat-key";
import { random, sha256, unlp } from "../src/lib/keys/bytes";
import { sealTo } from "../src/lib/keys/hpke";
import { LogChain } from "../src/lib/log-chain";
import { lp } from "../src/lib/lp";

const ROOM = 7;
const NOTHING = new Uint8Array();

interface Talk {
  ada: SeatKey;
  ben: SeatKey;
  x0: Bytes;
  first: Header;
}

async function aTalk(): Promise<Talk> {
  const [{ key: ada }, { key: ben }] = await Promise.all([newSeatKey(), newSeatKey()]);
  const x0 = (await LogChain.start(ROOM)).headAt(0);
  const roster = [{ seat: 1, role: "seeker", pk: ada.pk }, { seat: 2, role: "volunteer", pk: ben.pk }];
  return { ada, ben, x0, first: { room: ROOM, epoch: 1, committer: 1, previous: NOTHING, upTo: 0, x: x0, roster } };
}

function standing(talk: Talk, seat: number, key: SeatKey, more: Partial<Standing> = {}): Standing {
  return { room: ROOM, seat, key, last: null, admitted: new Map(), chainAt: (n) => (n === 0 ? talk.x0 : null), ...more };
}

/** What a seat gets of a commit. */
function to(seat: number, { header, sealed, confirm }: Commit): Received {
  const at = readHeader(header).roster.findIndex((member) => member.seat === seat);
  return { header, confirm, mine: sealed[at] ?? null };
}

async function refused(commit: Commit, standing: Standing, why: string): Promise<void> {
  await assert.rejects(Epoch.accept(to(standing.seat, commit), standing), (error) => error instanceof EpochRefused && error.why === why, why);
}

/** The same commit with another header, sealed by `by` as it stands: what a server can do that has a pair of its own. */
async function forged(header: Header, by: SeatKey): Promise<Commit> {
  return (await Epoch.commit(header, by)).commit;
}

test("both_seats_hold_the_same_epoch", async () => {
  const talk = await aTalk();
  const { epoch, commit } = await Epoch.commit(talk.first, talk.ada);
  const theirs = await Epoch.accept(to(2, commit), standing(talk, 2, talk.ben));
  const own = await Epoch.accept(to(1, commit), standing(talk, 1, talk.ada));
  const info = lp("a use");
  assert.deepEqual(await theirs.derived(info, 32), await epoch.derived(info, 32));
  assert.deepEqual(await own.derived(info, 32), await epoch.derived(info, 32));
});

test("a_header_has_one_spelling", async () => {
  const { first } = await aTalk();
  const written = writeHeader(first);
  assert.deepEqual(readHeader(written), first);
  for (const wrong of [written.slice(0, -1), lp(...unlp(written), "more"), lp("warmline/1 epoch"), NOTHING, new Uint8Array(5)]) {
    assert.throws(() => readHeader(wrong), EpochRefused);
  }
  const [one, two] = first.roster;
  if (!one || !two) throw new Error("two seats");
  assert.throws(() => readHeader(writeHeader({ ...first, roster: [two, one] })), EpochRefused);
  assert.throws(() => readHeader(writeHeader({ ...first, roster: [one, one] })), EpochRefused);
  assert.throws(() => readHeader(writeHeader({ ...first, roster: [] })), EpochRefused);
});

test("a_server_that_seals_a_secret_of_its_own_is_refused", async () => {
  const talk = await aTalk();
  const { key: eve } = await newSeatKey();
  const { commit } = await Epoch.commit(talk.first, talk.ada);
  const h = await sha256(commit.header);
  const sealed = await Promise.all([talk.ada, talk.ben].map(({ publicKey }) => sealTo(publicKey, eve, h, random(32))));
  await refused({ ...commit, sealed }, standing(talk, 2, talk.ben), "does_not_open");
});

test("a_commit_with_anything_changed_is_refused", async () => {
  const talk = await aTalk();
  const { commit } = await Epoch.commit(talk.first, talk.ada);
  const ben = standing(talk, 2, talk.ben);
  await refused({ ...commit, confirm: random(32) }, ben, "not_confirmed");
  await refused({ ...commit, sealed: commit.sealed.slice(0, 1) }, ben, "does_not_open");
  await refused({ ...commit, sealed: [...commit.sealed].reverse() }, ben, "does_not_open");
  await refused(await forged({ ...talk.first, room: 8 }, talk.ada), ben, "other_room");
  await refused(await forged({ ...talk.first, x: random(32) }, talk.ada), ben, "other_log");
  await refused(await forged({ ...talk.first, committer: 3 }, talk.ada), ben, "stranger_commits");
  const { key: eve } = await newSeatKey();
  const swapped = talk.first.roster.map((member) => (member.seat === 2 ? { ...member, pk: eve.pk } : member));
  await refused(await forged({ ...talk.first, roster: swapped }, talk.ada), ben, "not_me");
  const crowd = [...talk.first.roster, { seat: 3, role: "interpreter", pk: eve.pk }];
  await refused(await forged({ ...talk.first, roster: crowd }, talk.ada), ben, "not_two");
});

test("who_has_just_come_takes_only_seats_that_a_talk_can_have", async () => {
  const talk = await aTalk();
  const [seeker, volunteer] = talk.first.roster;
  assert.ok(seeker && volunteer);
  const { key: eve } = await newSeatKey();
  const with3 = (...roles: string[]): Header["roster"] => [
    seeker, volunteer, ...roles.map((role, at) => ({ seat: at + 3, role, pk: eve.pk })),
  ];
  const later = { ...talk.first, epoch: 4, previous: random(32) };
  const ben = standing(talk, 2, talk.ben);
  await Epoch.accept(to(2, await forged({ ...later, roster: with3("interpreter") }, talk.ada)), ben);
  const impossible = [with3("volunteer"), with3("ghost"), with3("interpreter", "interpreter"), [{ ...seeker, role: "volunteer" }, volunteer]];
  for (const roster of impossible) await refused(await forged({ ...later, roster }, talk.ada), ben, "stranger_seated");
});

test("later_epochs_follow_the_history_one_has", async () => {
  const talk = await aTalk();
  const { epoch: last, commit } = await Epoch.commit(talk.first, talk.ada);
  await Epoch.accept(to(2, commit), standing(talk, 2, talk.ben));
  const ben = standing(talk, 2, talk.ben, { last });
  const second: Header = { ...talk.first, epoch: 2, previous: last.h };
  const accepted = await Epoch.accept(to(2, await forged(second, talk.ada)), ben);
  assert.equal(accepted.number, 2);
  await refused(commit, ben, "not_next");
  await refused(await forged({ ...second, epoch: 3 }, talk.ada), ben, "not_next");
  await refused(await forged({ ...second, previous: random(32) }, talk.ada), ben, "other_history");
});

test("a_seat_is_added_only_with_the_yes_that_names_its_key", async () => {
  const talk = await aTalk();
  const { epoch: last } = await Epoch.commit(talk.first, talk.ada);
  const { key: eve } = await newSeatKey();
  const { key: oncall } = await newSeatKey();
  const third = (pk: Bytes): Header => ({
    ...talk.first, epoch: 2, previous: last.h, roster: [...talk.first.roster, { seat: 3, role: "interpreter", pk }],
  });
  const before = standing(talk, 2, talk.ben, { last });
  const after = standing(talk, 2, talk.ben, { last, admitted: new Map([[3, oncall.pk]]) });
  await refused(await forged(third(oncall.pk), talk.ada), before, "stranger_seated");
  await refused(await forged(third(eve.pk), talk.ada), after, "stranger_seated");
  await refused(await forged({ ...third(oncall.pk), committer: 3 }, oncall), after, "stranger_commits");
  const epoch = await Epoch.accept(to(2, await forged(third(oncall.pk), talk.ada)), after);
  assert.equal(epoch.header.roster.length, 3);
  const { epoch: joined, commit } = await Epoch.commit(third(oncall.pk), talk.ada);
  const theirs = await Epoch.accept(to(3, commit), standing(talk, 3, oncall, { chainAt: () => null }));
  assert.deepEqual(theirs.h, joined.h);
});

test("a_swapped_key_of_a_known_seat_is_refused", async () => {
  const talk = await aTalk();
  const { epoch: last } = await Epoch.commit(talk.first, talk.ada);
  const { key: eve } = await newSeatKey();
  const roster = talk.first.roster.map((member) => (member.seat === 1 ? { ...member, pk: eve.pk } : member));
  const ben = standing(talk, 2, talk.ben, { last });
  await refused(await forged({ ...talk.first, epoch: 2, previous: last.h, committer: 1, roster }, eve), ben, "stranger_commits");
  const again = { ...ben, admitted: new Map([[1, eve.pk]]) };
  const back: Header = { ...talk.first, epoch: 2, previous: last.h, committer: 2, roster };
  assert.equal((await Epoch.accept(to(2, await forged(back, talk.ben)), again)).number, 2);
});

test("keys_differ_by_seat_and_epoch", async () => {
  const talk = await aTalk();
  const { epoch } = await Epoch.commit(talk.first, talk.ada);
  const { epoch: next } = await Epoch.commit({ ...talk.first, epoch: 2, previous: epoch.h }, talk.ada);
  const iv = new Uint8Array(12);
  const made = await Promise.all(
    [epoch.messageKey(1), epoch.messageKey(2), next.messageKey(1)].map(async (key) =>
      new Uint8Array(await crypto.subtle.encrypt({ name: "AES-GCM", iv }, await key, new Uint8Array(16))).join(),
    ),
  );
  assert.equal(new Set(made).size, made.length);
  assert.equal((await epoch.messageKey(1)).extractable, false);
});

test("a_seat_key_comes_back_with_both_shares_only", async () => {
  const { key, pkcs8 } = await newSeatKey();
  const r = random(32);
  const records = await (await Resume.begin(5, r)).keep(key, pkcs8);
  assert.deepEqual(pkcs8, new Uint8Array(pkcs8.length));
  const h = random(32);
  const whole = await (await Resume.begin(5, r, records.t)).at(records, { epoch: 3, h });

  const back = await (await Resume.begin(5, r, records.t)).restore(whole);
  assert.deepEqual([back.key.pk, back.head], [key.pk, { epoch: 3, h }]);
  assert.equal(back.key.privateKey.extractable, false);
  for (const wrong of [Resume.begin(5, random(32), records.t), Resume.begin(5, r), Resume.begin(6, r, records.t)]) {
    await assert.rejects((await wrong).restore(whole));
  }
  await assert.rejects((await Resume.begin(5, r, records.t)).restore({ ...whole, head: whole.key }));
  await assert.rejects(Resume.begin(5, random(31)));
});
