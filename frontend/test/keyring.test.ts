import assert from "node:assert/strict";
import { test } from "node:test";
import type { Bytes } from "../src/lib/base64url";
import { random } from "../src/lib/keys/bytes";
import { readHeader, type Commit, type Received } from "../src/lib/keys/epoch";
import { Keyring, type KeyServer, type KeyState } from "../src/lib/keys/keyring";
import type { ResumeRecords } from "../src/lib/keys/seat-key";
import { LogChain } from "../src/lib/log-chain";

const ROOM = 7;
const BOTH = [1, 2];

/** What the server keeps of a room's keys, small. `lie` changes what a seat is told. */
class Server {
  readonly commits: Commit[] = [];
  readonly seats = new Map<number, { role: string; pk: Bytes | null }>([[1, { role: "seeker", pk: null }], [2, { role: "volunteer", pk: null }]]);
  readonly shares = new Map<number, Bytes>();
  lie: (state: KeyState, seat: number) => KeyState = (state) => state;

  for(seat: number): KeyServer {
    return {
      hello: async (pk) => {
        const known = this.seats.get(seat);
        this.seats.set(seat, { role: known?.role ?? "interpreter", pk });
        const r = random(32);
        this.shares.set(seat, r);
        return Promise.resolve({ r });
      },
      resume: () => Promise.resolve(this.shares.has(seat) ? { r: this.shares.get(seat) ?? random(32) } : null),
      look: (after) => Promise.resolve(this.lie(this.state(seat, after), seat)),
      commit: (commit) => Promise.resolve(this.commit(commit)),
    };
  }

  private state(seat: number, after: number): KeyState {
    const commits = this.commits.slice(after).map((commit) => received(commit, seat));
    return { seats: [...this.seats].map(([number, { role, pk }]) => ({ seat: number, role, pk })), commits, over: false };
  }

  private commit(commit: Commit): boolean {
    if (readHeader(commit.header).epoch !== this.commits.length + 1) return false;
    this.commits.push(commit);
    return true;
  }
}

function received({ header, sealed, confirm }: Commit, seat: number): Received {
  const at = readHeader(header).roster.findIndex((member) => member.seat === seat);
  return { header, confirm, mine: sealed[at] ?? null };
}

/** A browser tab: its storage outlives its pages. */
class Tab {
  kept: ResumeRecords | null = null;
  now = 0;

  constructor(private readonly server: Server, readonly seat: number) {}

  async page(): Promise<Keyring> {
    const chain = await LogChain.start(ROOM);
    return Keyring.begin({
      room: ROOM,
      seat: this.seat,
      server: this.server.for(this.seat),
      records: { load: () => this.kept, save: (records) => { this.kept = records; } },
      log: { upTo: () => 0, chainAt: (seq) => (seq === 0 ? chain.headAt(0) : null) },
      now: () => this.now,
    });
  }
}

async function twoInARoom(): Promise<{ server: Server; tabs: [Tab, Tab]; ada: Keyring; ben: Keyring }> {
  const server = new Server();
  const tabs: [Tab, Tab] = [new Tab(server, 1), new Tab(server, 2)];
  const ada = await tabs[0].page();
  await ada.update(BOTH);
  assert.ok(!ada.current);
  const ben = await tabs[1].page();
  await ben.update(BOTH);
  assert.ok(!ben.current, "the lower seat begins");
  await ada.update(BOTH);
  await ben.update(BOTH);
  return { server, tabs, ada, ben };
}

async function sameKeys(one: Keyring, other: Keyring, epoch: number): Promise<void> {
  assert.deepEqual([one.current?.number, other.current?.number], [epoch, epoch]);
  assert.deepEqual(one.current?.h, other.current?.h);
  const info = new Uint8Array([1]);
  assert.deepEqual(await one.current?.derived(info, 32), await other.current?.derived(info, 32));
}

test("two_pages_come_to_the_same_epoch", async () => {
  const { ada, ben } = await twoInARoom();
  await sameKeys(ada, ben, 1);
});

test("the_next_member_begins_when_the_first_does_not", async () => {
  const server = new Server();
  const tab = new Tab(server, 2);
  await new Tab(server, 1).page();
  const ben = await tab.page();
  await ben.update(BOTH);
  tab.now = 4_999;
  await ben.update(BOTH);
  assert.deepEqual(ben.roster, []);
  tab.now = 5_000;
  await ben.update(BOTH);
  assert.equal(ben.current?.number, 1);
});

test("of_two_at_once_one_epoch_counts", async () => {
  const { server, ada, ben } = await twoInARoom();
  const oncall = await new Tab(server, 3).page();
  for (const one of [ada, ben]) one.admit(3, oncall.key.pk);
  await Promise.all([ada.update([1, 3]), ben.update([2, 3])]);
  await Promise.all([ada, ben, oncall].map(async (one) => one.update([1, 2, 3])));
  await sameKeys(ada, ben, 2);
  await sameKeys(ben, oncall, 2);
  assert.equal(server.commits.length, 2);
});

test("a_reload_has_the_old_keys_again", async () => {
  const { tabs, ada, ben } = await twoInARoom();
  const again = await tabs[0].page();
  assert.deepEqual(again.key.pk, ada.key.pk);
  await again.update(BOTH);
  await sameKeys(again, ben, 1);
});

test("a_reload_can_not_be_fed_another_history", async () => {
  const { server, tabs } = await twoInARoom();
  const other = await twoInARoom();
  server.lie = (state) => ({ ...state, commits: [] });
  const emptied = await tabs[0].page();
  await emptied.update(BOTH);
  assert.deepEqual([emptied.refused, emptied.current], ["other_history", null]);
  server.lie = (state) => ({ ...state, commits: other.server.commits.map((commit) => received(commit, 1)) });
  const foreign = await tabs[0].page();
  await foreign.update(BOTH);
  assert.deepEqual([foreign.refused, foreign.current], ["other_history", null]);
});

test("with_the_servers_share_gone_a_page_starts_with_a_new_key_and_needs_a_yes", async () => {
  const { server, tabs, ada, ben } = await twoInARoom();
  server.shares.delete(1);
  const again = await tabs[0].page();
  assert.notDeepEqual(again.key.pk, ada.key.pk);
  await again.update(BOTH);
  await ben.update(BOTH);
  assert.deepEqual([ben.current, again.current], [null, null]);
  assert.deepEqual(ben.asking.map(({ seat }) => seat), [1]);
  ben.admit(1, again.key.pk);
  tabs[1].now += 10_000;
  await ben.update(BOTH);
  await again.update(BOTH);
  await sameKeys(ben, again, 2);
  assert.equal(await again.messageKey(1, 2), null, "older text stays closed");
  assert.ok(await ben.messageKey(1, 2));
  const reloaded = await tabs[0].page();
  await reloaded.update(BOTH);
  for (const one of [again, reloaded, ben]) assert.deepEqual([...one.newKeys], [1], "both are told, after a reload too");
  assert.deepEqual([...ada.newKeys], []);
});

test("a_new_key_forced_on_a_tab_that_had_one_is_told_though_the_talk_seems_to_begin", async () => {
  const { server, tabs } = await twoInARoom();
  server.shares.delete(1);
  server.commits.length = 0;
  const [again, eve] = [await tabs[0].page(), await new Tab(server, 2).page()];
  await again.update(BOTH);
  await eve.update(BOTH);
  assert.equal(again.current?.number, 1);
  const reloaded = await tabs[0].page();
  await reloaded.update(BOTH);
  for (const one of [again, reloaded]) assert.deepEqual([...one.newKeys], [1]);
  assert.deepEqual([...eve.newKeys], [], "who comes for the first time is told nothing");
});

test("when_both_lost_their_keys_they_begin_again", async () => {
  const { server, tabs } = await twoInARoom();
  server.shares.clear();
  const [ada, ben] = [await tabs[0].page(), await tabs[1].page()];
  await ada.update(BOTH);
  await ben.update(BOTH);
  await sameKeys(ada, ben, 2);
});

test("a_ghost_is_never_let_in", async () => {
  const { server, tabs, ada, ben } = await twoInARoom();
  const ghost = await new Tab(server, 3).page();
  await ada.update([1, 2, 3]);
  await ben.update([1, 2, 3]);
  tabs[1].now += 60_000;
  await ben.update([1, 2, 3]);
  await ghost.update([1, 2, 3]);
  assert.equal(ghost.current, null);
  await sameKeys(ada, ben, 1);
  assert.deepEqual(ada.asking.map(({ seat }) => seat), [3]);
});

test("who_leaves_gets_no_further_key", async () => {
  const { server, ada, ben } = await twoInARoom();
  const oncall = await new Tab(server, 3).page();
  for (const one of [ada, ben]) one.admit(3, oncall.key.pk);
  for (const one of [ada, ben, oncall]) await one.update([1, 2, 3]);
  await ada.update([1, 2, 3]);
  server.seats.delete(3);
  await ada.update(BOTH);
  await ben.update(BOTH);
  await sameKeys(ada, ben, 3);
  await oncall.update([1, 2, 3]);
  assert.deepEqual([oncall.refused, oncall.current], ["not_me", null]);
  assert.ok(await oncall.messageKey(2, 1));
  assert.equal(await oncall.messageKey(3, 1), undefined);
});
