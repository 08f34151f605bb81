import { canHoldKeys, openStore } from "../../lib/keys/keyholder-store";
import { useOf } from "./key-use";

/** Whoever has both kinds of keys may tick both: the form is sent when all are deleted. */
const running = new Set<Promise<unknown>>();

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
      const work = this.forget().catch(() => undefined);
      running.add(work);
      void work.then(() => {
        running.delete(work);
        if (running.size === 0) form.submit();
      });
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
