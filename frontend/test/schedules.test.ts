import assert from "node:assert/strict";
import { test } from "node:test";
import type { Kept } from "../src/lib/conversation";
import { decode } from "../src/lib/base64url";
import type { MsgFrame, OutgoingFrame, RoomFrame } from "../src/lib/frames";
import { memberOf, readHeader } from "../src/lib/keys/epoch";
import type { KeyServer } from "../src/lib/keys/keyring";
import { Page, Room, ROOM, Tab } from "./room";

/**
 * Two pages on a bad line while a third comes in and goes: frames of a cut line are lost in both directions, live ones
 * may be lost, doubled or overtake others, answers about keys may be lost before or after the server acted, pages are
 * reloaded. Whatever happens: both sides end with the same messages, each once, each writer's in the order written.
 */
const SCHEDULES = 200;
const STEPS = 60;
const MESSAGES = 5;
const NAMES = ["", "Ada", "Ben"];

/** Numbers from 0 to 1 that a seed repeats (mulberry32, public domain, by Tommy Ettinger). */
function randomFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** A room whose answers about keys get lost, before or after it acted. */
class FarRoom extends Room {
  good = false;

  constructor(private readonly random: () => number) {
    super();
  }

  override for(seat: number): KeyServer {
    const near = super.for(seat);
    return {
      hello: (pk) => near.hello(pk),
      resume: () => near.resume(),
      look: (after) => this.far(() => near.look(after)),
      commit: (commit) => this.far(async () => this.knowsAll(commit.header) && near.commit(commit)),
    };
  }

  private async far<T>(act: () => Promise<T>): Promise<T> {
    if (!this.good && this.random() < 0.15) throw new Error("lost on the way there");
    const answer = await act();
    if (!this.good && this.random() < 0.15) throw new Error("lost on the way back");
    return answer;
  }

  private knowsAll(header: Parameters<typeof readHeader>[0]): boolean {
    return readHeader(header).roster.every(({ seat }) => this.seats.has(seat));
  }
}

/** The line of one page to the gateway, which gives a socket what its room's log gets once it has synced. */
class BadLine {
  page!: Page;
  readonly tab = new Tab();
  private up: OutgoingFrame[] = [];
  private down: RoomFrame[] = [];
  private open = false;
  private live = false;

  constructor(
    readonly room: FarRoom,
    readonly seat: number,
    private readonly random: () => number,
    private readonly lines: Map<number, BadLine>,
  ) {
    lines.set(seat, this);
  }

  async load(kept: readonly Kept[] = []): Promise<void> {
    this.cut();
    this.page = await Page.at(this.room, this.seat, this.tab);
    this.page.conversation.cut();
    this.page.conversation.restore(kept);
  }

  async reload(): Promise<void> {
    await this.load(JSON.parse(JSON.stringify(this.page.conversation.kept())) as Kept[]);
  }

  /** What was on its way in either direction is lost. */
  cut(): void {
    this.open = this.live = false;
    [this.up, this.down] = [[], []];
    (this.page as Page | undefined)?.conversation.cut();
  }

  connect(): void {
    if (this.open) return;
    this.open = true;
    this.page.conversation.connected();
  }

  async act(): Promise<void> {
    const { conversation, keyring } = this.page;
    await keyring.update([...this.lines.keys(), 3]).catch(() => false);
    if (conversation.needsKeys && keyring.current) conversation.keysCame();
    for (const frame of await conversation.due(this.room.now)) this.up.push(frame);
  }

  /** The gateway hears the next frame; a send may come twice. */
  hear(): void {
    const frame = this.up.shift();
    if (!frame) return;
    this.answer(frame);
    if (frame.t === "send" && this.isBad(0.1)) this.answer(frame);
  }

  /** The page takes the next frame. */
  async take(): Promise<void> {
    const frame = this.down.shift();
    if (frame) await this.page.conversation.take(frame, this.room.now);
  }

  /** Something of the log that is new, as long as this socket has synced. */
  tell(frame: RoomFrame): void {
    if (!this.live || this.isBad(0.1)) return;
    const at = this.isBad(0.2) ? Math.floor(this.random() * (this.down.length + 1)) : this.down.length;
    this.down.splice(at, 0, frame);
    if (this.isBad(0.1)) this.down.push(frame);
  }

  get isQuiet(): boolean {
    return this.open && this.up.length + this.down.length === 0 && this.page.conversation.unsent.length === 0;
  }

  private answer(frame: OutgoingFrame): void {
    if (frame.t === "sync") this.replay(frame.after);
    if (frame.t === "send") this.store(frame);
  }

  private replay(after: number): void {
    this.live = true;
    this.down.push(...this.room.log.slice(after), { t: "synced", room: ROOM, seq: this.room.log.length });
  }

  private store(frame: Extract<OutgoingFrame, { t: "send" }>): void {
    const before = this.room.log.length;
    const msg = this.room.store(this.seat, frame);
    const { cid } = frame;
    if (!msg) this.tell({ t: "nak", room: ROOM, cid, code: "stale_epoch" });
    else this.tell({ t: "ack", room: ROOM, cid, seq: msg.seq, ms: msg.ms });
    if (msg && this.room.log.length > before) for (const line of this.lines.values()) line.tell(msg);
  }

  private isBad(chance: number): boolean {
    return !this.room.good && this.random() < chance;
  }
}

class Schedule {
  readonly room: FarRoom;
  readonly lines = new Map<number, BadLine>();
  private readonly written = new Map([[1, 0], [2, 0]]);
  private third: Page | null = null;
  private readonly yesAt: number[];

  constructor(
    readonly random: () => number,
  ) {
    this.room = new FarRoom(random);
    for (const seat of [1, 2]) new BadLine(this.room, seat, random, this.lines);
    this.yesAt = [20 + this.upTo(10), 20 + this.upTo(10)];
  }

  async run(): Promise<void> {
    for (const line of this.lines.values()) await line.load();
    for (let step = 0; step < STEPS; step++) {
      await this.happen(step);
      this.room.now += this.upTo(1_500);
      for (const line of this.lines.values()) await this.befall(line);
      await this.thirdGoes();
    }
    await this.settle();
  }

  /** A third comes in the middle, with the yes of each, and leaves. */
  private async happen(step: number): Promise<void> {
    if (step === 15) {
      this.room.seat(3, "interpreter");
      this.third = await Page.at(this.room, 3);
    }
    for (const [at, seat] of [1, 2].entries()) if (step === this.yesAt[at]) this.saysYes(seat);
    if (step === 45) {
      this.room.seats.delete(3);
      this.third = null;
    }
  }

  private saysYes(seat: number): void {
    const pk = this.room.seats.get(3)?.pk;
    if (pk) this.lines.get(seat)?.page.yes({ seat: 3, role: "interpreter", pk });
  }

  private async befall(line: BadLine): Promise<void> {
    const chance = this.random();
    if (chance < 0.05) line.cut();
    else if (chance < 0.065) await line.reload();
    else if (chance < 0.25) this.writes(line);
    if (this.random() < 0.5) line.connect();
    await line.act();
    for (let count = this.upTo(4); count > 0; count--) line.hear();
    for (let count = this.upTo(6); count > 0; count--) await line.take();
  }

  private writes(line: BadLine): void {
    const n = this.written.get(line.seat) ?? 0;
    if (n >= MESSAGES) return;
    this.written.set(line.seat, n + 1);
    line.page.writes(`${NAMES[line.seat] ?? ""} ${String(n)}`);
  }

  private async thirdGoes(): Promise<void> {
    await this.third?.go().catch(() => undefined);
  }

  /** The line is good again, and what was not said yet is. */
  private async settle(): Promise<void> {
    this.room.good = true;
    for (const line of this.lines.values()) line.cut();
    for (let round = 0; round < 200; round++) {
      for (const line of this.lines.values()) {
        if (this.written.get(line.seat) !== MESSAGES) this.writes(line);
        line.connect();
        await line.act();
        for (let count = 0; count < 4; count++) line.hear();
        for (let count = 0; count < 80; count++) await line.take();
      }
      this.room.now += 1_000;
      if (round > 8 && [...this.lines.values()].every(({ isQuiet }) => isQuiet)) return;
    }
  }

  private upTo(most: number): number {
    return Math.floor(this.random() * most);
  }
}

test("200_schedules_on_a_bad_line_lose_double_and_reorder_nothing", async () => {
  let changed = 0;
  for (let seed = 1; seed <= SCHEDULES; seed++) {
    const schedule = new Schedule(randomFrom(seed));
    await schedule.run();
    check(schedule, `schedule ${String(seed)}`);
    if (schedule.room.commits.length >= 3) changed += 1;
  }
  assert.ok(changed > 0.9 * SCHEDULES, `a third came and went in ${String(changed)}`);
});

function check({ room, lines }: Schedule, name: string): void {
  const views = [...lines.values()].map(({ page }) => page);
  for (const { conversation, keyring, texts } of views) {
    assert.deepEqual([keyring.refused, conversation.doubtful, conversation.unsent], [null, false, []], name);
    for (const writer of ["Ada", "Ben"]) {
      const theirs = texts.filter((text) => text?.startsWith(writer));
      assert.deepEqual(theirs, Array.from({ length: MESSAGES }, (_, n) => `${writer} ${String(n)}`), `${name}: ${writer}`);
    }
  }
  assert.deepEqual(views[0]?.texts, views[1]?.texts, name);
  assert.equal(views[0]?.texts.length, 2 * MESSAGES, name);
  assert.equal(new Set(room.log.map(({ seat, cid }) => `${String(seat)} ${cid}`)).size, room.log.length, name);
  assert.ok(room.log.every((msg) => isOfItsEpoch(room, msg)), name);
}

/** Whoever wrote was in the epoch they wrote in. */
function isOfItsEpoch(room: Room, { epoch, seat, cid }: MsgFrame): boolean {
  const commit = room.commits[epoch - 1];
  return decode(cid).length === 16 && commit !== undefined && memberOf(readHeader(commit.header), seat) !== undefined;
}
