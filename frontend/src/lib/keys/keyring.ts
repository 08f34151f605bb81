import { encode, type Bytes } from "../base64url";
import { same } from "../envelope";
import { Admission, Gone, isThird } from "./admission";
import { sha256 } from "./bytes";
import { Epoch, EpochRefused, memberOf, readHeader, type Commit, type Header, type Member, type Received, type Standing } from "./epoch";
import { newSeatKey, Resume, type ResumeRecords, type SeatKey } from "./seat-key";

/** A seat as the server knows it now; without a key it has not come yet. */
export interface Seated {
  readonly seat: number;
  readonly role: string;
  readonly pk: Bytes | null;
}

/** What the server says of a room's keys. `commits` ascend from the epoch asked for; `over`: we have no seat any more. */
export interface KeyState {
  readonly seats: readonly Seated[];
  readonly commits: readonly Received[];
  readonly over: boolean;
}

/** The half of the resume secret that the server keeps. */
export interface Share {
  readonly r: Bytes;
}

/** What the keyring asks of the server. All may throw when it can't be reached. */
export interface KeyServer {
  hello(pk: Bytes): Promise<Share>;
  /** Null when the share is gone: the seat was left, or away for too long. */
  resume(): Promise<Share | null>;
  look(after: number): Promise<KeyState>;
  /** False when somebody else's epoch came first. */
  commit(commit: Commit): Promise<boolean>;
}

/** What a tab keeps over a reload. */
export interface RecordStore {
  load(): ResumeRecords | null;
  save(records: ResumeRecords): void;
}

/** The part of the log that epochs are tied to. */
export interface LogView {
  upTo(): number;
  chainAt(seq: number): Bytes | null;
}

export interface KeyringParts {
  readonly room: number;
  readonly seat: number;
  readonly server: KeyServer;
  readonly records: RecordStore;
  readonly log: LogView;
  readonly now: () => number;
}

/** How long each member waits for the one before it to make the new epoch. */
const TURN_MS = 5_000;

/**
 * The keys of one seat: its own pair, the epochs it was let into, and whose turn it is to make the next.
 * Nothing is sent before there is an epoch, and nothing that the server changed is ever taken.
 */
export class Keyring {
  /** Why an epoch was not taken; then nothing more is sent, and nothing newer is opened. */
  refused: EpochRefused["why"] | null = null;
  /** Seats that want in with a key nobody here said yes to yet. */
  asking: readonly Member[] = [];

  /** Who said yes to whom, as the log has it. */
  readonly admission = new Admission();

  /** Seats of the pair whose key is not the talk's first, ours too: what was compared before counts no more. */
  readonly newKeys = new Set<number>();

  /** A reload of a page that had its key already. */
  isBack = false;

  private readonly epochs = new Map<number, Epoch>();
  private readonly gone = new Gone();
  private readonly expelled = new Set<number>();
  /** A new epoch names somebody whose yeses are in messages that are not here yet: up to this number. */
  private waitsForLog: number | null = null;
  private somebodyLeaves = false;
  private readonly admitted = new Map<number, Bytes>();
  private last: Epoch | null = null;
  private changeSeenMs: number | null = null;
  private floor: { readonly epoch: number; readonly h: Bytes } | null = null;
  /** The newest epoch the server has, ours or not. */
  private newest: { readonly header: Header; readonly h: Bytes } | null = null;

  private constructor(
    private readonly parts: KeyringParts,
    readonly key: SeatKey,
    /** How this tab keeps what a reload must not lose. */
    readonly resume: Resume,
    private records: ResumeRecords,
  ) {
    if (records.isNew) this.newKeys.add(parts.seat);
  }

  /** Comes back with what this tab kept, or as a new key in the same seat. */
  static async begin(parts: KeyringParts): Promise<Keyring> {
    return (await Keyring.back(parts)) ?? (await Keyring.fresh(parts));
  }

  private static async back(parts: KeyringParts): Promise<Keyring | null> {
    const records = parts.records.load();
    const share = records && (await parts.server.resume());
    if (!share) return null;
    try {
      const resume = await Resume.begin(parts.seat, share.r, records.t);
      const { key, head } = await resume.restore(records);
      const keyring = new Keyring(parts, key, resume, records);
      keyring.floor = head;
      keyring.isBack = true;
      return keyring;
    } catch {
      return null; // Kept by another seat, or not whole: a new key, which the others have to accept.
    }
  }

  private static async fresh(parts: KeyringParts): Promise<Keyring> {
    const { key, pkcs8 } = await newSeatKey();
    const { r } = await parts.server.hello(key.pk);
    const resume = await Resume.begin(parts.seat, r);
    const kept = await resume.keep(key, pkcs8);
    const records = parts.records.load() ? { ...kept, isNew: true as const } : kept;
    parts.records.save(records);
    return new Keyring(parts, key, resume, records);
  }

  /**
   * The epoch to send words in; null before the first, while one of the pair has come back with another key, and from
   * the moment somebody leaves until there is an epoch without them.
   */
  get current(): Epoch | null {
    const { last } = this;
    const awaited = this.asking.some((member) => last && !isThird(member) && memberOf(last.header, member.seat));
    const leaves = this.somebodyLeaves || this.roster.some(({ seat }) => this.expelled.has(seat));
    return awaited || leaves || this.isBehind ? null : this.holding;
  }

  /** The newest epoch that we are in, for what goes on while words wait: a yes, a check code. */
  get holding(): Epoch | null {
    return this.refused ? null : this.last;
  }

  /** There is a newer epoch than we have taken. */
  private get isBehind(): boolean {
    return this.last !== null && (this.newest?.header.epoch ?? 0) > this.last.number;
  }

  /** What kept us from taking an epoch is here now: look again. */
  get canGoOn(): boolean {
    return this.waitsForLog !== null && this.parts.log.upTo() >= this.waitsForLog;
  }

  /** A new epoch is due, and it may soon be our turn to make it. */
  get waitsForTurn(): boolean {
    return this.changeSeenMs !== null;
  }

  /** Who is in the room by the keys, ourselves too. */
  get roster(): readonly Member[] {
    return this.last?.header.roster ?? [];
  }

  /** The key of a message: null for an epoch we were never let into, undefined for one that is still to come. */
  async messageKey(epoch: number, seat: number): Promise<CryptoKey | null | undefined> {
    const known = this.epochs.get(epoch);
    if (known) return memberOf(known.header, seat) ? known.messageKey(seat) : null;
    return this.last && epoch < this.last.number ? null : undefined;
  }

  /** Which key of a seat wrote in an epoch; null for an epoch we were never let into. */
  writerOf(epoch: number, seat: number): string | null {
    const known = this.epochs.get(epoch);
    if (!known) return null;
    const member = memberOf(known.header, seat);
    return `${String(seat)}:${member ? encode(member.pk) : ""}`;
  }

  /** An epoch that we were in. */
  epochAt(number: number): Epoch | undefined {
    return this.epochs.get(number);
  }

  /** Every yes to a seat's key has been heard. A key that has been in and is out again never comes back. */
  admit(seat: number, pk: Bytes): void {
    if (!this.gone.has(seat, pk)) this.admitted.set(seat, pk);
  }

  /** Nothing more is said to this seat, whatever the server does: words wait for an epoch without it. */
  expel(seat: number): void {
    this.expelled.add(seat);
    this.admitted.delete(seat);
  }

  /** Asks the server what is new, takes it, and makes the next epoch if that falls to us. True if anything changed. */
  async update(connected: readonly number[]): Promise<boolean> {
    if (this.refused) return false;
    const before = this.last;
    try {
      const state = await this.parts.server.look(this.last?.number ?? 0);
      if (state.over) return false;
      if (await this.takeAll(state.commits)) await this.makeNext(state.seats, connected);
    } catch (error) {
      if (!(error instanceof EpochRefused)) throw error;
      this.refused = error.why;
    }
    return this.last !== before || this.refused !== null;
  }

  /** False when one of them has to wait until the log is here. */
  private async takeAll(commits: readonly Received[]): Promise<boolean> {
    this.waitsForLog = null;
    for (const commit of commits) if (!(await this.takeOne(commit))) return false;
    return true;
  }

  private async takeOne(commit: Received): Promise<boolean> {
    const header = readHeader(commit.header);
    if (this.epochs.has(header.epoch)) return true;
    this.newest = { header, h: await sha256(commit.header) };
    if (!this.last && !this.isIn(header.roster)) return true; // From before we came, or before our key was lost.
    this.countYeses(header.roster);
    const stranger = this.last && header.roster.some((member) => !this.knows(member));
    if (stranger && this.parts.log.upTo() < header.upTo) {
      this.waitsForLog = header.upTo;
      return false;
    }
    await this.enter(await Epoch.accept(commit, this.standing()));
    return true;
  }

  private countYeses(members: readonly Member[]): void {
    for (const member of members) {
      if (this.last && !this.expelled.has(member.seat) && this.admission.isAdmitted(member, this.roster)) {
        this.admit(member.seat, member.pk);
      }
    }
  }

  private async enter(epoch: Epoch): Promise<void> {
    const { floor } = this;
    if (floor?.epoch === epoch.number && !same(floor.h, epoch.h)) throw new EpochRefused("other_history");
    this.gone.note(this.roster, epoch.header.roster);
    this.noteNewKeys(epoch.header);
    this.epochs.set(epoch.number, epoch);
    this.last = epoch;
    this.somebodyLeaves = false;
    for (const seat of [...this.admitted.keys()]) if (!memberOf(epoch.header, seat)) this.admitted.delete(seat);
    this.newest = { header: epoch.header, h: epoch.h };
    this.changeSeenMs = null;
    if (floor && epoch.number < floor.epoch) return; // Older than what this tab has seen already.
    this.floor = null;
    this.records = await this.resume.at(this.records, { epoch: epoch.number, h: epoch.h });
    this.parts.records.save(this.records);
  }

  private noteNewKeys({ epoch, roster }: Header): void {
    for (const member of roster) {
      const then = this.last && memberOf(this.last.header, member.seat);
      const isNew = then ? !same(then.pk, member.pk) : !this.last && member.seat === this.parts.seat && epoch > 1;
      if (isNew && !isThird(member)) this.newKeys.add(member.seat);
    }
  }

  /** A new epoch is due when the room's seats or keys are no longer those of the last. */
  private async makeNext(seats: readonly Seated[], connected: readonly number[]): Promise<void> {
    if (this.floor) throw new EpochRefused("other_history"); // Less than this tab had seen already.
    const wanted = seats.flatMap(({ seat, role, pk }) => (pk && !this.expelled.has(seat) ? [{ seat, role, pk }] : []));
    const roster = this.last ? this.rosterAfter(this.last, wanted) : this.firstRoster(seats, wanted);
    if (!roster) this.changeSeenMs = null;
    else if (this.isOurTurn(roster, connected)) await this.make(roster);
  }

  /**
   * Null when nothing changed. One of the pair who comes back with another key keeps its place until there is a yes; a
   * third loses it, so that the pair need not wait.
   */
  private rosterAfter(last: Epoch, wanted: readonly Member[]): Member[] | null {
    this.countYeses(wanted);
    this.asking = wanted.filter((member) => !this.knows(member));
    const roster = wanted
      .map((member) => (!this.asking.includes(member) ? member : isThird(member) ? undefined : memberOf(last.header, member.seat)))
      .filter((member) => member !== undefined);
    this.somebodyLeaves = last.header.roster.some(({ seat }) => !memberOf({ roster }, seat));
    return sameRoster(roster, last.header.roster) ? null : roster;
  }

  /** Both of a new talk; or whoever is there, when nobody holds the newest epoch's keys any more. */
  private firstRoster(seats: readonly Seated[], wanted: readonly Member[]): Member[] | null {
    const held = this.newest?.header.roster ?? [];
    if (held.some(({ pk }) => wanted.some((member) => same(member.pk, pk)))) return null;
    return wanted.length === seats.length && (this.newest !== null || wanted.length === 2) ? [...wanted] : null;
  }

  private isOurTurn(roster: readonly Member[], connected: readonly number[]): boolean {
    const now = this.parts.now();
    this.changeSeenMs ??= now;
    const able = roster.filter(({ seat, pk }) => {
      const then = this.last ? memberOf(this.last.header, seat) : { pk };
      return then && same(then.pk, pk) && (seat === this.parts.seat || connected.includes(seat));
    });
    const before = able.findIndex(({ seat }) => seat === this.parts.seat);
    return before >= 0 && now - this.changeSeenMs >= before * TURN_MS;
  }

  private async make(roster: readonly Member[]): Promise<void> {
    const { log, room, seat, server } = this.parts;
    const upTo = log.upTo();
    const x = log.chainAt(upTo);
    if (!x) return;
    const header = {
      room,
      epoch: (this.newest?.header.epoch ?? 0) + 1,
      committer: seat,
      previous: this.newest?.h ?? new Uint8Array(),
      upTo,
      x,
      roster,
    };
    const { epoch, commit } = await Epoch.commit(header, this.key);
    if (await server.commit(commit)) await this.enter(epoch);
  }

  private standing(): Standing {
    const { room, seat, log } = this.parts;
    return { room, seat, key: this.key, last: this.last, admitted: this.admitted, chainAt: (seq) => log.chainAt(seq) };
  }

  private isIn(roster: readonly Member[]): boolean {
    return roster.some(({ seat, pk }) => seat === this.parts.seat && same(pk, this.key.pk));
  }

  private knows({ seat, pk }: Member): boolean {
    const then = this.last && memberOf(this.last.header, seat);
    const yes = this.admitted.get(seat);
    return [then?.pk, yes].some((known) => known !== undefined && same(known, pk));
  }
}

function sameRoster(a: readonly Member[], b: readonly Member[]): boolean {
  return a.length === b.length && a.every((one, i) => {
    const other = b[i];
    return other?.seat === one.seat && same(other.pk, one.pk);
  });
}
