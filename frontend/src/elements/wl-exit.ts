import { ShiftPresses } from "../lib/shift-presses";
import { setText, wordsIn } from "../lib/words";
import { LEAVING } from "../lib/leaving";
import { OwnPush } from "../lib/push-address";
import { DATABASE } from "../lib/keys/keyholder-store";

const SHOWN_MS = 5_000;

/**
 * `<wl-exit data-exit-url data-leave-url>` around the exit form: click, touch, or Shift three times within
 * 5 s. Everything happens in the same turn of the page: blank first, then stop, clear, tell, replace.
 */
class WlExit extends HTMLElement {
  private readonly presses = new ShiftPresses();
  private readonly push = new OwnPush();
  private timer: ReturnType<typeof setTimeout> | undefined;
  private listening: AbortController | null = null;
  /** Taken apart from the page: it is needed once the page is blank. */
  private exitUrl = "";
  private leaveUrl = "";

  connectedCallback(): void {
    // A page made in an emergency may leave them empty.
    this.exitUrl = given(this.dataset.exitUrl) ?? "/exit/";
    this.leaveUrl = given(this.dataset.leaveUrl) ?? "/leave/";
    void this.push.find();
    this.listening = new AbortController();
    const options = { capture: true, signal: this.listening.signal };
    // The skip link at the top belongs to the same form.
    document.addEventListener("submit", (event) => {
      if (event.target !== this.querySelector("form")) return;
      event.preventDefault();
      this.leave();
    }, options);
    document.addEventListener("keydown", (event) => {
      this.presses.down(event.key, event.repeat);
      this.show();
    }, options);
    document.addEventListener("keyup", (event) => {
      if (this.presses.up(event.key, performance.now())) this.leave();
      else this.show();
    }, options);
    document.addEventListener("pointerdown", () => {
      this.presses.reset();
      this.show();
    }, options);
  }

  disconnectedCallback(): void {
    this.listening?.abort();
    clearTimeout(this.timer);
  }

  private show(): void {
    const count = this.presses.count(performance.now());
    if (this.dataset.presses === String(count)) return;
    this.dataset.presses = String(count);
    const say = wordsIn(this);
    setText(this.querySelector("[data-exit-said]"), count > 0 ? say(`exit_${count}`) : "");
    clearTimeout(this.timer);
    if (count > 0) this.timer = setTimeout(() => { this.show(); }, SHOWN_MS);
  }

  private leave(): void {
    const { exitUrl, leaveUrl } = this;
    const form = this.querySelector("form");
    const farewell = form ? new FormData(form) : new FormData();
    document.dispatchEvent(new Event(LEAVING));
    stopMedia();
    blank();
    clearStorage();
    this.push.forget();
    navigator.sendBeacon(leaveUrl, farewell);
    window.addEventListener("pageshow", () => {
      blank();
      location.replace(exitUrl);
    });
    location.replace(exitUrl);
  }
}

/** Back into a page the browser had kept, after its session was left: show nothing of it, ask the server. */
window.addEventListener("pageshow", (event) => {
  const hadSession = document.querySelector("input[name=csrfmiddlewaretoken]") !== null;
  if (!event.persisted || !hadSession || document.cookie) return;
  blank();
  location.reload();
});

function given(address: string | undefined): string | undefined {
  return address === "" ? undefined : address;
}

function stopMedia(): void {
  for (const media of document.querySelectorAll<HTMLMediaElement>("audio, video")) {
    media.pause();
    if (media.srcObject instanceof MediaStream) media.srcObject.getTracks().forEach((track) => { track.stop(); });
  }
}

function blank(): void {
  document.documentElement.replaceChildren();
  document.title = "";
}

function clearStorage(): void {
  for (const storage of ["sessionStorage", "localStorage"] as const) {
    try {
      window[storage].clear();
    } catch {
      // Switched off: then nothing is in it.
    }
  }
  try {
    indexedDB.deleteDatabase(DATABASE);
  } catch {
    // The same.
  }
}

customElements.define("wl-exit", WlExit);
