import { creationFrom, plain, requestFrom, type Creation, type Request } from "../lib/passkey";

/**
 * `<wl-passkey data-make="…">` (a new one) or `<wl-passkey data-use="…">` (sign in with one): a hidden field
 * takes what the browser gives, and the form around is sent. The button shows only where a browser can do it.
 */
class WlPasskey extends HTMLElement {
  connectedCallback(): void {
    const button = this.querySelector("button");
    const missing = this.querySelector<HTMLElement>("[data-missing]");
    if (!button || !("PublicKeyCredential" in window)) return;
    if (missing) missing.hidden = true;
    button.hidden = false;
    button.addEventListener("click", () => { void this.ask(button); });
  }

  private async ask(button: HTMLButtonElement): Promise<void> {
    const failed = this.querySelector<HTMLElement>("[data-failed]");
    if (failed) failed.hidden = true;
    button.disabled = true;
    try {
      const credential = await this.credential();
      const field = this.querySelector<HTMLInputElement>("input[name=credential]");
      if (!field || !credential) throw new Error("nothing came back");
      field.value = JSON.stringify(plain(credential));
      this.closest("form")?.submit();
    } catch {
      // Stopped by the person, timed out, or no device: the page says so, and the button works again.
      if (failed) failed.hidden = false;
      button.disabled = false;
    }
  }

  private async credential(): Promise<PublicKeyCredential | null> {
    const { make, use } = this.dataset;
    const found = make
      ? await navigator.credentials.create(creationFrom(JSON.parse(make) as Creation))
      : await navigator.credentials.get(requestFrom(JSON.parse(use ?? "{}") as Request));
    return found as PublicKeyCredential | null;
  }
}

customElements.define("wl-passkey", WlPasskey);
