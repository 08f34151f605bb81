import { LEAVING } from "../lib/leaving";
import { ReportChoice } from "../lib/report-choice";
import { keyholdersIn, sendReport, type Outcome } from "../lib/report-sending";
import { nodesOf, postJson } from "../lib/server";
import { wordsIn } from "../lib/words";
import { ReportPreview } from "./talk/report-preview";
import type { ReportElement, TalkForReport } from "./talk/report-in-place";

/**
 * `<wl-report data-report data-room data-url data-keyholders data-longest>` around the form of a report. What is
 * written is sealed here to the coordinators who may read it. On the page of the talk it is given the talk's
 * messages (`talk`) and shows exactly what of them goes along. Without keyholders, the form is sent as it is.
 */
class WlReport extends HTMLElement implements ReportElement {
  private readonly say = wordsIn(this);
  private given: TalkForReport | null = null;
  private choice: ReportChoice | null = null;
  private listening: AbortController | null = null;
  private sending = false;

  /** The talk's messages, from this page's memory. */
  set talk(talk: TalkForReport | null) {
    this.given = talk;
    if (this.isConnected) this.showMessages();
  }

  get talk(): TalkForReport | null {
    return this.given;
  }

  connectedCallback(): void {
    this.listening = new AbortController();
    const { signal } = this.listening;
    this.addEventListener("submit", (event) => { this.submitted(event); }, { signal });
    document.addEventListener(LEAVING, () => { this.forget(); }, { signal });
    // No copy of this page is kept for the way back.
    window.addEventListener("pagehide", () => { if (this.given) this.empty(); }, { signal });
    window.addEventListener("pageshow", (event) => { if (event.persisted) location.reload(); }, { signal });
    this.showMessages();
  }

  disconnectedCallback(): void {
    this.listening?.abort();
    this.forget();
  }

  private showMessages(): void {
    const place = this.querySelector<HTMLElement>("[data-messages]");
    if (!this.given || !place || this.choice) return;
    this.choice = new ReportChoice(this.given.messages);
    if (this.choice.isEmpty) return;
    place.hidden = false;
    for (const sentence of this.querySelectorAll<HTMLElement>("[data-with-messages]")) sentence.hidden = false;
    for (const sentence of this.querySelectorAll<HTMLElement>("[data-without-messages]")) sentence.hidden = true;
    new ReportPreview(place, this.choice, this.given, this.say);
  }

  private submitted(event: SubmitEvent): void {
    const form = event.target;
    const readers = this.readers();
    if (!(form instanceof HTMLFormElement) || readers.length === 0 || !canSeal()) return;
    event.preventDefault();
    if (!this.sending) void this.send(form, readers);
  }

  private readers(): NonNullable<ReturnType<typeof keyholdersIn>> {
    try {
      return keyholdersIn(JSON.parse(this.dataset.keyholders ?? "[]")) ?? [];
    } catch {
      return [];
    }
  }

  private async send(form: HTMLFormElement, readers: ReturnType<WlReport["readers"]>): Promise<void> {
    const words = { ...this.written(form), messages: this.choice?.proven() ?? [] };
    const problem = this.problemIn(form, words);
    if (problem) {
      this.tell(problem);
      return;
    }
    this.busy(true);
    const place = { ...this.whom(form), room: Number(this.dataset.room) };
    const outcome = await sendReport(place, words, readers, (body) => postJson(this.dataset.url ?? "", body))
      .catch((): Outcome => ({ how: "not_reached" }));
    this.busy(false);
    this.show(outcome, form, words.messages.length > 0);
  }

  private written(form: HTMLFormElement): { reason: string; statement: string } {
    const data = new FormData(form);
    const text = (name: string): string => {
      const value = data.get(name);
      return typeof value === "string" ? value.trim() : "";
    };
    return { reason: text("reason"), statement: text("statement") };
  }

  /** Where more than two were there, each choice says which report it is. */
  private whom(form: HTMLFormElement): { report: number; about?: number } {
    const chosen = form.querySelector<HTMLInputElement>("input[name=about]:checked");
    if (!chosen) return { report: Number(this.dataset.report) };
    return { report: Number(chosen.dataset.report), about: Number(chosen.value) };
  }

  private problemIn(form: HTMLFormElement, { reason, statement }: { reason: string; statement: string }): string | null {
    if (form.querySelector("input[name=about]") && !this.whom(form).about) return this.say("report_whom");
    if (!reason) return this.say("report_reason");
    return Array.from(statement).length > Number(this.dataset.longest) ? this.say("report_too_long") : null;
  }

  private show(outcome: Outcome, form: HTMLFormElement, hadMessages: boolean): void {
    if (outcome.how === "kept") this.kept(outcome.html);
    else if (outcome.how === "refused") this.tell(outcome.sentence);
    else if (outcome.how === "not_reached") this.tell(this.say("report_not_sent"));
    else if (hadMessages) this.withoutMessages();
    else form.submit(); // Nobody has a key any more: under the server's own.
  }

  /** Fewer than two could open messages now: said before anything is sent. */
  private withoutMessages(): void {
    this.choice?.none();
    this.querySelector<HTMLElement>("[data-messages]")?.toggleAttribute("hidden", true);
    this.tell(this.say("report_readers_gone"));
  }

  /** The code takes the place of everything; a reload then leads to the report's own page. */
  private kept(html: string): void {
    const main = this.closest("main");
    const heading = nodesOf(html);
    this.forget();
    history.replaceState(null, "", this.dataset.url);
    if (main) this.replaceChildren(heading);
    scrollTo(0, 0);
    this.querySelector("h1")?.focus();
  }

  private tell(sentence: string): void {
    const problem = this.querySelector<HTMLElement>("[data-problem]");
    const words = problem?.querySelector("p");
    if (!problem || !words) return;
    words.textContent = sentence;
    problem.hidden = false;
    problem.focus();
  }

  private busy(busy: boolean): void {
    this.sending = busy;
    this.querySelector("form [type=submit]")?.toggleAttribute("disabled", busy);
    const problem = this.querySelector<HTMLElement>("[data-problem]");
    if (busy && problem) problem.hidden = true;
    const note = this.querySelector("[data-sending]");
    if (note) note.textContent = busy ? this.say("report_sending") : "";
  }

  private forget(): void {
    this.given = null;
    this.choice = null;
  }

  private empty(): void {
    this.forget();
    this.replaceChildren();
  }
}

function canSeal(): boolean {
  return Boolean((globalThis.crypto as Partial<Crypto>).subtle);
}

customElements.define("wl-report", WlReport);
