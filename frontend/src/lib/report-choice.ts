import type { Proven } from "./keys/evidence";
import type { Remembered } from "./memory";

/** How many of the last messages a report shows at first. */
export const FIRST_SHOWN = 20;

/** A row of the preview, in the order of the talk. `gapBefore`: who reads the report sees that something is missing here. */
export interface Row {
  readonly message: Remembered;
  readonly goesAlong: boolean;
  readonly gapBefore: boolean;
}

/** Which messages go along with a report. At first the last 20, both sides, whatever can be proven. */
export class ReportChoice {
  private from: number;
  private readonly chosen: Set<number>;

  constructor(private readonly messages: readonly Remembered[]) {
    this.from = Math.max(0, messages.length - FIRST_SHOWN);
    this.chosen = new Set(this.provable());
  }

  /** Whether earlier ones could be shown. */
  get hasEarlier(): boolean {
    return this.from > 0;
  }

  get isEmpty(): boolean {
    return this.provable().length === 0;
  }

  get count(): number {
    return this.chosen.size;
  }

  /** Shows the earlier ones too; none of them goes along before it is chosen. */
  showEarlier(): void {
    this.from = 0;
  }

  set(seq: number, goesAlong: boolean): void {
    if (goesAlong && this.provable().includes(seq)) this.chosen.add(seq);
    else this.chosen.delete(seq);
  }

  all(): void {
    for (const seq of this.provable()) this.chosen.add(seq);
  }

  none(): void {
    this.chosen.clear();
  }

  rows(): Row[] {
    let last: number | null = null;
    return this.shown().map((message) => {
      const goesAlong = this.chosen.has(message.seq);
      const gapBefore = goesAlong && last !== null && message.seq > last + 1;
      if (goesAlong) last = message.seq;
      return { message, goesAlong, gapBefore };
    });
  }

  /** Exactly what would be sent. */
  proven(): Proven[] {
    return this.shown().flatMap(({ seq, proven }) => (proven && this.chosen.has(seq) ? [proven] : []));
  }

  private shown(): readonly Remembered[] {
    return this.messages.slice(this.from);
  }

  private provable(): number[] {
    return this.shown().flatMap(({ seq, proven }) => (proven ? [seq] : []));
  }
}
