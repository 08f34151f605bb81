/** After so long without a touch or a key the page is covered (threat T6). */
export const COVERED_AFTER_MS = 5 * 60_000;
/** Said at least 20 s before (accessibility, C4). */
export const WARNED_BEFORE_MS = 30_000;

export type IdleState = "awake" | "warned" | "covered";

/**
 * Since when nobody has touched the page. Only `lift` ends a cover: what a sleeping device hears first must
 * not open it by the way. Times are those of the clock on the wall, which goes on while a device sleeps.
 */
export class Idle {
  constructor(private lastMs: number) {}

  touched(nowMs: number): void {
    if (this.state(nowMs) !== "covered") this.lastMs = nowMs;
  }

  lift(nowMs: number): void {
    this.lastMs = nowMs;
  }

  state(nowMs: number): IdleState {
    const idle = nowMs - this.lastMs;
    if (idle >= COVERED_AFTER_MS) return "covered";
    return idle >= COVERED_AFTER_MS - WARNED_BEFORE_MS ? "warned" : "awake";
  }

  /** Until the state changes by itself; null once covered. */
  msToChange(nowMs: number): number | null {
    const state = this.state(nowMs);
    if (state === "covered") return null;
    const at = this.lastMs + COVERED_AFTER_MS - (state === "awake" ? WARNED_BEFORE_MS : 0);
    // A clock that was put back would make it wait for hours.
    return Math.min(at - nowMs, COVERED_AFTER_MS);
  }
}
