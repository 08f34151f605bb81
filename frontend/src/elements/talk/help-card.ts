import type { Announcer } from "../../lib/announcer";
import { nodesOf, part, post } from "../../lib/server";
import type { Say } from "../../lib/words";

const NOT_FOUND_BY_THAT_NAME = 422;

/** The crisis card on the seeker's screen. It comes once with an alert, and never takes the focus. */
export class HelpCard {
  private asking = false;
  private again = false;

  constructor(
    private readonly slot: HTMLElement,
    private readonly url: string,
    private readonly say: Say,
    private readonly alert: Announcer,
  ) {
    slot.addEventListener("submit", (event) => { this.submitted(event); });
  }

  /** Asks whether there is a card, unless it is here already. */
  async look(): Promise<void> {
    this.again = this.asking; // Word of it that comes meanwhile may be newer than the answer.
    if (this.asking || !this.slot.hidden) return;
    this.asking = true;
    const card = await part(this.url).catch(() => null); // Asked again when the line is back.
    this.asking = false;
    if (!card) {
      if (this.again) await this.look();
      return;
    }
    this.show(card);
    this.alert.say(this.say("card_came", { number: this.number() }));
  }

  private show(card: DocumentFragment): void {
    this.slot.replaceChildren(card);
    this.slot.hidden = false;
  }

  private number(): string {
    return this.slot.querySelector("[data-emergency]")?.textContent.trim() ?? "";
  }

  private submitted(event: SubmitEvent): void {
    const form = event.target;
    if (!(form instanceof HTMLFormElement) || !form.hasAttribute("data-country")) return;
    event.preventDefault();
    void this.chooseCountry(form, event.submitter);
  }

  /** Its person asked for it, so the focus goes where the answer is. */
  private async chooseCountry(form: HTMLFormElement, submitter: HTMLElement | null): Promise<void> {
    const chosen = submitter instanceof HTMLButtonElement && submitter.name ? submitter.value : null;
    const country = chosen ?? form.querySelector<HTMLInputElement>("input[type=search]")?.value ?? "";
    const response = await post(form.action, { country }).catch(() => null);
    if (!response) return;
    const asks = response.type !== "opaqueredirect";
    const isCard = asks && (response.ok || response.status === NOT_FOUND_BY_THAT_NAME);
    const html = isCard ? await response.text() : null;
    const card = html === null ? await part(this.url).catch(() => null) : nodesOf(html);
    if (!card) return;
    this.show(card);
    this.slot.querySelector<HTMLElement>(asks ? "[data-country] input, [data-country] button" : "h2")?.focus();
  }
}
