import { canHoldKeys, openStore } from "../../lib/keys/keyholder-store";
import { useOf } from "./key-use";

/**
 * `<wl-forget-key data-keyholder data-use>` in a form, around a hidden choice: where this device has the key, the
 * choice shows, and a ticked one deletes the key before the form is sent.
 */
class WlForgetKey extends HTMLElement {
  connectedCallback(): void {
    const form = this.closest("form");
    const choice = this.querySelector("input");
    if (!form || !choice || !canHoldKeys()) return;
    form.addEventListener("submit", (event) => {
      if (!choice.checked) return;
      event.preventDefault();
      void this.forget().finally(() => { form.submit(); });
    });
    void this.offer();
  }

  private async offer(): Promise<void> {
    try {
      const store = await openStore(this.dataset.keyholder, useOf(this));
      const kept = await store.keyIds();
      store.close();
      for (const part of this.querySelectorAll<HTMLElement>("[hidden]")) part.hidden = kept.length === 0;
    } catch {
      // Nothing is kept here: nothing to offer.
    }
  }

  private async forget(): Promise<void> {
    const store = await openStore(this.dataset.keyholder, useOf(this));
    await store.forget();
    store.close();
  }
}

customElements.define("wl-forget-key", WlForgetKey);
