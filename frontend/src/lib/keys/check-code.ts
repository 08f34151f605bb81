import { decode, encode, type Bytes } from "../base64url";
import { lp } from "../lp";
import { random, sha256 } from "./bytes";
import type { Epoch } from "./epoch";

/**
 * The 64 pictures of Matrix's short authentication strings, in its order (Matrix specification, client-server API,
 * "SAS method: emoji", data-definitions/sas-emoji.json). Their words are the page's: `code_0` … `code_63`.
 */
export const PICTURES: readonly string[] = `
  🐶 🐱 🦁 🐎 🦄 🐷 🐘 🐰 🐼 🐓 🐧 🐢 🐟 🐙 🦋 🌷
  🌳 🌵 🍄 🌏 🌙 ☁️ 🔥 🍌 🍎 🍓 🌽 🍕 🎂 ❤️ 😀 🤖
  🎩 👓 🔧 🎅 👍 ☂️ ⌛ ⏰ 🎁 💡 📕 ✏️ 📎 ✂️ 🔒 🔑
  🔨 ☎️ 🏁 🚂 🚲 ✈️ 🚀 🏆 ⚽ 🎸 🎺 🔔 ⚓ 🎧 📁 📌
`.trim().split(/\s+/);

/** A message of kind `check1` or `check2`, as the log has it. */
export interface Heard {
  readonly seq: number;
  readonly seat: number;
  readonly epoch: number;
  readonly kind: string;
  readonly text: string;
}

/** What to show: `waits` names the seats that have not said their part yet. */
export type CheckState =
  | { readonly is: "none" }
  | { readonly is: "waits"; readonly seats: readonly number[] }
  | { readonly is: "broken" }
  | { readonly is: "code"; readonly numbers: readonly number[] };

type Say = (kind: "check1" | "check2", text: string) => void;

const ID_BYTES = 8;
const N_BYTES = 32;
const PICTURES_SHOWN = 7;
/** Nobody makes a page answer for ever. */
const ANSWERS_AT_MOST = 40;

/** One making of a code; everybody in the epoch takes part. */
class Round {
  readonly commitments = new Map<number, string>();
  readonly drawn = new Map<number, Bytes>();
  numbers: readonly number[] | null = null;
  broken = false;
  revealed = false;

  constructor(
    readonly id: string,
    readonly epoch: number,
    readonly since: number,
  ) {}
}

/** What this page drew for a round, and the commitment to it. */
interface Own {
  readonly n: Bytes;
  readonly commitment: string;
}

/**
 * Makes a code that two people can compare by voice or sign: equal on all pages if nobody sits between them.
 *
 * Each seat first commits to 32 random bytes (`check1`), and shows them (`check2`) once everybody has: so nobody can
 * choose theirs to make two codes alike. The messages are in the log, in one order for all.
 *
 * Every seat's message key comes from the epoch's secret, so a middleman who shares that secret can write as our seat
 * too. So a round counts only on the page that drew for it, and only with exactly what it drew: a reload knows no
 * draws of the page before, and its rounds do not count.
 */
export class CheckCode {
  private readonly rounds = new Map<string, Round>();
  /** By epoch and round. */
  private readonly begun = new Map<string, Own>();
  private answers = 0;

  constructor(
    private readonly seat: number,
    private readonly say: Say,
  ) {}

  /** Its person asks for a code. */
  async begin(epoch: Epoch): Promise<void> {
    await this.commit(encode(random(ID_BYTES)), epoch);
  }

  /** Takes a part that somebody said, ourselves too; in the order of the log. */
  async hear(heard: Heard, epoch: Epoch | undefined): Promise<void> {
    const [id = "", value = "", ...more] = heard.text.split(".");
    if (!epoch || !id || !value || more.length) return;
    const name = nameOf(heard.epoch, id);
    const round = this.rounds.get(name) ?? new Round(id, heard.epoch, heard.seq);
    this.rounds.set(name, round);
    if (heard.seat === this.seat && !this.isOurs(heard, name, value)) round.broken = true;
    else if (heard.kind === "check1") hearCommitment(round, heard.seat, value);
    else await hearDraw(round, heard.seat, value, epoch);
  }

  /** Says our part where it is due. Only once the whole log is here: an earlier page may have said it. */
  async tend(epoch: Epoch): Promise<void> {
    for (const [name, round] of this.rounds) {
      if (round.epoch !== epoch.number || round.broken) continue;
      const own = this.begun.get(name);
      if (!own) await this.answer(round, epoch);
      else if (!round.revealed && isCommitted(round, epoch)) {
        round.revealed = true;
        this.say("check2", `${round.id}.${encode(own.n)}`);
      }
    }
  }

  /** The newest code of this epoch, or what it waits for. Newest by the log, so alike on all pages. */
  state(epoch: Epoch | null): CheckState {
    const rounds = [...this.rounds.values()].filter((round) => round.epoch === epoch?.number);
    const newest = rounds.reduce<Round | null>((last, one) => (last && last.since > one.since ? last : one), null);
    if (!epoch || !newest) return { is: "none" };
    if (newest.broken) return { is: "broken" };
    if (newest.numbers) return { is: "code", numbers: newest.numbers };
    return { is: "waits", seats: seatsOf(epoch).filter((seat) => !newest.drawn.has(seat)) };
  }

  private async answer(round: Round, epoch: Epoch): Promise<void> {
    if (this.answers >= ANSWERS_AT_MOST) return;
    this.answers += 1;
    await this.commit(round.id, epoch);
  }

  private async commit(id: string, epoch: Epoch): Promise<void> {
    const n = random(N_BYTES);
    const commitment = encode(await commitmentTo(n, this.seat, epoch));
    this.begun.set(nameOf(epoch.number, id), { n, commitment });
    this.say("check1", `${id}.${commitment}`);
  }

  /** Whether this page said it. */
  private isOurs({ kind }: Heard, name: string, value: string): boolean {
    const own = this.begun.get(name);
    return own !== undefined && value === (kind === "check1" ? own.commitment : encode(own.n));
  }
}

/** SHA-256(lp(H, seat, n)). */
export async function commitmentTo(n: Bytes, seat: number, epoch: Pick<Epoch, "h">): Promise<Bytes> {
  return sha256(lp(epoch.h, seat, n));
}

/** 42 bits of HKDF(E, salt H, lp("warmline/1 code", all n by seat)), as 7 numbers below 64. */
export async function codeOf(drawn: readonly Bytes[], epoch: Pick<Epoch, "derived">): Promise<number[]> {
  const bytes = await epoch.derived(lp("warmline/1 code", ...drawn), 6);
  const bits = bytes.reduce((sum, byte) => sum * 256n + BigInt(byte), 0n);
  return Array.from({ length: PICTURES_SHOWN }, (_, at) => Number((bits >> BigInt(42 - 6 * at)) & 63n));
}

function nameOf(epoch: number, id: string): string {
  return `${String(epoch)}.${id}`;
}

function hearCommitment(round: Round, seat: number, value: string): void {
  const known = round.commitments.get(seat);
  if (known !== undefined && known !== value) round.broken = true;
  else round.commitments.set(seat, value);
}

/** A draw counts after every commitment, and only if it is what was committed to. */
async function hearDraw(round: Round, seat: number, value: string, epoch: Epoch): Promise<void> {
  const n = drawIn(value);
  const due = n && encode(await commitmentTo(n, seat, epoch));
  if (!n || !isCommitted(round, epoch) || round.commitments.get(seat) !== due) {
    round.broken = true;
    return;
  }
  round.drawn.set(seat, n);
  const drawn = seatsOf(epoch).map((one) => round.drawn.get(one));
  if (drawn.every((one) => one !== undefined)) round.numbers = await codeOf(drawn, epoch);
}

function drawIn(value: string): Bytes | null {
  try {
    const n = decode(value);
    return n.length === N_BYTES ? n : null;
  } catch {
    return null;
  }
}

function isCommitted(round: Round, epoch: Epoch): boolean {
  return seatsOf(epoch).every((seat) => round.commitments.has(seat));
}

function seatsOf({ header }: Epoch): number[] {
  return header.roster.map(({ seat }) => seat);
}
