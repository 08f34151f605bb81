import { decode, encode } from "../lib/base64url";
import { openStatement, sealStatement } from "../lib/keys/evidence";
import { post, worked } from "../lib/server";
import { keyHere } from "./desk/key-here";

interface Newcomer {
  readonly keyId: string;
  readonly pk: string;
}

/**
 * `<wl-sealed-words>`: what a reporter wrote, sealed to this coordinator's key alone; opened here and kept
 * nowhere. Can be sealed anew for coordinators who came later.
 */
class WlSealedWords extends HTMLElement {
  private words: string | null = null;

  connectedCallback(): void {
    void this.open();
    this.button("data-let-in")?.addEventListener("click", () => { void this.letIn(); });
  }

  disconnectedCallback(): void {
    this.words = null;
  }

  private async open(): Promise<void> {
    const { key: keyId = "", sealed = "" } = this.dataset;
    const key = await keyHere(keyId);
    if (!key) {
      this.show("data-no-key");
      return;
    }
    try {
      this.words = await openStatement(this.report, keyId, key, decode(sealed));
    } catch {
      this.show("data-not-opened");
      return;
    }
    const place = this.show("data-words");
    if (place) place.textContent = this.words;
    this.show("data-newcomers");
  }

  private async letIn(): Promise<void> {
    const button = this.button("data-let-in");
    if (!button || this.words === null) return;
    button.disabled = true;
    try {
      const fields: Record<string, string> = {};
      for (const { keyId, pk } of JSON.parse(this.dataset.newcomers ?? "[]") as Newcomer[]) {
        fields[keyId] = encode(await sealStatement(this.report, { keyId, pk: decode(pk) }, this.words));
      }
      if (!worked(await post(this.dataset.letInUrl ?? "", { sealed: JSON.stringify(fields) }))) throw new Error("refused");
      location.reload();
    } catch {
      this.show("data-failed");
      button.disabled = false;
    }
  }

  private get report(): number {
    return Number(this.dataset.report);
  }

  /** A part of this element, from now on visible; the line that says "opening" goes. */
  private show(name: string): HTMLElement | null {
    const opening = this.querySelector<HTMLElement>("[data-opening]");
    if (opening) opening.hidden = true;
    const part = this.querySelector<HTMLElement>(`[${name}]`);
    if (part) part.hidden = false;
    return part;
  }

  private button(name: string): HTMLButtonElement | null {
    return this.querySelector<HTMLButtonElement>(`button[${name}]`);
  }
}

customElements.define("wl-sealed-words", WlSealedWords);
