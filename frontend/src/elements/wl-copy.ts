import { setText } from "../lib/words";

/** `<wl-copy>` around a read-only field and a hidden button: the button copies the field, and says that it did. */
class WlCopy extends HTMLElement {
  connectedCallback(): void {
    const field = this.querySelector("input");
    const button = this.querySelector("button");
    if (!field || !button) return;
    field.addEventListener("focus", () => { field.select(); });
    button.addEventListener("click", () => { void this.copy(field, button); });
    button.hidden = false;
  }

  private async copy(field: HTMLInputElement, button: HTMLButtonElement): Promise<void> {
    try {
      await navigator.clipboard.writeText(field.value);
    } catch {
      // Not allowed here: the whole link is selected, ready to be copied by hand.
      field.focus();
      return;
    }
    setText(button.querySelector("span"), button.dataset.copied ?? "");
  }
}

customElements.define("wl-copy", WlCopy);
