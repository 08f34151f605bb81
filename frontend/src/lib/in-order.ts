/** Runs asynchronous steps one after the other, in the order they came. */
export class InOrder {
  private last: Promise<void> = Promise.resolve();

  constructor(private readonly failed: (reason: unknown) => void) {}

  run(step: () => Promise<void>): void {
    this.last = this.last.then(step).catch(this.failed);
  }
}
