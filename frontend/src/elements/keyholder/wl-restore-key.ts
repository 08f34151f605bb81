import { decode } from "../../lib/base64url";
import { unwrap, type OwnKey, type WrappedKey } from "../../lib/keys/keyholder-key";
import { canHoldKeys, openStore } from "../../lib/keys/keyholder-store";
import { read } from "../../lib/keys/recovery-code";
import { isForSomebodyElse, jsonOf, post } from "../../lib/server";
import { setText, wordsIn } from "../../lib/words";
import { useOf } from "./key-use";

/** Why a key did not come here: a word of the page, or a sentence of the server. */
class NotRestored extends Error {
  constructor(readonly word: string, readonly sentence = "") {
    super(word);
  }
}

/** `<wl-restore-key data-keyholder data-use data-url data-next>`: a recovery code brings the key to this device; the code stays here. */
class WlRestoreKey extends HTMLElement {
  connectedCallback(): void {
    const form = this.querySelector("form");
    const missing = this.querySelector<HTMLElement>("[data-missing]");
    if (form) form.hidden = !canHoldKeys();
    if (missing) missing.hidden = canHoldKeys();
    form?.addEventListener("submit", (event) => {
      event.preventDefault();
      void this.restore();
    });
  }

  private async restore(): Promise<void> {
    const button = this.querySelector<HTMLButtonElement>("form [type=submit]");
    const field = this.querySelector<HTMLInputElement>("form input");
    if (!button || !field) return;
    button.disabled = true;
    setText(this.querySelector("[data-error]"), "");
    try {
      await this.keep(await this.openedBy(field.value));
      field.value = "";
      location.assign(this.dataset.next ?? "/");
    } catch (error) {
      const { word, sentence } = error instanceof NotRestored ? error : new NotRestored("unreached");
      setText(this.querySelector("[data-error]"), sentence || wordsIn(this)(word));
      field.setAttribute("aria-invalid", "true");
      button.disabled = false;
      field.focus();
    }
  }

  /** The key that this code opens. */
  private async openedBy(typed: string): Promise<OwnKey> {
    const secret = await read(typed);
    if (!secret) throw new NotRestored("not_whole");
    for (const wrapped of await this.fetched()) {
      const own = await unwrap(wrapped, secret, useOf(this)).catch(() => null);
      if (own) return own;
    }
    throw new NotRestored("other");
  }

  private async fetched(): Promise<WrappedKey[]> {
    const response = await post(this.dataset.url ?? "");
    if (isForSomebodyElse(response)) throw new NotRestored("signed_out");
    const found = await jsonOf(response);
    if (!response.ok) throw new NotRestored("unreached", typeof found?.sentence === "string" ? found.sentence : "");
    if (!Array.isArray(found?.keys)) throw new NotRestored("unreached");
    return found.keys.map((each: unknown) => {
      const { pk, wrapped } = each as Record<string, unknown>;
      if (typeof pk !== "string" || typeof wrapped !== "string") throw new NotRestored("unreached");
      return { pk: decode(pk), wrapped: decode(wrapped) };
    });
  }

  private async keep(own: OwnKey): Promise<void> {
    try {
      const store = await openStore(this.dataset.keyholder, useOf(this));
      await store.put(own);
      store.close();
    } catch {
      throw new NotRestored("unkept");
    }
  }
}

customElements.define("wl-restore-key", WlRestoreKey);
