import { jsonOf, post } from "../lib/server";

const REPORT_MS = 10_000;

/**
 * `<wl-held data-url="…">` while the place of an appointment is held: tells the server that this page is here,
 * and goes on by itself as soon as the other one is.
 */
class WlHeld extends HTMLElement {
  private timer: number | undefined;

  connectedCallback(): void {
    void this.report();
  }

  disconnectedCallback(): void {
    window.clearTimeout(this.timer);
  }

  private async report(): Promise<void> {
    try {
      const answer = await jsonOf(await post(this.dataset.url ?? ""));
      if (typeof answer?.url === "string" && answer.url) {
        location.assign(answer.url);
        return;
      }
    } catch {
      // No line just now: it asks again.
    }
    if (this.isConnected) this.timer = window.setTimeout(() => void this.report(), REPORT_MS);
  }
}

customElements.define("wl-held", WlHeld);
