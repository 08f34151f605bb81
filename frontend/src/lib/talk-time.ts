import type { ClockFrame } from "./frames";

const MINUTE_MS = 60_000;
const WARNINGS = [10, 5, 1] as const;
export type Warning = (typeof WARNINGS)[number];

/** The time a talk has left, counted on between the gateway's clock frames and only while both are there. */
export class TalkTime {
  private used = 0;
  private granted: number | null = null;
  private running = false;
  private readMs = 0;
  private shown: number | null = null;
  private warned: { readonly minutes: Warning; readonly ms: number } | null = null;

  take(frame: Pick<ClockFrame, "used" | "granted" | "running">, nowMs: number): void {
    this.used = frame.used;
    this.granted = frame.granted;
    this.running = frame.running;
    this.readMs = nowMs;
  }

  /** Whether it is known at all, and whether it runs. */
  get state(): "unknown" | "running" | "still" {
    if (this.granted === null) return "unknown";
    return this.running ? "running" : "still";
  }

  /** Whole minutes left, rounded up: 0 only when the time is over. */
  minutesLeft(nowMs: number): number | null {
    if (this.granted === null) return null;
    const since = this.running ? Math.max(0, nowMs - this.readMs) : 0;
    return Math.max(0, Math.ceil((this.granted - this.used - since) / MINUTE_MS));
  }

  /** The warning to give now: each once as its minute is reached, again if time was added meanwhile. */
  warning(nowMs: number): Warning | null {
    const left = this.minutesLeft(nowMs);
    const before = this.shown;
    this.shown = left;
    if (left === null || before === null) return null;
    const reached = WARNINGS.filter((minutes) => before > minutes && left <= minutes && left > 0).pop() ?? null;
    if (reached !== null) this.warned = { minutes: reached, ms: nowMs };
    return reached;
  }

  /** The warning to keep on the screen: for a minute, or until time was added. */
  warningShown(nowMs: number): Warning | null {
    const { warned } = this;
    const left = this.minutesLeft(nowMs);
    const holds = warned !== null && left !== null && left > 0 && left <= warned.minutes && nowMs - warned.ms < MINUTE_MS;
    return holds ? warned.minutes : null;
  }
}
