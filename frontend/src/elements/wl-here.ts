import { Announcer } from "../lib/announcer";
import { Bell } from "../lib/bell";
import { LEAVING } from "../lib/leaving";
import type { Line, LineState } from "../lib/line";
import { Offers, type OfferNews, type ShownOffer } from "../lib/offers";
import { Pulse } from "../lib/pulse";
import { isForSomebodyElse, jsonOf, part, post, worked } from "../lib/server";
import { lineTo } from "../lib/socket";
import { Wakefulness } from "../lib/wakefulness";
import { setText, wordsIn } from "../lib/words";

const REPORT_SECONDS = 20;
const LOOK_SECONDS = 15;
const BEAT_SECONDS = 5;
const WAKE_UPS = ["offer", "ended", "requeued"];
const VIBRATION_MS = [180, 120, 180];

/**
 * `<wl-here data-ready data-here-url data-offer-url data-calls-url data-ticket-url data-pulse-url>`: the volunteer's page
 * while ready. It stays ready only as long as the page reports; offers arrive by the line, and every 15 s by
 * asking where there is none. Without this element the page still works: answers are plain forms.
 */
class WlHere extends HTMLElement {
  private readonly say = wordsIn(this);
  private readonly bell = new Bell();
  private readonly wakefulness = new Wakefulness();
  private readonly offers = new Offers();
  private readonly pageTitle = document.title;
  private pulse: Pulse | null = null;
  private line: Line | null = null;
  private lineState: LineState = "connecting";
  private listening: AbortController | null = null;
  private ticking: ReturnType<typeof setInterval> | undefined;
  private announcer: Announcer | null = null;
  private failures = 0;
  private talks: number | null = null;
  private leaving = false;

  connectedCallback(): void {
    this.listening = new AbortController();
    this.addEventListener("click", (event) => { this.clicked(event); }, { signal: this.listening.signal });
    this.addEventListener("submit", (event) => { this.answered(event); }, { signal: this.listening.signal });
    this.announcer = new Announcer(this.querySelector("[data-said]"));
    this.showBell();
    if (!this.hasAttribute("data-ready")) return;
    this.stayReady();
    this.listen(this.listening.signal);
    this.offers.take(this.offerOnPage(), Date.now());
    this.ticking = setInterval(() => { this.tick(); }, 1000);
    this.tick();
  }

  disconnectedCallback(): void {
    this.leaving = true;
    this.listening?.abort();
    clearInterval(this.ticking);
    this.pulse?.stop();
    this.line?.stop();
    this.wakefulness.release();
    this.bell.close();
  }

  private stayReady(): void {
    const { ticketUrl = "", pulseUrl } = this.dataset;
    this.line = lineTo(ticketUrl, {
      onState: (state) => {
        this.lineState = state;
        if (state === "open") void this.look();
        if (state === "open") void this.lookForCalls();
      },
      onFrame: (frame) => {
        if (frame.t === "event" && WAKE_UPS.includes(frame.name)) void this.look();
        if (frame.t === "event" && frame.name === "third") void this.lookForCalls();
      },
    });
    this.pulse = new Pulse(pulseUrl);
    this.pulse.every(REPORT_SECONDS, () => void this.report());
    this.pulse.every(LOOK_SECONDS, () => {
      if (this.lineState !== "open") void this.look();
    });
    this.pulse.every(BEAT_SECONDS, () => this.line?.beat());
    this.line.start();
    void this.report();
    void this.wakefulness.keep();
  }

  private listen(signal: AbortSignal): void {
    const again = (): void => {
      if (document.hidden) return;
      document.title = this.pageTitle;
      void this.wakefulness.keep();
      this.line?.hurry();
      void this.report();
    };
    window.addEventListener("online", again, { signal });
    window.addEventListener("pageshow", (event) => { if (event.persisted) location.reload(); }, { signal });
    document.addEventListener("visibilitychange", again, { signal });
    document.addEventListener(LEAVING, () => { this.disconnectedCallback(); }, { signal });
    // A tap anywhere lets the bell sound, if it was switched on before.
    document.addEventListener("pointerdown", () => { if (this.bellIsOn) void this.bell.allow(); }, { signal });
  }

  /** Says that the page is still here; the answer says whether readiness is over and whether an offer stands. */
  private async report(): Promise<void> {
    if (this.leaving) return;
    try {
      const response = await post(this.dataset.hereUrl ?? "");
      if (isForSomebodyElse(response)) this.reload();
      const answer = response.ok ? await jsonOf(response) : null;
      if (!answer) throw new Error("no answer");
      this.reached(true);
      if ((answer.calls ?? 0) !== this.querySelectorAll("[data-call]").length) void this.lookForCalls();
      if (answer.ready === false || this.talksChanged(answer.talks)) this.reload();
      else if ((answer.offer ?? "") !== (this.offers.current ?? "")) await this.look();
    } catch {
      this.reached(false);
    }
  }

  /** A talk has begun or ended elsewhere: the list on this page is old. Never under an open offer. */
  private talksChanged(talks: unknown): boolean {
    if (typeof talks !== "number") return false;
    const changed = this.talks !== null && this.talks !== talks;
    this.talks = talks;
    return changed && this.offers.current === null;
  }

  private reload(): void {
    this.leaving = true;
    location.assign(location.pathname);
  }

  private reached(yes: boolean): void {
    this.failures = yes ? 0 : this.failures + 1;
    setText(this.querySelector("[data-line]"), this.failures > 1 ? this.say("no_server") : "");
  }

  /** Fetches what is offered now. */
  private async look(): Promise<void> {
    const slot = this.querySelector("[data-offer]");
    if (!slot || this.leaving) return;
    const found = await part(this.dataset.offerUrl ?? "").catch(() => undefined);
    if (found === undefined) return;
    const shown = shownIn(found);
    if (shown !== null && shown.id === this.offers.current) return;
    const news = this.offers.take(shown, Date.now());
    slot.replaceChildren(...(found ? [found] : []));
    this.tell(news);
    this.tick();
  }

  /** Talks that somebody may join. Said once each; never an alarm. */
  private async lookForCalls(): Promise<void> {
    const slot = this.querySelector("[data-calls]");
    if (!slot || this.leaving) return;
    const found = await part(this.dataset.callsUrl ?? "").catch(() => undefined);
    if (found === undefined) return;
    const fresh = [...(found?.querySelectorAll<HTMLElement>("[data-call]") ?? [])];
    const ids = (cards: Iterable<HTMLElement>): string => [...cards].map(({ dataset }) => dataset.call).join();
    if (ids(fresh) === ids(slot.querySelectorAll<HTMLElement>("[data-call]"))) return;
    slot.replaceChildren(...fresh);
    if (!fresh.length) return;
    this.announcer?.say(fresh[0]?.querySelector("h2")?.textContent.trim() ?? "");
    this.call();
  }

  private offerOnPage(): ShownOffer | null {
    return shownIn(this.querySelector("[data-offer]"));
  }

  private tell(news: OfferNews): void {
    const idle = this.querySelector<HTMLElement>("[data-no-offer]");
    if (idle) idle.hidden = this.offers.current !== null;
    if (news === "came") {
      this.showNews("");
      this.announcer?.say(this.offerInWords());
      this.call();
    } else if (news !== null) {
      this.showNews(this.say(`offer_${news}`));
      document.title = this.pageTitle;
    }
  }

  private showNews(sentence: string): void {
    setText(this.querySelector("[data-news]"), sentence);
    this.announcer?.say(sentence);
  }

  private offerInWords(): string {
    const what = this.querySelector("[data-offer-what]")?.textContent.trim() ?? "";
    return this.say("offer_came", { what, seconds: this.offers.secondsShown(Date.now()) });
  }

  /** By sound, vibration, tab title and, where allowed, a notification with neutral words. */
  private call(): void {
    if (this.bellIsOn) this.bell.ring();
    vibrate();
    if (!document.hidden) return;
    document.title = this.say("title_new") || this.pageTitle;
    if (!mayNotify()) return;
    try {
      const notification = new Notification(this.say("notification"), { tag: "warmline" });
      notification.onclick = () => {
        window.focus();
        notification.close();
      };
    } catch {
      // Some phones only take them from a service worker.
    }
  }

  /** Every second; the ring itself moves in steps of 5 s. */
  private tick(): void {
    this.showUntil();
    if (this.offers.current === null) return;
    const seconds = this.offers.secondsShown(Date.now());
    const left = this.querySelector(".ring-left");
    const dashes = `${seconds} 30`;
    if (left && left.getAttribute("stroke-dasharray") !== dashes) left.setAttribute("stroke-dasharray", dashes);
    setText(this.querySelector(".ring-number"), String(seconds));
    if (!this.offers.isOver(Date.now())) return;
    this.querySelector("[data-offer]")?.replaceChildren();
    this.tell(this.offers.take(null, Date.now()));
  }

  /** In the time of this device, and counted on. */
  private showUntil(): void {
    const until = this.querySelector<HTMLElement>("[data-until-ms]");
    if (!until) return;
    const ms = Number(until.dataset.untilMs);
    const minutes = Math.max(0, Math.ceil((ms - Date.now()) / 60_000));
    setText(until, this.say("here_until", { n: minutes, time: clockTime(ms) }));
  }

  private answered(event: SubmitEvent): void {
    const form = event.target;
    if (!(form instanceof HTMLFormElement) || !form.closest("[data-offer]")) return;
    if (form.hasAttribute("data-sent")) {
      event.preventDefault();
      return;
    }
    form.setAttribute("data-sent", "");
    this.offers.answer();
    if (form.dataset.answer === "take") return; // A plain form: it goes to the talk.
    event.preventDefault();
    void this.decline(form);
  }

  private async decline(form: HTMLFormElement): Promise<void> {
    const response = await post(form.action).catch(() => null);
    if (!response || !worked(response)) {
      form.submit();
      return;
    }
    await this.look();
    this.showNews(this.say("offer_declined"));
    this.querySelector<HTMLElement>("[data-news]")?.focus();
  }

  private get bellIsOn(): boolean {
    return recall("bell") === "on";
  }

  private clicked(event: Event): void {
    const target = event.target instanceof Element ? event.target.closest("[data-bell]") : null;
    if (target) void this.switchBell();
  }

  private async switchBell(): Promise<void> {
    const on = !this.bellIsOn;
    remember("bell", on ? "on" : "off");
    this.showBell();
    if (!on) return;
    if (await this.bell.allow()) this.bell.ring();
    if ("Notification" in window && Notification.permission === "default") await Notification.requestPermission();
    this.showBell();
  }

  private showBell(): void {
    const button = this.querySelector<HTMLElement>("[data-bell]");
    if (!button) return;
    button.hidden = false;
    button.setAttribute("aria-pressed", String(this.bellIsOn));
    const blocked = this.bellIsOn && "Notification" in window && Notification.permission === "denied";
    setText(this.querySelector("[data-bell-help]"), this.say(blocked ? "bell_no_notification" : "bell_help"));
  }
}

function clockTime(ms: number): string {
  const language = document.documentElement.lang || undefined;
  return new Intl.DateTimeFormat(language, { hour: "2-digit", minute: "2-digit", hourCycle: "h23" }).format(ms);
}

function shownIn(root: ParentNode | null): ShownOffer | null {
  const card = root?.querySelector<HTMLElement>("[data-offer-id]");
  if (!card) return null;
  const { offerId = "", expiresMs, nowMs } = card.dataset;
  return { id: offerId, expiresMs: Number(expiresMs), serverNowMs: Number(nowMs) };
}

/** Browsers refuse before the first tap on the page, and complain on the console. */
function vibrate(): void {
  const { userActivation, vibrate: canVibrate } = navigator as Partial<Navigator>;
  if (canVibrate && userActivation?.hasBeenActive) navigator.vibrate(VIBRATION_MS);
}

function mayNotify(): boolean {
  return "Notification" in window && Notification.permission === "granted";
}

/** A choice of this tab; nothing about a person. */
function remember(name: string, value: string): void {
  try {
    sessionStorage.setItem(name, value);
  } catch {
    // Then it holds for this page only.
  }
}

function recall(name: string): string | null {
  try {
    return sessionStorage.getItem(name);
  } catch {
    return null;
  }
}

customElements.define("wl-here", WlHere);
