import type { Line } from "../lib/line";
import { Pulse } from "../lib/pulse";
import { isForSomebodyElse, jsonOf, part, post } from "../lib/server";
import { lineTo } from "../lib/socket";
import { Wakefulness } from "../lib/wakefulness";
import { setText, wordsIn } from "../lib/words";
import { LEAVING } from "../lib/leaving";

const REPORT_SECONDS = 20;
const NEWS_SECONDS = 60;
const BEAT_SECONDS = 5;
const WAKE_UPS = ["matched", "requeued", "ended"];

/**
 * `<wl-waiting data-here-url data-news-url data-ticket-url data-pulse-url>`: keeps the place in the queue,
 * goes on by itself as soon as somebody is there, and renews the words on the page.
 */
class WlWaiting extends HTMLElement {
  private readonly say = wordsIn(this);
  private readonly wakefulness = new Wakefulness();
  private pulse: Pulse | null = null;
  private line: Line | null = null;
  private listening: AbortController | null = null;
  private failures = 0;
  private moving = false;

  connectedCallback(): void {
    const { ticketUrl = "", pulseUrl } = this.dataset;
    this.line = lineTo(ticketUrl, {
      onState: (state) => {
        if (state === "open") void this.report();
      },
      onFrame: (frame) => {
        if (frame.t === "event" && WAKE_UPS.includes(frame.name)) void this.report();
      },
    });
    this.pulse = new Pulse(pulseUrl);
    this.pulse.every(REPORT_SECONDS, () => void this.report());
    this.pulse.every(NEWS_SECONDS, () => void this.refresh());
    this.pulse.every(BEAT_SECONDS, () => this.line?.beat());
    this.listen();
    this.line.start();
    void this.wakefulness.keep(); // A phone that sleeps is not there when somebody comes.
    void this.report();
  }

  disconnectedCallback(): void {
    this.listening?.abort();
    this.pulse?.stop();
    this.line?.stop();
    this.wakefulness.release();
  }

  private listen(): void {
    this.listening = new AbortController();
    const options = { signal: this.listening.signal };
    const again = (): void => {
      this.line?.hurry();
      void this.report();
    };
    window.addEventListener("online", again, options);
    window.addEventListener("pageshow", (event) => { if (event.persisted) location.reload(); }, options);
    document.addEventListener("visibilitychange", () => {
      if (document.hidden) return;
      void this.wakefulness.keep();
      again();
    }, options);
    document.addEventListener(LEAVING, () => { this.disconnectedCallback(); }, options);
  }

  /** Says that the page is still here, and goes where the answer says. */
  private async report(): Promise<void> {
    if (this.moving) return;
    try {
      const response = await post(this.dataset.hereUrl ?? "");
      if (isForSomebodyElse(response)) this.moveTo(location.pathname);
      const answer = response.ok ? await jsonOf(response) : null;
      if (!answer) throw new Error("no answer");
      this.reached(true);
      if (answer.state !== "waiting") this.moveTo(answer.url);
    } catch {
      this.reached(false);
    }
  }

  private reached(yes: boolean): void {
    this.failures = yes ? 0 : this.failures + 1;
    setText(this.querySelector("[data-line]"), this.failures > 1 ? this.say("no_server") : "");
  }

  private moveTo(url: unknown): void {
    if (typeof url !== "string" || !url.startsWith("/") || this.moving) return;
    this.moving = true;
    if (url !== location.pathname) setText(this.querySelector("[data-line]"), this.say("moving_on"));
    location.assign(url);
  }

  private async refresh(): Promise<void> {
    const slot = this.querySelector("[data-news]");
    if (!slot || this.moving) return;
    const news = await part(this.dataset.newsUrl ?? "").catch(() => null);
    if (news && news.textContent.trim() !== slot.textContent.trim()) slot.replaceChildren(news);
  }
}

customElements.define("wl-waiting", WlWaiting);
