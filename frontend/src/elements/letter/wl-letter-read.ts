import { canKeepSecrets } from "../../lib/able";
import { encode } from "../../lib/base64url";
import { findOf, normalised } from "../../lib/keys/six-words";
import { LEAVING } from "../../lib/leaving";
import type { Remembered } from "../../lib/memory";
import { letterIn, OpenLetter, type WireLetter } from "../../lib/open-letter";
import { prove } from "../../lib/proof";
import { jsonOf, post } from "../../lib/server";
import { wordsIn } from "../../lib/words";
import { LetterPage } from "./parts";

/**
 * `<wl-letter-read data-find-url data-challenge-url data-solver-url>`: with six words, on any device. The server gets
 * what finds the letter, never the words; the answer is opened here and kept nowhere.
 */
class WlLetterRead extends HTMLElement {
  private page = new LetterPage(this, wordsIn(this));
  private working: AbortController | null = null;
  private key: OpenLetter | null = null;
  private messages: readonly Remembered[] = [];
  private replyUrl = "";

  connectedCallback(): void {
    if (!canKeepSecrets()) return;
    this.page = new LetterPage(this, wordsIn(this));
    this.page.show("[data-open]");
    this.page.find("[data-open]")?.addEventListener("submit", (event) => {
      event.preventDefault();
      if (!this.working) void this.open();
    });
    this.page.watch(this.field);
    const form = this.querySelector<HTMLFormElement>("[data-write]");
    form?.addEventListener("submit", (event) => {
      event.preventDefault();
      void this.reply(form);
    });
    document.addEventListener(LEAVING, () => { this.forget(); });
    // No copy of what was opened is kept for the way back.
    window.addEventListener("pagehide", () => { this.forget(); });
    window.addEventListener("pageshow", (event) => { if (event.persisted) location.reload(); });
  }

  private get field(): HTMLTextAreaElement | null {
    return this.querySelector("textarea");
  }

  private get six(): string {
    return this.querySelector<HTMLInputElement>("#six")?.value ?? "";
  }

  private async open(): Promise<void> {
    const { say } = this.page;
    const words = this.six;
    if (!normalised(words)) {
      this.page.tell(say("six"));
      return;
    }
    this.page.tell("");
    this.page.said(say("working"));
    this.working = new AbortController();
    const problem = await this.found(words, this.working.signal).catch(() => say("not_reached"));
    this.working = null;
    this.page.said("");
    this.page.tell(problem);
  }

  /** A sentence about what went wrong; empty when the letter is shown. */
  private async found(words: string, stop: AbortSignal): Promise<string> {
    const { findUrl = "", challengeUrl = "", solverUrl = "" } = this.dataset;
    const proof = await prove(challengeUrl, solverUrl, stop);
    if (proof === null) return this.page.say("not_reached");
    const response = await post(findUrl, { find: encode(await findOf(words)), proof });
    const answer = await jsonOf(response);
    if (!response.ok) return typeof answer?.sentence === "string" ? answer.sentence : this.page.say("not_reached");
    const letter = letterIn(answer);
    if (!letter) return this.page.say("not_reached");
    if (letter.wrapped) {
      const key = await OpenLetter.byWords(letter, words);
      if (!key) return this.page.say("not_opened");
      this.key = key;
    }
    await this.shown(letter, answer ?? {});
    return "";
  }

  private async shown(letter: WireLetter, answer: Record<string, unknown>): Promise<void> {
    const { say } = this.page;
    this.messages = (await this.key?.read()) ?? [];
    for (const name of ["[data-open]", "[data-open-note]"]) this.page.show(name, false);
    this.state(letter.state);
    this.page.showParts(this.messages, letter.parts.map(({ seq }) => say(`part_${seq}`)));
    this.replyUrl = typeof answer.reply_url === "string" ? answer.reply_url : "";
    const mayReply = answer.may_reply === true;
    this.page.show("[data-write]", mayReply);
    if (letter.state === "answered" && !mayReply) this.page.said(say("no_reply"));
    const reportUrl = typeof answer.report_url === "string" ? answer.report_url : "";
    const other = typeof answer.other === "string" && answer.other ? answer.other : say("reader");
    if (letter.parts.length > 1) {
      this.page.offerReport(
        () => ({ messages: this.messages, ownSeat: letter.seat, nameOf: () => other }),
        { partUrl: reportUrl, pageUrl: reportUrl.replace(/part\/$/, "") },
      );
    }
  }

  private state(state: string): void {
    const { say } = this.page;
    const title = this.page.find("[data-title]");
    const intro = this.page.find("[data-intro]");
    if (title) title.textContent = say(`title_${state}`);
    if (intro) intro.textContent = say(`says_${state}`);
    title?.focus();
  }

  private async reply(form: HTMLFormElement): Promise<void> {
    const text = this.page.written(this.field);
    if (text === null || !this.key) return;
    if (!(await this.page.send(this.replyUrl, { part: await this.key.seal(text) }, form))) return;
    if (this.field) this.field.value = "";
    this.page.show("[data-write]", false);
    this.state("replied");
    this.page.said(this.page.say("done"));
  }

  private forget(): void {
    this.working?.abort();
    this.key = null;
    this.messages = [];
    for (const field of this.querySelectorAll<HTMLInputElement | HTMLTextAreaElement>("textarea, #six")) field.value = "";
    this.page.find("[data-parts]")?.replaceChildren();
  }
}

customElements.define("wl-letter-read", WlLetterRead);
