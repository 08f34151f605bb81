/**
 * `<wl-zone>` around a select of time zones: the browser's own zone is chosen, unless somebody chose
 * (`data-chosen`). With `data-send` its form is sent then, so that the page shows that clock.
 */
class WlZone extends HTMLElement {
  connectedCallback(): void {
    const select = this.querySelector("select");
    const zone = new Intl.DateTimeFormat().resolvedOptions().timeZone;
    if (!select || "chosen" in this.dataset || select.value === zone) return;
    if (![...select.options].some((option) => option.value === zone)) return;
    select.value = zone;
    if ("send" in this.dataset) select.form?.submit();
  }
}

customElements.define("wl-zone", WlZone);
