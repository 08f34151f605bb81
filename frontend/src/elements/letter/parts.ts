import type { Remembered } from "../../lib/memory";
import { part, postJson } from "../../lib/server";
import type { Say } from "../../lib/words";
import { lettersOver } from "../../lib/envelope";
import { reportInPlace, type TalkForReport } from "../talk/report-in-place";

/** What the pages of both sides of a letter have in common: parts, one field to write in, problems, the report. */
export class LetterPage {
  constructor(private readonly root: HTMLElement, readonly say: Say) {}

  find(selector: string): HTMLElement | null {
    return this.root.querySelector<HTMLElement>(selector);
  }

  show(selector: string, shown = true): void {
    const element = this.find(selector);
    if (element) element.hidden = !shown;
  }

  /** Words of people as text, never as markup. */
  showParts(messages: readonly Remembered[], names: readonly string[]): void {
    const place = this.find("[data-parts]");
    const template = this.root.querySelector<HTMLTemplateElement>("template[data-part]");
    if (!place || !template) return;
    const clock = new Intl.DateTimeFormat(document.documentElement.lang || undefined, { dateStyle: "medium", timeStyle: "short", hourCycle: "h23" });
    place.replaceChildren(...messages.map((message, at) => {
      const item = template.content.cloneNode(true) as DocumentFragment;
      const [who, time, text] = ["[data-who]", "time", "[data-text]"].map((name) => item.querySelector(name));
      if (who) who.textContent = names[at] ?? "";
      if (time instanceof HTMLTimeElement) {
        time.dateTime = new Date(message.ms).toISOString();
        time.textContent = clock.format(message.ms);
      }
      if (text) text.textContent = message.text ?? this.say("unverified");
      return item;
    }));
    place.hidden = messages.length === 0;
  }

  /** Empty: no problem any more. */
  tell(sentence: string): void {
    const problem = this.find("[data-problem]");
    const words = problem?.querySelector("p");
    if (!problem || !words) return;
    words.textContent = sentence;
    problem.hidden = sentence === "";
    if (sentence) problem.focus();
  }

  said(sentence: string): void {
    const place = this.find("[data-said], [data-sending]");
    if (place) place.textContent = sentence;
  }

  /** What is in the field, or null with a sentence about why it can't be sent. */
  written(field: HTMLTextAreaElement | null): string | null {
    const text = field?.value.trim() ?? "";
    const over = lettersOver(text);
    const problem = !text ? this.say("empty") : over > 0 ? this.say("too_long", { n: over }) : "";
    this.tell(problem);
    return problem ? null : text;
  }

  /** A line under the field while it is too long. */
  watch(field: HTMLTextAreaElement | null): void {
    const note = field?.closest(".field")?.querySelector("[data-note]");
    field?.addEventListener("input", () => {
      const over = lettersOver(field.value);
      const sentence = over > 0 ? this.say("too_long", { n: over }) : "";
      if (note && note.textContent !== sentence) note.textContent = sentence;
    });
  }

  /** Sends a sealed part; true when it is kept. A refusal is said in the server's words. */
  async send(url: string, body: object, form: HTMLFormElement): Promise<boolean> {
    const button = form.querySelector<HTMLButtonElement>("[type=submit]");
    button?.toggleAttribute("disabled", true);
    this.said(this.say("sending"));
    try {
      const response = await postJson(url, JSON.stringify(body));
      if (response.ok) return true;
      const answer: unknown = await response.json().catch(() => null);
      const sentence = (answer as { sentence?: unknown } | null)?.sentence;
      this.tell(typeof sentence === "string" ? sentence : this.say("not_sent"));
    } catch {
      this.tell(this.say("not_sent"));
    } finally {
      button?.toggleAttribute("disabled", false);
      this.said("");
    }
    return false;
  }

  /** The report takes the page's place, with the parts that are in memory here; without them it has its own page. */
  offerReport(talk: () => TalkForReport, urls: { partUrl: string; pageUrl: string }): void {
    this.show("[data-report]");
    this.find("[data-report] button")?.addEventListener("click", () => { void this.report(talk(), urls); });
  }

  private async report(talk: TalkForReport, { partUrl, pageUrl }: { partUrl: string; pageUrl: string }): Promise<void> {
    this.root.dataset.reportPartUrl = partUrl;
    if (await reportInPlace(this.root, talk)) return;
    if (await part(partUrl).then(() => true, () => false)) location.assign(pageUrl);
    else this.tell(this.say("no_report"));
  }
}
