import type { ReportChoice, Row } from "../../lib/report-choice";
import type { Say } from "../../lib/words";
import type { TalkForReport } from "./report-in-place";

/** The messages that go along with a report, each with a box to tick: nothing is sent that does not stand here. */
export class ReportPreview {
  private readonly list: HTMLElement | null;
  private readonly count: HTMLElement | null;
  private readonly earlier: HTMLElement | null;
  private readonly clock: Intl.DateTimeFormat;

  constructor(
    root: HTMLElement,
    private readonly choice: ReportChoice,
    private readonly talk: TalkForReport,
    private readonly say: Say,
  ) {
    this.list = root.querySelector("[data-list]");
    this.count = root.querySelector("[data-count]");
    this.earlier = root.querySelector("[data-earlier]");
    // 24 hours, as everywhere on our pages.
    this.clock = new Intl.DateTimeFormat(document.documentElement.lang || undefined, { hour: "2-digit", minute: "2-digit", hourCycle: "h23" });
    root.addEventListener("change", (event) => { this.changed(event); });
    root.addEventListener("click", (event) => { this.clicked(event); });
    this.show();
  }

  private changed({ target }: Event): void {
    if (!(target instanceof HTMLInputElement) || target.dataset.seq === undefined) return;
    this.choice.set(Number(target.dataset.seq), target.checked);
    this.show();
  }

  private clicked({ target }: Event): void {
    const button = target instanceof Element ? target.closest("button") : null;
    if (button?.hasAttribute("data-none")) this.choice.none();
    else if (button?.hasAttribute("data-all")) this.choice.all();
    else if (button?.hasAttribute("data-earlier")) this.showEarlier();
    else return;
    this.show();
  }

  /** The button goes; the focus stays where the earlier ones begin. */
  private showEarlier(): void {
    this.choice.showEarlier();
    this.list?.replaceChildren();
    this.show();
    this.list?.querySelector("input")?.focus();
  }

  private show(): void {
    const rows = this.choice.rows();
    const known = new Map(Array.from(this.list?.children ?? [], (node) => [(node as HTMLElement).dataset.row, node as HTMLElement]));
    if (!rows.every(({ message }) => known.has(String(message.seq)))) this.list?.replaceChildren(...rows.map((row) => this.item(row)));
    for (const row of rows) this.refresh(row);
    if (this.earlier) this.earlier.hidden = !this.choice.hasEarlier;
    const { count } = this.choice;
    const sentence = count > 0 ? this.say("report_count", { n: count, all: rows.length }) : this.say("report_count_none");
    if (this.count && this.count.textContent !== sentence) this.count.textContent = sentence;
  }

  private refresh({ message, goesAlong, gapBefore }: Row): void {
    const item = this.list?.querySelector<HTMLElement>(`[data-row="${String(message.seq)}"]`);
    if (!item) return;
    item.classList.toggle("proof--left-out", !goesAlong);
    const box = item.querySelector("input");
    if (box) box.checked = goesAlong;
    const gap = item.querySelector<HTMLElement>("[data-gap]");
    if (gap) gap.hidden = !gapBefore;
  }

  private item({ message }: Row): HTMLElement {
    const item = document.createElement("li");
    item.className = "proof";
    item.dataset.row = String(message.seq);
    const gap = document.createElement("p");
    gap.className = "proof-gap small";
    gap.dataset.gap = "";
    gap.hidden = true;
    gap.textContent = this.say("report_gap");
    item.append(gap, message.proven ? this.check(message) : this.unproven());
    return item;
  }

  private check(message: Row["message"]): HTMLElement {
    const label = document.createElement("label");
    label.className = "check";
    const box = document.createElement("input");
    box.type = "checkbox";
    box.dataset.seq = String(message.seq);
    const all = document.createElement("span");
    all.append(this.head(message), this.words(message.text));
    label.append(box, all);
    return label;
  }

  private head({ seat, ms }: Row["message"]): HTMLElement {
    const head = document.createElement("span");
    head.className = "proof-head small";
    const who = document.createElement("bdi");
    who.textContent = seat === this.talk.ownSeat ? this.say("report_you") : this.talk.nameOf(seat);
    const time = document.createElement("time");
    time.dateTime = new Date(ms).toISOString();
    time.textContent = this.clock.format(ms);
    head.append(who, " · ", time);
    return head;
  }

  /** Addresses in it stay plain text, as in the talk. */
  private words(text: string | null): HTMLElement {
    const words = document.createElement("span");
    words.className = "proof-words";
    words.dir = "auto";
    words.textContent = text ?? this.say("report_note");
    return words;
  }

  private unproven(): HTMLElement {
    const line = document.createElement("p");
    line.className = "small";
    line.textContent = this.say("report_unproven");
    return line;
  }
}
