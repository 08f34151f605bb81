import type { Bytes } from "./base64url";
import { newCid, openWhole, seal, type Kind, type Letter, type NoteKind, type Sealed } from "./envelope";
import type { MsgFrame, NakCode, OutgoingFrame, RoomFrame } from "./frames";
import { LogChain } from "./log-chain";
import { Memory, type Remembered } from "./memory";

/** A message of the log. `text` is null when it could not be verified: then nothing of it may be shown. */
export interface Said {
  readonly seq: number;
  readonly seat: number;
  readonly own: boolean;
  readonly cid: string;
  readonly ms: number;
  readonly text: string | null;
  /** From an epoch that this page's key was never let into: before it came, or before an older key was lost. */
  readonly closed: boolean;
  readonly kind: Kind;
}

/** What a page said to the others' pages; in the log like a message, and shown to nobody. */
export interface Note {
  readonly seq: number;
  readonly seat: number;
  readonly epoch: number;
  readonly kind: NoteKind;
  readonly text: string;
}

/** What follows once a goodbye is stored: the talk ends, or the volunteer had to stop. */
export type Then = "end" | "need_to_stop";

/** A message of ours that is not in the log yet. */
export interface Unsent {
  readonly cid: string;
  readonly text: string;
  readonly writtenMs: number;
  /** Left out for plain words. */
  readonly kind?: Kind | NoteKind;
  readonly then?: Then;
  state: "waiting" | "sending" | "sent" | "refused";
  code?: NakCode;
  /** Sealed in this epoch; sealed again in a newer one, under the same cid. */
  sealed?: Sealed;
  epoch?: number;
  n?: number;
  sentMs?: number;
  notBeforeMs?: number;
  attempts: number;
}

/** What a reload must not lose. */
export type Kept = Pick<Unsent, "cid" | "text" | "writtenMs" | "kind" | "then" | "sealed" | "epoch" | "n">;

/** Which room, and which seat in it is ours. `partners`: whose coming and going is told; left out: everybody's. */
export interface OwnSeat {
  readonly room: number;
  readonly seat: number;
  readonly partners?: readonly number[];
}

/** The keys a conversation writes and reads with. */
export interface MessageKeys {
  /** The epoch to write in; null while there is none, or while words have to wait. */
  readonly current: { readonly number: number } | null;
  /** The epoch for notes, which do not wait; left out: as for words. */
  readonly holding?: { readonly number: number } | null;
  /** Null for an epoch we were never let into, undefined for one that is still to come. */
  messageKey(epoch: number, seat: number): Promise<CryptoKey | null | undefined>;
  /**
   * Which key of a seat wrote in an epoch; null for an epoch we were never let into. Running numbers are a
   * key's own: who lost its key begins anew.
   */
  writerOf(epoch: number, seat: number): string | null;
}

export type Partner = "coming" | "here" | "away";
export type Ending = "closed" | "time" | null;

/** How long a line may be gone before the page says so: a reload takes less. */
const GRACE_MS = 3_000;
const NO_ANSWER_MS = 15_000;
const RETRY_MS = 2_500;
const ATTEMPTS = 4;
const TYPING_MS = 60_000;
const SYNCS_IN_VAIN = 3;

/**
 * One seat's view of a conversation, without a screen: the log as the gateway numbered it, what is still
 * to be sent, and how the other side is. It says which frames to send (`due`) and never sends itself.
 *
 * One message is in flight at a time, so that order is kept when one of them has to wait. A message keeps
 * its cid until the log has it, so that sending it again can never store it twice.
 */
export class Conversation {
  readonly said: Said[] = [];
  readonly unsent: Unsent[] = [];
  over: Ending = null;
  /** A goodbye of ours is stored, and this is to follow. */
  then: Then | null = null;
  /** Something in the log does not fit together: messages were lost or changed on the way. */
  doubtful = false;
  /** Everything stored so far is here. */
  synced = false;
  /** There is an epoch that we have no keys of yet: ask for them, then say `keysCame`. */
  needsKeys = false;

  private chain: LogChain;
  private syncAsked = false;
  private online = false;
  private syncsInVain = 0;
  private lastOwnN = 0;
  private readonly numbersOf = new Map<string | null, Set<number>>();
  private readonly cids = new Set<string>();
  private readonly memory = new Memory();
  private partnerSeen = false;
  private partnerHere = false;
  private partnerGoneMs = 0;
  private readonly typing = new Map<number, number>();

  private constructor(
    readonly place: OwnSeat,
    private readonly keys: MessageKeys,
    private readonly emptyChain: LogChain,
    private readonly onNote: (note: Note) => void | Promise<void>,
  ) {
    this.chain = emptyChain;
  }

  /** `onNote` hears every note in the order of the log, our own too; again after the log was dropped. */
  static async begin(
    place: OwnSeat,
    keys: MessageKeys,
    onNote: (note: Note) => void | Promise<void> = () => undefined,
  ): Promise<Conversation> {
    return new Conversation(place, keys, await LogChain.start(place.room), onNote);
  }

  /** The newest number we have without a gap. */
  get upTo(): number {
    return this.chain.length;
  }

  /** The newest messages as a report could prove them. */
  get remembered(): readonly Remembered[] {
    return this.memory.messages;
  }

  /** Takes over what an earlier page of this tab had not got rid of. */
  restore(kept: readonly Kept[], then: Then | null = null): void {
    this.then ??= then;
    for (const one of kept) {
      this.lastOwnN = Math.max(this.lastOwnN, one.n ?? 0);
      if (!this.unsent.some(({ cid }) => cid === one.cid)) this.unsent.push({ ...one, state: "waiting", attempts: 0 });
    }
  }

  kept(): Kept[] {
    return this.unsent
      .filter(({ state, kind }) => state !== "sent" && kind !== "check1" && kind !== "check2")
      .map(({ cid, text, writtenMs, kind, then, sealed, epoch, n }) => ({
        cid,
        text,
        writtenMs,
        ...(kind && { kind }),
        ...(then && { then }),
        ...(sealed && epoch !== undefined && { sealed, epoch }),
        ...(n !== undefined && { n }),
      }));
  }

  /** Puts a message in line to be sent; a goodbye says what follows once it is stored. */
  write(text: string, nowMs: number, goodbye?: { readonly then?: Then | undefined }): Unsent {
    const sort = goodbye && { kind: "signoff" as const, ...(goodbye.then && { then: goodbye.then }) };
    const one: Unsent = { cid: newCid(), text, writtenMs: nowMs, ...sort, state: "waiting", attempts: 0 };
    this.unsent.push(one);
    return one;
  }

  /** Puts a note in line; it goes before words that have to wait. */
  note(kind: NoteKind, text: string, nowMs: number): void {
    this.unsent.push({ cid: newCid(), text, writtenMs: nowMs, kind, state: "waiting", attempts: 0 });
  }

  /** What of ours is not in the log yet and is for people. */
  get unsentWords(): Unsent[] {
    return this.unsent.filter(({ kind }) => !isNote(kind));
  }

  /** Tries a refused message again, after everything that waits already. */
  retry(cid: string): void {
    const at = this.unsent.findIndex((one) => one.cid === cid && one.state === "refused");
    const [one] = at < 0 ? [] : this.unsent.splice(at, 1);
    if (!one) return;
    delete one.code;
    delete one.notBeforeMs;
    this.unsent.push(Object.assign(one, { state: "waiting" as const, attempts: 0 }));
  }

  connected(): void {
    this.online = true;
    this.synced = false;
    this.syncAsked = false;
    this.syncsInVain = 0;
  }

  /** The line is cut; what was on its way is sent again later, under the same cid. */
  cut(): void {
    this.online = false;
    this.synced = false;
    for (const one of this.unsent) if (one.state === "sending") one.state = "waiting";
    if (this.over) this.refuseTheRest();
  }

  /** The keys that `needsKeys` asked for are here. */
  keysCame(): void {
    this.needsKeys = false;
    this.askAgain();
  }

  /** X at a number of the log; null where ours does not reach. */
  chainAt(seq: number): Bytes | null {
    return seq >= 0 && seq <= this.upTo ? this.chain.headAt(seq) : null;
  }

  /** The frames to send now. Sealing happens here: a message says what its sender had seen when it left. */
  async due(nowMs: number): Promise<OutgoingFrame[]> {
    if (!this.online) return [];
    if (!this.synced) return this.syncAsked ? [] : [this.sync()];
    this.giveUpWaitingForAnswers(nowMs);
    const next = this.nextToSend();
    if (!next || this.over || this.unsent.some(({ state }) => state === "sending")) return [];
    if (nowMs < (next.notBeforeMs ?? 0)) return [];
    const epoch = this.epochFor(next);
    const sealed = epoch === undefined ? null : await this.sealed(next, epoch);
    if (epoch === undefined || !sealed) return [];
    next.state = "sending";
    next.sentMs = nowMs;
    return [{ t: "send", room: this.place.room, epoch, ...sealed }];
  }

  /** Takes a frame from the gateway. Frames must be taken one after the other. */
  async take(frame: RoomFrame, nowMs: number): Promise<void> {
    switch (frame.t) {
      case "msg":
        await this.takeMessage(frame);
        break;
      case "ack":
        this.takeAck(frame.cid);
        break;
      case "nak":
        this.takeNak(frame.cid, frame.code, nowMs);
        break;
      case "synced":
        this.takeSynced(frame.seq);
        break;
      case "resync":
        this.forgetLog();
        break;
      case "presence":
        this.takePresence(frame.seats, nowMs);
        break;
      case "typing":
        if (frame.seat !== this.place.seat) this.typing.set(frame.seat, nowMs);
        break;
      case "over":
        this.end(frame.why);
        break;
      case "clock": // The talk's time is counted elsewhere.
    }
  }

  end(why: Exclude<Ending, null>): void {
    this.over ??= why;
    this.typing.clear();
    this.refuseTheRest();
  }

  partner(nowMs: number): Partner {
    if (this.partnerHere) return "here";
    if (!this.partnerSeen) return "coming";
    return nowMs - this.partnerGoneMs < GRACE_MS ? "here" : "away";
  }

  partnerTypes(nowMs: number): boolean {
    return this.typingSeats(nowMs).length > 0;
  }

  /** Who writes just now. */
  typingSeats(nowMs: number): number[] {
    return [...this.typing].filter(([, sinceMs]) => nowMs - sinceMs < TYPING_MS).map(([seat]) => seat);
  }

  /** The first that may go: while words have to wait, notes don't, but never twice under an epoch that was refused. */
  private nextToSend(): Unsent | undefined {
    const waiting = this.unsent.filter(({ state }) => state === "waiting");
    if (this.keys.current && !this.needsKeys) return waiting[0];
    return waiting.find((one) => isNote(one.kind) && !(this.needsKeys && one.epoch === this.epochFor(one)));
  }

  private epochFor({ kind }: Unsent): number | undefined {
    const { current, holding } = this.keys;
    return (isNote(kind) && holding !== undefined ? holding : current)?.number;
  }

  private sync(): OutgoingFrame {
    this.syncAsked = true;
    return { t: "sync", room: this.place.room, after: this.upTo };
  }

  private async sealed(one: Unsent, epoch: number): Promise<Sealed | null> {
    const numbered = one.n !== undefined && !this.isUsed(one.n, epoch);
    if (one.sealed && numbered && one.epoch === epoch) return one.sealed;
    const key = await this.keys.messageKey(epoch, this.place.seat);
    if (!key) return null;
    if (!numbered) one.n = this.lastOwnN += 1;
    const letter = { k: one.kind ?? "text", t: one.text, n: one.n ?? 0, seen: this.upTo, h: this.chain.markAt(this.upTo) };
    one.sealed = await seal(letter, { ...this.place, epoch }, one.cid, key);
    one.epoch = epoch;
    return one.sealed;
  }

  private isUsed(ownN: number, epoch: number): boolean {
    return this.numbersOf.get(this.keys.writerOf(epoch, this.place.seat))?.has(ownN) ?? false;
  }

  private giveUpWaitingForAnswers(nowMs: number): void {
    for (const one of this.unsent) {
      if (one.state === "sending" && nowMs - (one.sentMs ?? nowMs) > NO_ANSWER_MS) one.state = "waiting";
    }
  }

  private async takeMessage(frame: MsgFrame): Promise<void> {
    if (frame.seq <= this.upTo) return;
    if (frame.seq > this.upTo + 1) {
      if (this.synced && !this.needsKeys) this.askAgain(); // While syncing, the answer is on its way.
      return;
    }
    const key = await this.keys.messageKey(frame.epoch, frame.seat);
    if (key === undefined) {
      this.needsKeys = true; // What comes after it has to wait as well; all of it is asked for again.
      return;
    }
    const own = frame.seat === this.place.seat;
    const closed = this.keys.writerOf(frame.epoch, frame.seat) === null;
    if (key === null && !closed) { // Whoever stands at the door has no part in the talk: it counts in the chain alone.
      await this.chain.add(frame);
      return;
    }
    const opened = key && (await openWhole(frame, { room: frame.room, epoch: frame.epoch, seat: frame.seat }, key));
    const letter = opened?.letter ?? null;
    if (!this.fits(frame, letter)) this.doubtful = true;
    await this.chain.add(frame);
    this.remember(frame, letter);
    this.memory.add(frame, opened, textOf(letter));
    if (own) this.remove(frame.cid);
    if (letter && isNote(letter.k)) await this.onNote(noteOf(frame, letter.k, letter.t));
    else this.show(frame, letter, closed);
  }

  private show({ seq, seat, cid, ms }: MsgFrame, letter: Letter | null, closed: boolean): void {
    const own = seat === this.place.seat;
    this.said.push({ seq, seat, own, cid, ms, text: textOf(letter), closed, kind: kindOf(letter) });
    if (!own) this.wrote(seat);
  }

  private fits(frame: MsgFrame, letter: Letter | null): boolean {
    if (this.cids.has(frame.cid)) return false;
    if (!letter) return true; // It is shown as "could not be verified" by itself.
    const repeated = this.numbersOf.get(this.keys.writerOf(frame.epoch, frame.seat))?.has(letter.n) ?? false;
    return !repeated && this.chain.agrees(letter.seen, letter.h);
  }

  private remember(frame: MsgFrame, letter: Letter | null): void {
    this.cids.add(frame.cid);
    if (!letter) return;
    const writer = this.keys.writerOf(frame.epoch, frame.seat);
    this.numbersOf.set(writer, (this.numbersOf.get(writer) ?? new Set()).add(letter.n));
    if (frame.seat === this.place.seat) this.lastOwnN = Math.max(this.lastOwnN, letter.n);
  }

  private wrote(seat: number): void {
    this.partnerSeen ||= this.isPartner(seat);
    this.typing.delete(seat);
  }

  private isPartner(seat: number): boolean {
    return this.place.partners?.includes(seat) ?? seat !== this.place.seat;
  }

  private remove(cid: string): void {
    const at = this.unsent.findIndex((one) => one.cid === cid);
    const [one] = at < 0 ? [] : this.unsent.splice(at, 1);
    this.then ??= one?.then ?? null;
  }

  /** Stored. The bubble stays until the log shows the message with its number. */
  private takeAck(cid: string): void {
    const one = this.unsent.find((unsent) => unsent.cid === cid);
    if (!one) return;
    one.state = "sent";
    this.then ??= one.then ?? null;
  }

  private takeNak(cid: string, code: NakCode, nowMs: number): void {
    const one = this.unsent.find((unsent) => unsent.cid === cid);
    if (!one || one.state === "sent") return;
    one.attempts += 1;
    if (code === "stale_epoch" && one.attempts < ATTEMPTS) {
      one.state = "waiting";
      this.needsKeys = true;
    } else if ((code === "too_fast" || code === "not_stored") && one.attempts < ATTEMPTS) {
      one.state = "waiting";
      one.notBeforeMs = nowMs + RETRY_MS * one.attempts;
    } else {
      one.state = "refused";
      one.code = code;
    }
  }

  private takeSynced(newest: number): void {
    if (this.upTo >= newest) {
      this.synced = true;
      this.syncsInVain = 0;
    } else if (this.needsKeys) {
      this.synced = true; // As far as it can be read.
    } else if (++this.syncsInVain < SYNCS_IN_VAIN) {
      this.askAgain();
    } else {
      this.doubtful = true;
      this.synced = true;
    }
  }

  private askAgain(): void {
    this.synced = false;
    this.syncAsked = false;
  }

  private forgetLog(): void {
    this.memory.clear();
    this.chain = this.emptyChain.fresh();
    this.said.length = 0;
    this.cids.clear();
    this.numbersOf.clear();
    this.connected();
  }

  private takePresence(seats: readonly number[], nowMs: number): void {
    const here = seats.some((seat) => this.isPartner(seat));
    if (this.partnerHere && !here) this.partnerGoneMs = nowMs;
    for (const seat of [...this.typing.keys()]) if (!seats.includes(seat)) this.typing.delete(seat);
    this.partnerHere = here;
    this.partnerSeen ||= here;
  }

  private refuseTheRest(): void {
    const code = this.over === "time" ? "time_over" : "closed";
    for (const one of this.unsent) if (one.state === "waiting") Object.assign(one, { state: "refused", code });
  }
}

export function isNote(kind: string | undefined): kind is NoteKind {
  return kind === "admit" || kind === "check1" || kind === "check2";
}

function noteOf({ seq, seat, epoch }: MsgFrame, kind: NoteKind, text: string): Note {
  return { seq, seat, epoch, kind, text };
}

/** Another kind is for a newer page. */
function textOf(letter: Letter | null): string | null {
  return letter?.k === "text" || letter?.k === "signoff" ? letter.t : null;
}

function kindOf(letter: Letter | null): Kind {
  return letter?.k === "signoff" ? "signoff" : "text";
}
