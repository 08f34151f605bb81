import { Conversation } from "../src/lib/conversation";
import type { Bytes } from "../src/lib/base64url";
import type { MsgFrame, OutgoingFrame } from "../src/lib/frames";
import { writeYes } from "../src/lib/keys/admission";
import { random } from "../src/lib/keys/bytes";
import { CheckCode, type CheckState } from "../src/lib/keys/check-code";
import { readHeader, type Commit, type Member, type Received } from "../src/lib/keys/epoch";
import { Keyring, type KeyServer, type KeyState } from "../src/lib/keys/keyring";
import type { ResumeRecords } from "../src/lib/keys/seat-key";

export const ROOM = 7;
type Send = Extract<OutgoingFrame, { t: "send" }>;

/** What server and gateway keep of a room, small. `lie` changes what one seat is told of keys. */
export class Room {
  readonly commits: Commit[] = [];
  readonly log: MsgFrame[] = [];
  readonly seats = new Map<number, { role: string; pk: Bytes | null }>();
  readonly shares = new Map<number, Bytes>();
  lie: (state: KeyState, seat: number) => KeyState = (state) => state;
  now = 0;

  constructor() {
    this.seat(1, "seeker");
    this.seat(2, "volunteer");
  }

  seat(number: number, role: string): void {
    this.seats.set(number, { role, pk: null });
  }

  for(seat: number): KeyServer {
    return {
      hello: async (pk) => {
        this.seats.set(seat, { role: this.seats.get(seat)?.role ?? "", pk });
        const r = random(32);
        this.shares.set(seat, r);
        return Promise.resolve({ r });
      },
      resume: () => Promise.resolve(this.shares.has(seat) ? { r: this.shares.get(seat) ?? random(32) } : null),
      look: (after) => Promise.resolve(this.lie(this.state(seat, after), seat)),
      commit: (commit) => Promise.resolve(this.commit(commit)),
    };
  }

  /** Stores a message; a cid it knows keeps its number; null under an old epoch. */
  store(seat: number, { epoch, cid, c, body }: Send): MsgFrame | null {
    const known = this.log.find((msg) => msg.seat === seat && msg.cid === cid);
    if (known) return known;
    if (epoch !== this.commits.length) return null;
    const seq = this.log.length + 1;
    const msg: MsgFrame = { t: "msg", room: ROOM, seq, seat, epoch, cid, c, body, ms: seq, kid: 1, tag: "" };
    this.log.push(msg);
    return msg;
  }

  private state(seat: number, after: number): KeyState {
    const commits = this.commits.slice(after).map((commit) => receivedBy(seat, commit));
    return { seats: [...this.seats].map(([number, { role, pk }]) => ({ seat: number, role, pk })), commits, over: false };
  }

  private commit(commit: Commit): boolean {
    if (readHeader(commit.header).epoch !== this.commits.length + 1) return false;
    this.commits.push(commit);
    return true;
  }
}

export function receivedBy(seat: number, { header, sealed, confirm }: Commit): Received {
  const at = readHeader(header).roster.findIndex((member) => member.seat === seat);
  return { header, confirm, mine: sealed[at] ?? null };
}

/** A tab's storage, which outlives its pages. */
export class Tab {
  kept: ResumeRecords | null = null;
}

/** A page: keys, conversation and check code, put together as the element does. */
export class Page {
  keyring!: Keyring;
  conversation!: Conversation;
  readonly check: CheckCode;

  private constructor(
    readonly room: Room,
    readonly seat: number,
  ) {
    this.check = new CheckCode(seat, (kind, text) => { this.conversation.note(kind, text, room.now); });
  }

  static async at(room: Room, seat: number, tab = new Tab()): Promise<Page> {
    const page = new Page(room, seat);
    const view = { upTo: () => page.conversation.upTo, chainAt: (seq: number) => page.conversation.chainAt(seq) };
    const keys = {
      get current() { return page.keyring.current; },
      get holding() { return page.keyring.holding; },
      messageKey: async (epoch: number, of: number) => page.keyring.messageKey(epoch, of),
      writerOf: (epoch: number, of: number) => page.keyring.writerOf(epoch, of),
    };
    page.conversation = await Conversation.begin({ room: ROOM, seat }, keys, async (note) => {
      if (note.kind === "admit") page.keyring.admission.hear(note.seat, note.text);
      else await page.check.hear(note, page.keyring.epochAt(note.epoch));
    });
    page.keyring = await Keyring.begin({
      room: ROOM, seat, server: room.for(seat), log: view, now: () => room.now,
      records: { load: () => tab.kept, save: (records) => { tab.kept = records; } },
    });
    page.conversation.connected();
    return page;
  }

  /** Looks for keys, takes what is new in the log, says what is due. */
  async go(): Promise<void> {
    await this.keyring.update([...this.room.seats.keys()]);
    if (this.conversation.needsKeys && this.keyring.holding) this.conversation.keysCame();
    if (!this.conversation.synced) await this.conversation.due(this.room.now);
    for (const msg of this.room.log.slice(this.conversation.upTo)) await this.conversation.take(msg, this.room.now);
    await this.conversation.take({ t: "synced", room: ROOM, seq: this.room.log.length }, this.room.now);
    const { holding } = this.keyring;
    if (holding && this.conversation.synced) await this.check.tend(holding);
    await this.sendDue();
  }

  yes(member: Member): void {
    this.conversation.note("admit", writeYes(member), this.room.now);
  }

  writes(text: string): void {
    this.conversation.write(text, this.room.now);
  }

  async begin(): Promise<void> {
    if (this.keyring.holding) await this.check.begin(this.keyring.holding);
  }

  get code(): CheckState {
    return this.check.state(this.keyring.holding);
  }

  get texts(): (string | null)[] {
    return this.conversation.said.map(({ text }) => text);
  }

  get roster(): number[] {
    return this.keyring.roster.map(({ seat }) => seat);
  }

  private async sendDue(): Promise<void> {
    for (const frame of await this.conversation.due(this.room.now)) {
      if (frame.t !== "send") continue;
      const msg = this.room.store(this.seat, frame);
      const answer = msg
        ? ({ t: "ack", room: ROOM, cid: frame.cid, seq: msg.seq, ms: msg.ms } as const)
        : ({ t: "nak", room: ROOM, cid: frame.cid, code: "stale_epoch" } as const);
      await this.conversation.take(answer, this.room.now);
    }
  }
}

/** Until nothing more happens. */
export async function settle(...pages: readonly Page[]): Promise<void> {
  for (let round = 0; round < 12; round++) for (const page of pages) await page.go();
}

/** Ada and Ben in a talk, and Chioma asked to join. */
export async function pairAndThird(): Promise<{ room: Room; tabs: Tab[]; ada: Page; ben: Page; chioma: Page }> {
  const room = new Room();
  const tabs = [new Tab(), new Tab(), new Tab()];
  const [ada, ben] = [await Page.at(room, 1, tabs[0]), await Page.at(room, 2, tabs[1])];
  await settle(ada, ben);
  room.seat(3, "interpreter");
  const chioma = await Page.at(room, 3, tabs[2]);
  await settle(ada, ben, chioma);
  return { room, tabs, ada, ben, chioma };
}

/** The one who asks to come in, as a page of the pair sees them. */
export function asking(page: Page): Member {
  const [member] = page.keyring.asking;
  if (!member) throw new Error("nobody asks");
  return member;
}
