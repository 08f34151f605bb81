import { canHoldKeys, openStore, type KeyholderStore } from "../../lib/keys/keyholder-store";
import { setText, wordsIn } from "../../lib/words";
import { useOf } from "./key-use";

/**
 * `<wl-key-here data-keyholder data-use data-current data-known>`: says whether the key for this use is on this device.
 * A key that the server does not know any more is dropped here too.
 */
class WlKeyHere extends HTMLElement {
  connectedCallback(): void {
    this.querySelector("[data-forget]")?.addEventListener("click", () => { void this.forget(); });
    void this.look();
  }

  private async look(): Promise<void> {
    const here = await this.withStore(async (store) => {
      const known = (this.dataset.known ?? "").split(" ");
      for (const keyId of await store.keyIds()) if (!known.includes(keyId)) await store.forget(keyId);
      return (await store.keyOf(this.dataset.current ?? "")) !== null;
    });
    this.show("[data-here]", here === true);
    this.show("[data-elsewhere]", here === false);
    this.show("[data-missing]", here === null);
  }

  private async forget(): Promise<void> {
    if ((await this.withStore((store) => store.forget().then(() => true))) === null) return;
    await this.look();
    setText(this.querySelector("[data-said]"), wordsIn(this)("gone"));
  }

  /** Null where the browser keeps nothing. */
  private async withStore<T>(use: (store: KeyholderStore) => Promise<T>): Promise<T | null> {
    if (!canHoldKeys()) return null;
    try {
      const store = await openStore(this.dataset.keyholder, useOf(this));
      try {
        return await use(store);
      } finally {
        store.close();
      }
    } catch {
      return null;
    }
  }

  private show(selector: string, shown: boolean): void {
    const element = this.querySelector<HTMLElement>(selector);
    if (element) element.hidden = !shown;
  }
}

customElements.define("wl-key-here", WlKeyHere);
