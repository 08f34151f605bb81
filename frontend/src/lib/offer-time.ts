const STEP_MS = 5_000;

/** How long an offer still stands, in steps of 5 s. Instants in ms; the server's clock counts, not the page's. */
export class OfferTime {
  private readonly endsMs: number;

  constructor(expiresMs: number, serverNowMs: number, pageNowMs: number) {
    this.endsMs = pageNowMs + (expiresMs - serverNowMs);
  }

  /** 30, 25, … 5, and 0 when it is over. */
  secondsShown(nowMs: number): number {
    return (Math.max(0, Math.ceil((this.endsMs - nowMs) / STEP_MS)) * STEP_MS) / 1000;
  }

  isOver(nowMs: number): boolean {
    return nowMs >= this.endsMs;
  }
}
