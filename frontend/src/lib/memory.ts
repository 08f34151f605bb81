import type { Opened } from "./envelope";
import type { MsgFrame } from "./frames";
import type { Proven } from "./keys/evidence";

/** As many as one report carries at most. */
const KEPT = 50;

/** A message as a report may show it. `proven` is null where it could not be verified: then it can't go along. */
export interface Remembered {
  readonly seq: number;
  readonly seat: number;
  readonly ms: number;
  /** The verified words; null for a note between pages, and for what could not be verified. */
  readonly text: string | null;
  readonly proven: Proven | null;
}

/** The newest messages of a talk with all that proves them, in this page's memory alone. */
export class Memory {
  private newest: Remembered[] = [];

  /** `text`: the verified words, null when there are none for people to read. */
  add(frame: MsgFrame, opened: Opened | null, text: string | null): void {
    const { seq, seat, ms, epoch, cid, kid, c, tag } = frame;
    const proven = opened && { item: { seq, seat, epoch, cid, ms, kid, c, tag }, opening: { p: opened.p, kf: opened.kf } };
    this.newest = [...this.newest, { seq, seat, ms, text, proven }].slice(-KEPT);
  }

  get messages(): readonly Remembered[] {
    return this.newest;
  }

  clear(): void {
    this.newest = [];
  }
}
