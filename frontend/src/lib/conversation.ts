import type { Bytes } from "./base64url";
import { newCid, open, seal, type Kind, type Letter, type Sealed } from "./envelope";
import type { MsgFrame, NakCode, OutgoingFrame, RoomFrame } from "./frames";
import { LogChain } from "./log-chain";

/** A message of the log. `text` is null when it could not be verified: then nothing of it may be shown. */
export interface Said {
  readonly seq: number;
  readonly own: boolean;
  readonly cid: string;
  readonly ms: number;
  readonly text: string | null;
  readonly kind: Kind;
}

/** What follows once a goodbye is stored: the talk ends, or the volunteer had to stop. */
export type Then = "end" | "need_to_stop";

/** A message of ours that is not in the log yet. */
export interface Unsent {
  readonly cid: string;
  readonly text: string;
  readonly writtenMs: number;
  /** Left out for plain words. */
  readonly kind?: Kind;
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

/** Which room, and which seat in it is ours. */
export interface OwnSeat {
  readonly room: number;
  readonly seat: number;
}

/** The keys a conversation writes and reads with. */
export interface MessageKeys {
  /** The epoch to write in; null while there is none. */
  readonly current: { readonly number: number } | null;
  /** Null for an epoch we were never let into, undefined for one that is still to come. */
  messageKey(epoch: number, seat: number): Promise<CryptoKey | null | undefined>;
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
  private readonly numbersOf = new Map<number, Set<number>>();
  private readonly cids = new Set<string>();
  private partnerSeen = false;
  private partnerHere = false;
  private partnerGoneMs = 0;
  private typingMs: number | null = null;

  private constructor(
    readonly place: OwnSeat,
    private readonly keys: MessageKeys,
    private readonly emptyChain: LogChain,
  ) {
    this.chain = emptyChain;
  }

  static async begin({ room, seat }: OwnSeat, keys: MessageKeys): Promise<Conversation> {
    return new Conversation({ room, seat }, keys, await LogChain.start(room));
  }

  /** The newest number we have without a gap. */
  get upTo(): number {
    return this.chain.length;
  }

  /** Takes over what an earlier page of this tab had not got rid of. */
  restore(kept: readonly Kept[], then: Then | null = null): void {
    this.then ??= then;
    for (const one of kept) {
      if (!this.unsent.some(({ cid }) => cid === one.cid)) this.unsent.push({ ...one, state: "waiting", attempts: 0 });
    }
  }

  kept(): Kept[] {
    return this.unsent
      .filter(({ state }) => state !== "sent")
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
    const next = this.unsent.find(({ state }) => state === "waiting");
    if (!next || this.over || this.needsKeys || this.unsent.some(({ state }) => state === "sending")) return [];
    if (nowMs < (next.notBeforeMs ?? 0)) return [];
    const epoch = this.keys.current?.number;
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
        if (frame.seat !== this.place.seat) this.typingMs = nowMs;
        break;
      case "over":
        this.end(frame.why);
        break;
      case "clock": // The talk's time is counted elsewhere.
    }
  }

  end(why: Exclude<Ending, null>): void {
    this.over ??= why;
    this.typingMs = null;
    this.refuseTheRest();
  }

  partner(nowMs: number): Partner {
    if (this.partnerHere) return "here";
    if (!this.partnerSeen) return "coming";
    return nowMs - this.partnerGoneMs < GRACE_MS ? "here" : "away";
  }

  partnerTypes(nowMs: number): boolean {
    return this.typingMs !== null && nowMs - this.typingMs < TYPING_MS;
  }

  private sync(): OutgoingFrame {
    this.syncAsked = true;
    return { t: "sync", room: this.place.room, after: this.upTo };
  }

  private async sealed(one: Unsent, epoch: number): Promise<Sealed | null> {
    const numbered = one.n !== undefined && !this.isUsed(one.n);
    if (one.sealed && numbered && one.epoch === epoch) return one.sealed;
    const key = await this.keys.messageKey(epoch, this.place.seat);
    if (!key) return null;
    if (!numbered) one.n = this.lastOwnN += 1;
    const letter = { k: one.kind ?? "text", t: one.text, n: one.n ?? 0, seen: this.upTo, h: this.chain.markAt(this.upTo) };
    one.sealed = await seal(letter, { ...this.place, epoch }, one.cid, key);
    one.epoch = epoch;
    return one.sealed;
  }

  private isUsed(ownN: number): boolean {
    return this.numbersOf.get(this.place.seat)?.has(ownN) ?? false;
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
    const letter = key && (await open(frame, { room: frame.room, epoch: frame.epoch, seat: frame.seat }, key));
    if (!this.fits(frame, letter)) this.doubtful = true;
    await this.chain.add(frame);
    this.remember(frame, letter);
    this.said.push({ seq: frame.seq, own, cid: frame.cid, ms: frame.ms, text: textOf(letter), kind: kindOf(letter) });
    if (own) this.remove(frame.cid);
    else this.partnerWrote();
  }

  private fits(frame: MsgFrame, letter: Letter | null): boolean {
    if (this.cids.has(frame.cid)) return false;
    if (!letter) return true; // It is shown as "could not be verified" by itself.
    const repeated = this.numbersOf.get(frame.seat)?.has(letter.n) ?? false;
    return !repeated && this.chain.agrees(letter.seen, letter.h);
  }

  private remember(frame: MsgFrame, letter: Letter | null): void {
    this.cids.add(frame.cid);
    if (!letter) return;
    const numbers = this.numbersOf.get(frame.seat) ?? new Set();
    this.numbersOf.set(frame.seat, numbers.add(letter.n));
    if (frame.seat === this.place.seat) this.lastOwnN = Math.max(this.lastOwnN, letter.n);
  }

  private partnerWrote(): void {
    this.partnerSeen = true;
    this.typingMs = null;
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
    this.chain = this.emptyChain.fresh();
    this.said.length = 0;
    this.cids.clear();
    this.numbersOf.clear();
    this.connected();
  }

  private takePresence(seats: readonly number[], nowMs: number): void {
    const here = seats.some((seat) => seat !== this.place.seat);
    if (this.partnerHere && !here) {
      this.partnerGoneMs = nowMs;
      this.typingMs = null;
    }
    this.partnerHere = here;
    this.partnerSeen ||= here;
  }

  private refuseTheRest(): void {
    const code = this.over === "time" ? "time_over" : "closed";
    for (const one of this.unsent) if (one.state === "waiting") Object.assign(one, { state: "refused", code });
  }
}

/** Another kind is for a newer page. */
function textOf(letter: Letter | null): string | null {
  return letter?.k === "text" || letter?.k === "signoff" ? letter.t : null;
}

function kindOf(letter: Letter | null): Kind {
  return letter?.k === "signoff" ? "signoff" : "text";
}
