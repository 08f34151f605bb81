const NEEDED = 3;
const WITHIN_MS = 5_000;

/**
 * Counts presses of Shift alone: three within 5 s mean "exit". Shift held for a capital letter, or any other
 * key or click between them, starts the count again.
 */
export class ShiftPresses {
  private times: number[] = [];
  private alone = false;

  down(key: string, repeat: boolean): void {
    if (key !== "Shift") this.reset();
    else if (!repeat) this.alone = true;
  }

  /** Returns true when this was the third. */
  up(key: string, nowMs: number): boolean {
    if (key !== "Shift" || !this.alone) return false;
    this.alone = false;
    this.times = [...this.times.filter((ms) => nowMs - ms < WITHIN_MS), nowMs];
    return this.times.length >= NEEDED;
  }

  reset(): void {
    this.alone = false;
    this.times = [];
  }

  count(nowMs: number): number {
    return this.times.filter((ms) => nowMs - ms < WITHIN_MS).length;
  }
}
