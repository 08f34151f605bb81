import { canKeepSecrets } from "../lib/able";

/**
 * `<wl-able hidden data-instead-of="selector">`: says that this browser can't keep a talk secret, in the place of
 * what would lead on. There is no weaker way to talk.
 */
class WlAble extends HTMLElement {
  connectedCallback(): void {
    if (canKeepSecrets()) return;
    this.hidden = false;
    document.querySelectorAll<HTMLElement>(this.dataset.insteadOf ?? "").forEach((way) => { way.hidden = true; });
  }
}

customElements.define("wl-able", WlAble);
