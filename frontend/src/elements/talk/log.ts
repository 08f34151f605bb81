import type { Entry } from "../../lib/talk-entries";
import type { Say } from "../../lib/words";

const NEAR_END_PX = 60;

/** Draws the bubbles into the log, changing only what changed: each message is announced once. */
export class TalkLog {
  private readonly bubbles = new Map<string, HTMLElement>();
  private readonly metas = new Map<string, HTMLElement>();
  private readonly times: TimeWords;
  private atEnd = true;

  constructor(
    private readonly list: HTMLElement,
    private readonly newMessage: HTMLButtonElement | null,
    private readonly say: Say,
    private readonly nameOf: (seat: number) => string,
    /** Whether eyes need the name too, since more than two talk here. */
    private readonly showsName: (seat: number) => boolean,
  ) {
    this.times = new TimeWords(document.documentElement.lang);
    for (const scrolls of [list, window]) scrolls.addEventListener("scroll", () => { this.scrolled(); }, { passive: true });
    newMessage?.addEventListener("click", () => { this.toEnd(); });
    new ResizeObserver(() => { if (this.atEnd) this.toEnd(); }).observe(list);
  }

  /** `announce`: speak what is new. Not while the first replay fills the page. */
  show(entries: readonly Entry[], announce: boolean, nowMs: number): void {
    this.list.setAttribute("aria-live", announce ? "polite" : "off");
    const known = new Set(this.bubbles.keys());
    this.forgetAllBut(entries);
    this.place(entries, nowMs);
    const fresh = entries.filter(({ key }) => !known.has(key));
    if (this.atEnd || fresh.some(({ own }) => own)) this.toEnd();
    else if (fresh.length > 0 && this.newMessage) this.newMessage.hidden = false;
  }

  toEnd(): void {
    const page = document.documentElement;
    if (this.pageScrolls()) page.scrollTop = page.scrollHeight;
    else page.scrollTop = 0; // A window that was low a moment ago may have left it elsewhere.
    this.list.scrollTop = this.list.scrollHeight;
    this.atEnd = true;
    if (this.newMessage) this.newMessage.hidden = true;
  }

  /** Keeps the end in sight for somebody who is there; leaves a reader where they are. */
  toEndIfThere(): void {
    if (this.atEnd) this.toEnd();
  }

  /** On a very low window the page scrolls as a whole. */
  private pageScrolls(): boolean {
    return getComputedStyle(this.list).overflowY === "visible";
  }

  private scrolled(): void {
    const scroller = this.pageScrolls() ? document.documentElement : this.list;
    this.atEnd = scroller.scrollHeight - scroller.scrollTop - scroller.clientHeight < NEAR_END_PX;
    if (this.atEnd && this.newMessage) this.newMessage.hidden = true;
  }

  private forgetAllBut(entries: readonly Entry[]): void {
    const keys = new Set(entries.map(({ key }) => key));
    for (const nodes of [this.bubbles, this.metas]) {
      for (const [key, node] of nodes) {
        if (keys.has(key)) continue;
        node.remove();
        nodes.delete(key);
      }
    }
  }

  private place(entries: readonly Entry[], nowMs: number): void {
    let after: Element | null = this.lastNotice();
    for (const entry of entries) {
      after = this.putAfter(after, this.bubble(entry));
      if (entry.lastOfGroup) after = this.putAfter(after, this.meta(entry, nowMs));
      else this.removeMeta(entry.key);
    }
  }

  /** What the page itself put at the top of the log. */
  private lastNotice(): Element | null {
    const notices = this.list.querySelectorAll(":scope > [data-notice]");
    return notices[notices.length - 1] ?? null;
  }

  private putAfter(before: Element | null, node: Element): Element {
    const next = before ? before.nextElementSibling : this.list.firstElementChild;
    if (next !== node) this.list.insertBefore(node, next);
    return node;
  }

  private bubble(entry: Entry): HTMLElement {
    const known = this.bubbles.get(entry.key);
    if (known) return known;
    const bubble = document.createElement("div");
    bubble.className = entry.own ? "bubble bubble--own" : "bubble";
    bubble.classList.toggle("bubble--unverified", entry.text === null);
    bubble.classList.toggle("bubble--sign-off", entry.kind === "signoff");
    bubble.append(this.senderOf(entry), this.textOf(entry));
    this.bubbles.set(entry.key, bubble);
    return bubble;
  }

  private senderOf({ own, seat }: Entry): HTMLElement {
    const sender = document.createElement("span");
    sender.className = !own && this.showsName(seat) ? "bubble-name" : "visually-hidden";
    sender.textContent = `${own ? this.say("you_wrote") : this.say("they_wrote", { name: this.nameOf(seat) })} `;
    return sender;
  }

  /** Addresses in it stay plain text: nothing here becomes a link. */
  private textOf({ text, closed }: Entry): HTMLElement {
    const line = document.createElement("div");
    line.dir = "auto";
    line.textContent = text ?? (closed ? this.say("closed") : this.say("unverified"));
    return line;
  }

  private meta(entry: Entry, nowMs: number): HTMLElement {
    let meta = this.metas.get(entry.key);
    if (!meta) {
      meta = document.createElement("p");
      meta.setAttribute("aria-live", "off");
      this.metas.set(entry.key, meta);
    }
    const signature = `${entry.delivery} ${entry.code ?? ""} ${entry.ms}`;
    if (meta.dataset.shows === signature) return meta;
    meta.dataset.shows = signature;
    meta.className = entry.own ? "bubble-meta bubble-meta--own" : "bubble-meta";
    meta.replaceChildren(this.timeOf(entry, nowMs), ...this.deliveryOf(entry));
    return meta;
  }

  private timeOf({ ms }: Entry, nowMs: number): HTMLElement {
    const time = document.createElement("time");
    time.dateTime = new Date(ms).toISOString();
    time.textContent = this.times.of(ms, nowMs);
    return time;
  }

  private deliveryOf(entry: Entry): (Node | string)[] {
    if (!entry.own || entry.delivery === "said") return [];
    if (entry.delivery !== "not_sent") return [` · ${this.say(entry.delivery)}`];
    const why = entry.code ? this.say(`why_${entry.code}`) : "";
    return [` · ${this.say("not_sent")} ${why}`.trimEnd(), ...this.againButton(entry)];
  }

  private againButton(entry: Entry): (Node | string)[] {
    if (entry.code === "closed" || entry.code === "time_over" || entry.code === "seat_gone") return [];
    const button = document.createElement("button");
    button.type = "button";
    button.className = "bubble-again";
    button.dataset.again = entry.cid;
    button.textContent = this.say("try_again");
    return [" ", button];
  }

  private removeMeta(key: string): void {
    this.metas.get(key)?.remove();
    this.metas.delete(key);
  }
}

/** Times as people write them where the page's language is spoken; the day too when it was another day. */
class TimeWords {
  private readonly time: Intl.DateTimeFormat;
  private readonly dayAndTime: Intl.DateTimeFormat;

  constructor(language: string) {
    // 24 hours, as everywhere on our pages.
    const clock = { hour: "2-digit", minute: "2-digit", hourCycle: "h23" } as const;
    this.time = new Intl.DateTimeFormat(language || undefined, clock);
    this.dayAndTime = new Intl.DateTimeFormat(language || undefined, { weekday: "short", ...clock });
  }

  of(ms: number, nowMs: number): string {
    const sameDay = new Date(ms).toDateString() === new Date(nowMs).toDateString();
    return (sameDay ? this.time : this.dayAndTime).format(ms);
  }
}
