import { canKeepSecrets } from "../../lib/able";
import { sealLetter, type Reader } from "../../lib/keys/letter";
import { drawWords, wordList } from "../../lib/keys/six-words";
import { LEAVING } from "../../lib/leaving";
import { keyholdersIn } from "../../lib/report-sending";
import { jsonOf, postJson } from "../../lib/server";
import { wordsIn } from "../../lib/words";
import { LetterPage } from "./parts";

const TRIES = 4;

/**
 * `<wl-letter data-room data-recipients data-send-url data-words-url>`: writing, then the six words, then sending. Key and words are
 * made here and are in this page's memory alone.
 */
class WlLetter extends HTMLElement {
  private page = new LetterPage(this, wordsIn(this));
  private six = "";
  private sending = false;

  connectedCallback(): void {
    if (!canKeepSecrets()) return;
    this.page = new LetterPage(this, wordsIn(this));
    this.page.show("[data-step=write]");
    this.page.watch(this.field);
    this.page.find("[data-step=write]")?.addEventListener("submit", (event) => {
      event.preventDefault();
      void this.showWords();
    });
    this.page.find("[data-step=keep]")?.addEventListener("submit", (event) => {
      event.preventDefault();
      if (!this.sending) void this.send();
    });
    this.page.find("[data-back]")?.addEventListener("click", () => { this.step("write"); });
    document.addEventListener(LEAVING, () => { this.forget(); });
    window.addEventListener("pagehide", () => { this.forget(); });
  }

  private get field(): HTMLTextAreaElement | null {
    return this.querySelector("textarea");
  }

  private async showWords(): Promise<void> {
    if (this.page.written(this.field) === null) return;
    try {
      this.six ||= drawWords(await wordList(this.dataset.wordsUrl ?? ""));
    } catch {
      this.page.tell(this.page.say("no_words"));
      return;
    }
    const field = this.querySelector<HTMLInputElement>("[data-six]");
    if (field) field.value = this.six;
    this.page.find("[data-six-list]")?.replaceChildren(...this.six.split(" ").map(strong));
    this.step("keep");
    this.page.find("[data-heading]")?.focus();
  }

  private step(name: "write" | "keep"): void {
    this.page.tell("");
    this.page.show("[data-step=write]", name === "write");
    this.page.show("[data-step=keep]", name === "keep");
    if (name === "write") this.field?.focus();
  }

  private async send(): Promise<void> {
    const text = this.page.written(this.field);
    if (text === null || !this.six) return;
    if (!this.querySelector<HTMLInputElement>("[data-kept]")?.checked) {
      this.page.tell(this.page.say("keep_first"));
      return;
    }
    this.sending = true;
    this.page.said(this.page.say("sending"));
    const problem = await this.sealAndSend(text).catch(() => this.page.say("not_sent"));
    this.sending = false;
    this.page.said("");
    if (problem) this.page.tell(problem);
  }

  /** A sentence about what went wrong; empty when it is sent. Sealed again when those who can answer have changed. */
  private async sealAndSend(text: string): Promise<string> {
    let readers = this.readers;
    for (let tries = 0; tries < TRIES; tries++) {
      if (readers.length === 0) return this.page.say("nobody");
      const response = await postJson(this.dataset.sendUrl ?? "", JSON.stringify(await sealLetter(Number(this.dataset.room), text, this.six, readers)));
      const answer = await jsonOf(response);
      if (response.ok && typeof answer?.url === "string") {
        this.forget();
        location.replace(answer.url);
        return "";
      }
      const others = response.status === 409 ? keyholdersIn(answer?.recipients) : null;
      if (!others) return typeof answer?.sentence === "string" ? answer.sentence : this.page.say("not_sent");
      readers = others;
    }
    return this.page.say("not_sent");
  }

  private get readers(): readonly Reader[] {
    return keyholdersIn(JSON.parse(this.dataset.recipients ?? "[]")) ?? [];
  }

  private forget(): void {
    this.six = "";
    for (const field of this.querySelectorAll<HTMLInputElement | HTMLTextAreaElement>("textarea, [data-six]")) field.value = "";
    this.page.find("[data-six-list]")?.replaceChildren();
  }
}

function strong(word: string): HTMLElement {
  const item = document.createElement("li");
  const words = document.createElement("strong");
  words.textContent = word;
  item.append(words);
  return item;
}

customElements.define("wl-letter", WlLetter);
