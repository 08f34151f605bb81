import { canPush, pushAddress } from "../lib/push-address";
import { setText, wordsIn } from "../lib/words";

/**
 * `<wl-push data-key data-worker-url>` around a form with the hidden fields `endpoint`, `p256dh` and `auth`:
 * pressing its button asks the browser for them, and sends the form. Before that no push service hears of us.
 */
class WlPush extends HTMLElement {
  private readonly say = wordsIn(this);
  private asking = false;

  connectedCallback(): void {
    const form = this.querySelector("form");
    if (!form) return;
    if (!canPush()) {
      this.tell("cannot");
      return;
    }
    form.hidden = false;
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      void this.switchOn(form);
    });
  }

  private async switchOn(form: HTMLFormElement): Promise<void> {
    if (this.asking) return;
    this.asking = true;
    try {
      this.tell("asking");
      if ((await Notification.requestPermission()) === "granted") await this.send(form);
      else this.tell("denied");
    } catch {
      this.tell("failed");
    } finally {
      this.asking = false;
    }
  }

  private async send(form: HTMLFormElement): Promise<void> {
    const { key = "", workerUrl = "" } = this.dataset;
    for (const [name, value] of Object.entries(await pushAddress(workerUrl, key))) {
      const field = form.elements.namedItem(name);
      if (field instanceof HTMLInputElement) field.value = String(value);
    }
    form.submit();
  }

  private tell(word: string): void {
    setText(this.querySelector("[data-said]"), this.say(word));
  }
}

customElements.define("wl-push", WlPush);
