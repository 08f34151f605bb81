import { encode } from "../lib/base64url";
import { comeBackOf, drawWords, wordList } from "../lib/keys/six-words";

/**
 * `<wl-six-words data-list-url>` around a form: draws six words, shows them, and sends what it made of them when
 * they are kept. The field that shows them has no name, so they are in no form.
 */
class WlSixWords extends HTMLElement {
  connectedCallback(): void {
    void this.draw();
    // Back to a page that the browser had kept: those words may be kept or not, so new ones are drawn.
    window.addEventListener("pageshow", (event) => { if (event.persisted) void this.draw(); });
  }

  private async draw(): Promise<void> {
    try {
      const words = drawWords(await wordList(this.dataset.listUrl ?? ""));
      const made = encode(await comeBackOf(words));
      this.field("[data-made]", made);
      this.field("[data-six]", words);
      this.querySelector("[data-six-list]")?.replaceChildren(...words.split(" ").map(item));
      this.show(true);
    } catch {
      this.show(false);
    }
  }

  private field(selector: string, value: string): void {
    const field = this.querySelector<HTMLInputElement>(selector);
    if (field) field.value = value;
  }

  private show(drawn: boolean): void {
    const form = this.querySelector("form");
    const missing = this.querySelector<HTMLElement>("[data-missing]");
    if (form) form.hidden = !drawn;
    if (missing) missing.hidden = drawn;
  }
}

function item(word: string): HTMLLIElement {
  const line = document.createElement("li");
  line.appendChild(document.createElement("strong")).textContent = word;
  return line;
}

customElements.define("wl-six-words", WlSixWords);
