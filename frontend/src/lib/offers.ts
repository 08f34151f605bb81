import { OfferTime } from "./offer-time";

/** An offer as the page's part names it. */
export interface ShownOffer {
  readonly id: string;
  readonly expiresMs: number;
  readonly serverNowMs: number;
}

/** What happened to the offer on the page. */
export type OfferNews = "came" | "over" | "withdrawn" | null;

/** Which offer is on the page, and what became of it. */
export class Offers {
  private id: string | null = null;
  private time: OfferTime | null = null;
  private answered = false;

  get current(): string | null {
    return this.id;
  }

  /** Takes what the server shows now (null: nothing). */
  take(shown: ShownOffer | null, nowMs: number): OfferNews {
    if (shown !== null && shown.id === this.id) return null;
    const gone = this.id !== null && !this.answered;
    const wasOver = this.time?.isOver(nowMs) ?? false;
    this.id = shown?.id ?? null;
    this.time = shown ? new OfferTime(shown.expiresMs, shown.serverNowMs, nowMs) : null;
    this.answered = false;
    if (shown) return "came";
    if (!gone) return null;
    return wasOver ? "over" : "withdrawn";
  }

  /** The volunteer has answered it: nothing needs to be said when it goes. */
  answer(): void {
    this.answered = true;
  }

  secondsShown(nowMs: number): number {
    return this.time?.secondsShown(nowMs) ?? 0;
  }

  isOver(nowMs: number): boolean {
    return this.time?.isOver(nowMs) ?? false;
  }
}
