import { LEAVING } from "../../lib/leaving";
import type { Remembered } from "../../lib/memory";
import { letterIn, OpenLetter } from "../../lib/open-letter";
import { wordsIn } from "../../lib/words";
import { LetterPage } from "./parts";

/**
 * `<wl-letter-here data-letter data-alias data-answer-url>`: a letter for the volunteer who has it, opened with the
 * letter key of this browser and kept nowhere.
 */
class WlLetterHere extends HTMLElement {
  private page = new LetterPage(this, wordsIn(this));
  private key: OpenLetter | null = null;
  private messages: readonly Remembered[] = [];

  connectedCallback(): void {
    this.page = new LetterPage(this, wordsIn(this));
    this.page.watch(this.field);
    const form = this.querySelector<HTMLFormElement>("[data-write]");
    form?.addEventListener("submit", (event) => {
      event.preventDefault();
      void this.answer(form);
    });
    document.addEventListener(LEAVING, () => { this.forget(); });
    window.addEventListener("pagehide", () => { this.forget(); });
    window.addEventListener("pageshow", (event) => { if (event.persisted) location.reload(); });
    void this.open();
  }

  private get field(): HTMLTextAreaElement | null {
    return this.querySelector("textarea");
  }

  private async open(): Promise<void> {
    const { say } = this.page;
    const letter = letterIn(JSON.parse(this.dataset.letter ?? "null"));
    if (!letter) return;
    this.page.said(say("opening"));
    this.key = await OpenLetter.byStore(letter, this.dataset.keyholder ?? "");
    this.page.said("");
    if (!this.key) {
      this.page.show("[data-no-key]");
      return;
    }
    this.messages = await this.key.read();
    this.page.showParts(this.messages, letter.parts.map(({ seq }) => say(`part_${seq}`)));
    this.page.show("[data-write]");
    const partUrl = this.dataset.reportPartUrl ?? "";
    const alias = this.dataset.alias ?? "";
    this.page.offerReport(
      () => ({ messages: this.messages, ownSeat: letter.seat, nameOf: () => alias || say("writer") }),
      { partUrl, pageUrl: partUrl.replace(/part\/$/, "") },
    );
  }

  private async answer(form: HTMLFormElement): Promise<void> {
    const text = this.page.written(this.field);
    if (text === null || !this.key) return;
    if (!(await this.page.send(this.dataset.answerUrl ?? "", { part: await this.key.seal(text) }, form))) return;
    if (this.field) this.field.value = "";
    for (const element of this.querySelectorAll<HTMLElement>("[data-until-sent]")) element.hidden = true;
    this.page.said(this.page.say("done"));
    this.querySelector("h1")?.focus();
  }

  private forget(): void {
    this.key = null;
    this.messages = [];
    if (this.field) this.field.value = "";
    this.page.find("[data-parts]")?.replaceChildren();
  }
}

customElements.define("wl-letter-here", WlLetterHere);
