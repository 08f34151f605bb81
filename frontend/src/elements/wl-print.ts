/** `<wl-print>` around a hidden button that prints the page. */
class WlPrint extends HTMLElement {
  connectedCallback(): void {
    const button = this.querySelector("button");
    if (!button) return;
    button.addEventListener("click", () => { window.print(); });
    button.hidden = false;
  }
}

customElements.define("wl-print", WlPrint);
