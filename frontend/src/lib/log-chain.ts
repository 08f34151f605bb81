import { decode, encode, type Bytes } from "./base64url";
import { lp } from "./lp";

/** What the chain takes of a message; `cid` and `c` base64url. */
export interface Link {
  readonly seq: number;
  readonly seat: number;
  readonly epoch: number;
  readonly cid: string;
  readonly c: string;
}

/**
 * The log chain of a room: X(0) = SHA-256(lp("warmline/1 log", room)),
 * X(i) = SHA-256(lp(X(i−1), i, seat, epoch, cid, c)). Each message names the newest number its sender had
 * seen and the first 16 bytes of X there, so that both sides notice when they were not shown the same.
 */
export class LogChain {
  private constructor(private readonly heads: Bytes[]) {}

  static async start(room: number): Promise<LogChain> {
    return new LogChain([await sha256(lp("warmline/1 log", room))]);
  }

  /** The same room's chain with nothing in it. */
  fresh(): LogChain {
    return new LogChain(this.heads.slice(0, 1));
  }

  /** The newest number in it. */
  get length(): number {
    return this.heads.length - 1;
  }

  /** Adds the next message; throws when it is not the next. */
  async add(link: Link): Promise<void> {
    if (link.seq !== this.length + 1) throw new RangeError("not the next message");
    this.heads.push(
      await sha256(lp(this.headAt(this.length), link.seq, link.seat, link.epoch, decode(link.cid), decode(link.c))),
    );
  }

  /** X(seq), 32 bytes. */
  headAt(seq: number): Bytes {
    const head = this.heads[seq];
    if (!head) throw new RangeError("not in the log");
    return head;
  }

  /** The `h` of a message whose sender has seen everything up to `seq`. */
  markAt(seq: number): string {
    return encode(this.headAt(seq).slice(0, 16));
  }

  /** Whether somebody who says "I have seen up to `seq`, and it was `mark`" saw what is here. */
  agrees(seq: number, mark: string): boolean {
    return seq >= 0 && seq <= this.length && this.markAt(seq) === mark;
  }
}

async function sha256(data: Bytes): Promise<Bytes> {
  return new Uint8Array(await crypto.subtle.digest("SHA-256", data));
}
