import type { Then } from "../../lib/conversation";
import { part } from "../../lib/server";
import type { Chosen } from "../../lib/sign-off";

export type Message = Omit<Chosen, "before"> & { readonly text: string };

/** The volunteer's ready-made goodbyes. Choosing one closes the tray and hands its words on. */
export class Tray {
  constructor(
    private readonly details: HTMLDetailsElement,
    private readonly url: string,
    private readonly onChosen: (message: Message) => void,
  ) {
    details.addEventListener("click", (event) => { this.clicked(event); });
    details.addEventListener("keydown", (event) => { this.pressed(event); });
    details.addEventListener("toggle", () => { if (details.open) void this.refresh(); });
  }

  private clicked(event: Event): void {
    const target = event.target instanceof Element ? event.target : null;
    const button = target?.closest<HTMLElement>("[data-sign-off]");
    if (!button) return;
    this.details.open = false;
    const { text = "", then, card, handover } = button.dataset;
    this.onChosen({ text, then: asThen(then), card: card !== undefined, handover: handover !== undefined });
  }

  private pressed(event: KeyboardEvent): void {
    if (event.key !== "Escape" || !this.details.open) return;
    this.details.open = false;
    this.details.querySelector("summary")?.focus();
  }

  /** The seeker may have chosen another country, the time may be another: only the words change. */
  private async refresh(): Promise<void> {
    const fresh = await part(this.url).catch(() => null); // Without a line the words of the page's start serve.
    fresh?.querySelectorAll<HTMLElement>("[data-sign-off]").forEach(({ dataset }) => {
      const known = this.details.querySelector<HTMLElement>(`[data-sign-off="${dataset.signOff}"]`);
      if (known) known.dataset.text = dataset.text;
    });
  }
}

function asThen(value: string | undefined): Then | undefined {
  return value === "end" || value === "need_to_stop" ? value : undefined;
}
