import type { Bytes } from "../base64url";
import { same } from "../envelope";
import { lp } from "../lp";
import { hkdf, hkdfAesKey, integerIn, random, sha256, unlp } from "./bytes";
import { openFrom, publicKeyOf, sealTo } from "./hpke";
import type { SeatKey } from "./seat-key";

/** A seat of the room as an epoch names it. */
export interface Member {
  readonly seat: number;
  readonly role: string;
  readonly pk: Bytes;
}

/** What an epoch fixes. `previous` is H(e−1), empty for the first; `x` the log chain at `upTo`. */
export interface Header {
  readonly room: number;
  readonly epoch: number;
  readonly committer: number;
  readonly previous: Bytes;
  readonly upTo: number;
  readonly x: Bytes;
  readonly roster: readonly Member[];
}

/** An epoch on its way to the server: `sealed` by seat, in the order of the roster. */
export interface Commit {
  readonly header: Bytes;
  readonly sealed: readonly Bytes[];
  readonly confirm: Bytes;
}

/** The same as it comes from the server; `mine` is what is said to be sealed to us, null for nothing. */
export interface Received {
  readonly header: Bytes;
  readonly mine: Bytes | null;
  readonly confirm: Bytes;
}

/** What a seat knows before an epoch: null where it has come just now, or lost its state. */
export interface Standing {
  readonly room: number;
  readonly seat: number;
  readonly key: SeatKey;
  readonly last: Epoch | null;
  /** Public keys that were admitted by a yes of both, by seat. */
  readonly admitted: ReadonlyMap<number, Bytes>;
  /** X at a number of our own log; null where ours does not reach. */
  readonly chainAt: (upTo: number) => Bytes | null;
}

export type Refusal =
  | "malformed"
  | "other_room"
  | "not_next"
  | "other_history"
  | "other_log"
  | "stranger_commits"
  | "stranger_seated"
  | "not_me"
  | "not_two"
  | "does_not_open"
  | "not_confirmed";

/** The page says why an epoch was not taken; nothing is sent or shown under it. */
export class EpochRefused extends Error {
  constructor(readonly why: Refusal) {
    super(why);
  }
}

/** Roles of somebody whom both asked to join: a third seat, never one of the pair. */
const THIRD_ROLES: readonly string[] = ["second_listener", "interpreter"];
/** Whom a talk is between: somebody who seeks support, or a volunteer afterwards, and who listens. */
const PAIRS: readonly string[] = ["seeker volunteer", "listener volunteer"];
const SEATS_AT_MOST = 3;

const LABEL = "warmline/1 epoch";
const CONFIRM = "warmline/1 confirm";

/** One epoch as a member holds it: who is in it, and the keys that come from its secret. */
export class Epoch {
  private readonly keys = new Map<number, Promise<CryptoKey>>();

  private constructor(
    readonly header: Header,
    readonly h: Bytes,
    private readonly secret: Bytes,
  ) {}

  get number(): number {
    return this.header.epoch;
  }

  /** A fresh secret sealed to everybody in the roster, ourselves too. */
  static async commit(header: Header, key: SeatKey, secret: Bytes = random(32)): Promise<{ epoch: Epoch; commit: Commit }> {
    const written = writeHeader(header);
    const h = await sha256(written);
    const sealed = await Promise.all(
      header.roster.map(async ({ pk }) => sealTo(await publicKeyOf(pk), key, h, secret)),
    );
    return { epoch: new Epoch(header, h, secret), commit: { header: written, sealed, confirm: await confirmation(secret, h) } };
  }

  /** Takes what the server passed on, or says what is wrong with it (:class:`EpochRefused`). */
  static async accept({ header: written, mine, confirm }: Received, standing: Standing): Promise<Epoch> {
    const header = readHeader(written);
    check(header, standing);
    const h = await sha256(written);
    const secret = await opened(header, h, mine, standing);
    if (!same(await confirmation(secret, h), confirm)) throw new EpochRefused("not_confirmed");
    return new Epoch(header, h, secret);
  }

  /** The key of a seat's messages. */
  messageKey(seat: number): Promise<CryptoKey> {
    const known = this.keys.get(seat) ?? hkdfAesKey(this.secret, this.h, lp("warmline/1 msg", seat));
    this.keys.set(seat, known);
    return known;
  }

  /** HKDF of the secret under this epoch's H. */
  derived(info: Bytes, length: number): Promise<Bytes> {
    return hkdf(this.secret, this.h, info, length);
  }
}

/** lp(label, room, e, committer's seat, H(e−1) or "", log number, X there, then per seat: seat, role, pk). */
export function writeHeader(header: Header): Bytes {
  const { room, epoch, committer, previous, upTo, x, roster } = header;
  const seats = roster.flatMap(({ seat, role, pk }) => [seat, role, pk]);
  return lp(LABEL, room, epoch, committer, previous, upTo, x, ...seats);
}

/** The one header that these bytes are. Throws :class:`EpochRefused` for anything else. */
export function readHeader(written: Bytes): Header {
  try {
    const [label, room, epoch, committer, previous, upTo, x, ...seats] = unlp(written);
    const header: Header = {
      room: integerIn(room),
      epoch: integerIn(epoch),
      committer: integerIn(committer),
      previous: hashOrNothing(previous),
      upTo: integerIn(upTo),
      x: hashOrNothing(x),
      roster: rosterIn(seats),
    };
    if (!label || !same(writeHeader(header), written)) throw new RangeError("not written our way");
    return header;
  } catch (error) {
    if (error instanceof RangeError || error instanceof TypeError) throw new EpochRefused("malformed");
    throw error;
  }
}

function rosterIn(items: readonly Bytes[]): Member[] {
  if (items.length === 0 || items.length % 3) throw new RangeError("three items a seat");
  const roster: Member[] = [];
  for (let i = 0; i < items.length; i += 3) {
    const [seat, role, pk] = items.slice(i, i + 3);
    if (!role || pk?.length !== 65) throw new RangeError("not a seat");
    roster.push({ seat: integerIn(seat), role: new TextDecoder("utf-8", { fatal: true }).decode(role), pk });
  }
  const ascending = roster.every(({ seat }, i) => i === 0 || seat > (roster[i - 1]?.seat ?? 0));
  if (!ascending) throw new RangeError("not in order");
  return roster;
}

function hashOrNothing(item: Bytes | undefined): Bytes {
  if (!item || (item.length !== 0 && item.length !== 32)) throw new RangeError("not a hash");
  return item;
}

function check(header: Header, standing: Standing): void {
  const refuse = (why: Refusal): never => { throw new EpochRefused(why); };
  const { last } = standing;
  if (header.room !== standing.room) refuse("other_room");
  if (header.epoch < 1 || (header.epoch === 1) !== (header.previous.length === 0)) refuse("malformed");
  if (last && header.epoch !== last.number + 1) refuse("not_next");
  if (last && !same(last.h, header.previous)) refuse("other_history");
  const x = standing.chainAt(header.upTo);
  if (x && !same(x, header.x)) refuse("other_log");
  if (header.epoch === 1 && header.roster.length !== 2) refuse("not_two");
  const own = memberOf(header, standing.seat);
  if (!own || !same(own.pk, standing.key.pk)) refuse("not_me");
  checkCommitter(header, last, refuse);
  if (last) checkSeats(header, last, standing, refuse);
  else if (!isPossible(header.roster)) refuse("stranger_seated");
}

function checkCommitter(header: Header, last: Epoch | null, refuse: (why: Refusal) => never): void {
  const now = memberOf(header, header.committer);
  const then = last ? memberOf(last.header, header.committer) : now;
  if (!now || !then || !same(now.pk, then.pk)) refuse("stranger_commits");
}

function checkSeats(header: Header, last: Epoch, standing: Standing, refuse: (why: Refusal) => never): void {
  for (const { seat, role, pk } of header.roster) {
    const then = memberOf(last.header, seat);
    if (then?.role === role && same(then.pk, pk)) continue;
    const yes = standing.admitted.get(seat);
    if (!yes || !same(yes, pk)) refuse("stranger_seated");
  }
}

/** Whether a talk can have these seats at all: all that who has just come can tell. */
function isPossible(roster: readonly Member[]): boolean {
  const pair = roster.filter((member) => !isThird(member)).map(({ role }) => role);
  return roster.length <= SEATS_AT_MOST && PAIRS.includes(pair.sort().join(" "));
}

export function isThird({ role }: Pick<Member, "role">): boolean {
  return THIRD_ROLES.includes(role);
}

export function memberOf(header: Pick<Header, "roster">, seat: number): Member | undefined {
  return header.roster.find((member) => member.seat === seat);
}

async function opened(header: Header, h: Bytes, mine: Bytes | null, standing: Standing): Promise<Bytes> {
  const committer = memberOf(header, header.committer);
  if (!mine || !committer) throw new EpochRefused("does_not_open");
  try {
    const secret = await openFrom(await publicKeyOf(committer.pk), standing.key, h, mine);
    if (secret.length === 32) return secret;
  } catch {
    // Whatever the reason: it was not sealed to us by who says so.
  }
  throw new EpochRefused("does_not_open");
}

function confirmation(secret: Bytes, h: Bytes): Promise<Bytes> {
  return hkdf(secret, h, lp(CONFIRM));
}
