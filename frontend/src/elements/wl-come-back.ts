import { encode } from "../lib/base64url";
import { comeBackOf, normalised } from "../lib/keys/six-words";
import { WORKED, type Worked } from "../lib/proof";
import { setText, wordsIn } from "../lib/words";

/**
 * `<wl-come-back>` inside `<wl-proof>`, around the form for six words: what is sent is made of them here. The page
 * stays when it was refused, so that nobody has to type all six again.
 */
class WlComeBack extends HTMLElement {
  connectedCallback(): void {
    this.addEventListener(WORKED, (event) => {
      (event as CustomEvent<Worked>).detail.send = (form) => this.send(form);
    });
  }

  /** A sentence when it did not go through, "" when the page goes on. */
  private async send(form: HTMLFormElement): Promise<string> {
    const field = this.querySelector<HTMLInputElement>("[data-six]");
    const made = this.querySelector<HTMLInputElement>("[data-made]");
    if (!field || !made) return wordsIn(this)("failed");
    setText(this.querySelector("[data-refused]"), "");
    made.value = normalised(field.value) ? encode(await comeBackOf(field.value)) : "";
    const response = await fetch(form.action, {
      method: "POST",
      body: new URLSearchParams([...new FormData(form)].map(([name, value]) => [name, typeof value === "string" ? value : ""])),
      credentials: "same-origin",
      cache: "no-store",
    });
    made.value = "";
    if (response.ok) {
      field.value = "";
      location.assign(response.url);
      return "";
    }
    if (response.status !== 422) return wordsIn(this)("failed");
    setText(this.querySelector("[data-refused]"), wordsIn(this)("refused"));
    field.setAttribute("aria-invalid", "true");
    field.focus();
    return "";
  }
}

customElements.define("wl-come-back", WlComeBack);
