import type { LineState } from "./line";

/** A line cut for less than this is not worth a word. */
const GRACE_MS = 2_000;
/** After this a message that waits for the line is called "not sent". */
const LONG_MS = 20_000;
const AGAIN_SHOWN_MS = 6_000;

/** What the page says about its own line. */
export type LineWord = "connecting" | "connected_again" | "line_cut" | "elsewhere" | null;

/** How our own line is, in words and with patience for short cuts. */
export class OwnLine {
  private state: LineState = "connecting";
  private sinceMs: number;
  private wasNoticed = false;

  constructor(nowMs: number) {
    this.sinceMs = nowMs;
  }

  enter(state: LineState, nowMs: number): void {
    const waits = state === "connecting" || state === "cut";
    const waited = this.state === "connecting" || this.state === "cut";
    this.wasNoticed = state === "open" && this.state === "cut" && nowMs - this.sinceMs >= GRACE_MS;
    if (!(waits && waited)) this.sinceMs = nowMs;
    this.state = state;
  }

  word(nowMs: number): LineWord {
    const forMs = nowMs - this.sinceMs;
    if (this.state === "elsewhere") return "elsewhere";
    if (this.state === "open") return this.wasNoticed && forMs < AGAIN_SHOWN_MS ? "connected_again" : null;
    if (this.state === "ended" || forMs < GRACE_MS) return null;
    return this.state === "cut" ? "line_cut" : "connecting";
  }

  /** Cut for so long that what waits counts as not sent, though it still will be. */
  isLongGone(nowMs: number): boolean {
    return this.state === "elsewhere" || (this.state !== "open" && nowMs - this.sinceMs >= LONG_MS);
  }
}
