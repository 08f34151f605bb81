import { Idle, type IdleState } from "../lib/idle";
import { LEAVING } from "../lib/leaving";
import { setText, wordsIn } from "../lib/words";

/** What counts as somebody being there. Not `scroll`: the page scrolls by itself when a message comes. */
const TOUCHES = ["pointerdown", "keydown", "wheel", "touchmove", "input", "click", "focusin"];
/** Keys that leave the cover on: to move between its buttons, and Shift, three times of which leave the page. */
const PASSED_ON = ["Tab", "Shift", "Control", "Alt", "AltGraph", "Meta", "CapsLock", "Fn"];

/**
 * `<wl-cover>`, last in the body of pages that may show something about a person: 5 minutes after the last
 * touch or key a plain panel hides the page, also from screen readers, until a tap or a key. The page behind
 * goes on: nothing is stopped, cleared or lost. Quick exit works on it. 30 s before, the page says so.
 */
class WlCover extends HTMLElement {
  private readonly idle = new Idle(Date.now());
  private readonly say = wordsIn(this);
  private shown: IdleState = "awake";
  private timer: ReturnType<typeof setTimeout> | undefined;
  private listening: AbortController | null = null;
  private focused: Element | null = null;
  private silenced: Element[] = [];
  private pointer = "";

  connectedCallback(): void {
    this.listening = new AbortController();
    this.listen(this.listening.signal);
    this.look();
  }

  disconnectedCallback(): void {
    this.listening?.abort();
    clearTimeout(this.timer);
  }

  private listen(signal: AbortSignal): void {
    const seen = (): void => { this.touched(); };
    for (const touch of TOUCHES) window.addEventListener(touch, seen, { capture: true, passive: true, signal });
    window.addEventListener("pointermove", (event) => { this.moved(event); }, { capture: true, passive: true, signal });
    window.addEventListener("keydown", (event) => { this.pressed(event); }, { capture: true, signal });
    this.panel?.addEventListener("click", (event) => { this.tapped(event); }, { signal });
    // Timers stand still while a device sleeps; on waking the page must not be there for a moment.
    document.addEventListener("visibilitychange", () => { this.look(); }, { signal });
    window.addEventListener("pageshow", () => { this.look(); }, { signal });
    document.addEventListener(LEAVING, () => { this.disconnectedCallback(); }, { signal });
  }

  private get panel(): HTMLElement | null {
    return this.querySelector<HTMLElement>("[data-panel]");
  }

  private touched(): void {
    this.idle.touched(Date.now());
    if (this.idle.state(Date.now()) !== this.shown) this.look();
  }

  /** Browsers report a pointer that lies still when the page moves under it. */
  private moved({ screenX, screenY }: PointerEvent): void {
    const pointer = `${screenX} ${screenY}`;
    if (pointer === this.pointer) return;
    this.pointer = pointer;
    this.touched();
  }

  private look(): void {
    const state = this.idle.state(Date.now());
    if (state !== this.shown) this.show(state);
    clearTimeout(this.timer);
    const wait = this.idle.msToChange(Date.now());
    if (wait !== null) this.timer = setTimeout(() => { this.look(); }, wait);
  }

  private show(state: IdleState): void {
    const was = this.shown;
    this.shown = state;
    setText(this.querySelector("[data-warning]"), state === "warned" ? this.say("cover_comes") : "");
    if (state === "covered") this.cover();
    else if (was === "covered") this.uncover();
  }

  /** Out of sight, out of reach, and silent: a live region that is not rendered says nothing. */
  private cover(): void {
    const { panel } = this;
    if (!panel) return;
    this.focused = document.activeElement;
    this.silenced = Array.from(document.body.children).filter((child) => child !== this && !child.hasAttribute("inert"));
    for (const child of this.silenced) child.setAttribute("inert", "");
    document.documentElement.toggleAttribute("data-covered", true);
    panel.hidden = false;
    this.querySelector<HTMLElement>("[data-lift]")?.focus({ preventScroll: true });
  }

  private uncover(): void {
    const { panel, focused } = this;
    for (const child of this.silenced) child.removeAttribute("inert");
    this.silenced = [];
    document.documentElement.toggleAttribute("data-covered", false);
    if (panel) panel.hidden = true;
    this.focused = null;
    if (focused instanceof HTMLElement) focused.focus({ preventScroll: true });
    if (focused && document.activeElement !== focused && focused !== document.body) {
      document.querySelector<HTMLElement>("#main")?.focus({ preventScroll: true });
    }
  }

  private pressed(event: KeyboardEvent): void {
    if (this.shown !== "covered" || PASSED_ON.includes(event.key) || isExit(event.target)) return;
    event.preventDefault(); // It is not for the field behind.
    event.stopPropagation();
    this.lift();
  }

  private tapped(event: Event): void {
    if (!isExit(event.target)) this.lift();
  }

  private lift(): void {
    this.idle.lift(Date.now());
    this.look();
  }
}

function isExit(target: EventTarget | null): boolean {
  return target instanceof Element && target.closest(".exit") !== null;
}

customElements.define("wl-cover", WlCover);
