import { lettersOver } from "../../lib/envelope";
import { setText, type Say } from "../../lib/words";

export interface ComposerParts {
  readonly form: HTMLFormElement;
  readonly note: HTMLElement | null;
  readonly say: Say;
  readonly onWrites: (text: string) => void;
  readonly onSend: (text: string) => void;
  /** Once, as a text becomes too long. */
  readonly onTooLong: (sentence: string) => void;
}

/** The field for what is being written. Nothing typed is ever cut off: a text too long waits to be shortened. */
export class Composer {
  private readonly field: HTMLTextAreaElement;
  private isTooLong = false;
  private readonly grows = CSS.supports("field-sizing", "content");

  constructor(private readonly parts: ComposerParts) {
    const field = parts.form.querySelector("textarea");
    if (!field) throw new Error("the composer has a textarea");
    this.field = field;
    field.addEventListener("input", () => { this.changed(); });
    field.addEventListener("keydown", (event) => { this.pressed(event); });
    parts.form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.send();
    });
  }

  get text(): string {
    return this.field.value;
  }

  /** Puts a kept draft back; never over something typed meanwhile. */
  restore(draft: string): void {
    if (!this.field.value) this.field.value = draft;
    this.fit();
    this.showLength();
  }

  /** Puts ready-made words in, to be changed or sent; what stood there is the caller's to keep. */
  replace(text: string): void {
    if (this.field.readOnly) return;
    this.field.value = text;
    this.changed();
    this.field.focus();
    this.field.setSelectionRange(text.length, text.length);
    this.field.scrollTop = 0; // To be read from its beginning.
  }

  /** No more messages. Words not sent stay readable, so that they can be copied. */
  close(): void {
    this.field.readOnly = true;
    this.parts.form.classList.add("composer--closed");
    const send = this.parts.form.querySelector("button");
    if (send) send.hidden = true;
    if (!this.field.value) this.parts.form.hidden = true;
    setText(this.parts.note, this.field.value ? this.parts.say("draft_left") : "");
  }

  private changed(): void {
    this.fit();
    this.showLength();
    this.parts.onWrites(this.field.value);
  }

  /** Enter sends where there is a keyboard; on a touch screen it starts a new line. */
  private pressed(event: KeyboardEvent): void {
    if (event.key !== "Enter" || event.shiftKey || event.ctrlKey || event.altKey || event.isComposing) return;
    if (!matchMedia("(hover: hover) and (pointer: fine)").matches) return;
    event.preventDefault();
    this.send();
  }

  private send(): void {
    const text = this.field.value.trim();
    if (!text || this.field.readOnly) return;
    if (lettersOver(text) > 0) {
      this.showLength();
      this.field.focus();
      return;
    }
    this.field.value = "";
    this.fit();
    this.showLength();
    this.parts.onSend(text);
    this.field.focus();
  }

  private showLength(): void {
    const over = lettersOver(this.field.value.trim());
    const sentence = over > 0 ? this.parts.say("too_long", { n: over }) : "";
    if (over > 0 && !this.isTooLong) this.parts.onTooLong(sentence);
    this.isTooLong = over > 0;
    if (this.isTooLong) this.field.setAttribute("aria-invalid", "true");
    else this.field.removeAttribute("aria-invalid");
    setText(this.parts.note, sentence);
  }

  /** For browsers that can't let a field grow by themselves. */
  private fit(): void {
    if (this.grows) return;
    this.field.style.blockSize = "auto";
    this.field.style.blockSize = `${this.field.scrollHeight + 2}px`;
  }
}
