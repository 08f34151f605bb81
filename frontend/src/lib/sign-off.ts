import type { Then } from "./conversation";

/** A ready-made goodbye in the field, and what was being written there before. */
export interface Chosen {
  readonly then?: Then | undefined;
  readonly card: boolean;
  readonly handover: boolean;
  readonly before: string;
}

/**
 * What the field holds: words of its person's own, or a goodbye from the tray. A goodbye may be changed as
 * its person likes and stays one until the field is empty, it is put back, or it is sent.
 */
export class SignOff {
  chosen: Chosen | null = null;

  /** Another goodbye in place of one keeps what was written before the first. */
  choose(message: Omit<Chosen, "before">, inField: string): void {
    this.chosen = { ...message, before: this.chosen?.before ?? inField };
  }

  restore(chosen: Chosen | undefined): void {
    this.chosen ??= chosen ?? null;
  }

  writes(text: string): void {
    if (!text.trim()) this.chosen = null;
  }

  /** No goodbye after all: what was being written before it. */
  putBack(): string {
    const before = this.chosen?.before ?? "";
    this.chosen = null;
    return before;
  }

  /** It was sent: what goes with it, once. What was being written before comes back unless the talk ends. */
  send(): Chosen | null {
    const { chosen } = this;
    this.chosen = null;
    return chosen;
  }
}
