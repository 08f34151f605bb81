import type { Announcer } from "../../lib/announcer";
import { PICTURES, type CheckState } from "../../lib/keys/check-code";
import { part } from "../../lib/server";
import { setText, wordsIn, type Say } from "../../lib/words";
import type { People } from "./people";

/** The check code in the talk's details: seven pictures with words, once everybody's page has said its part. */
export class CheckCodeView {
  private words: Say | null = null;
  private fetching = false;
  private shown = "";

  constructor(
    private readonly root: ParentNode,
    private readonly wordsUrl: string,
    private readonly say: Say,
    private readonly people: People,
    private readonly announcer: Announcer | null,
  ) {}

  /** `mayMake`: there are keys to make one from. */
  show(state: CheckState, mayMake: boolean): void {
    const button = this.root.querySelector<HTMLButtonElement>("[data-make-code]");
    if (!button) return;
    button.disabled = !mayMake;
    setText(button, state.is === "none" ? (button.dataset.first ??= button.textContent) : this.say("new_code"));
    setText(this.root.querySelector("[data-code-says]"), this.sentence(state));
    this.showPictures(state.is === "code" ? state.numbers : []);
  }

  private sentence(state: CheckState): string {
    if (state.is === "waits") return this.say("code_waits", { names: this.people.phrase(state.seats) });
    if (state.is === "broken") return this.say("code_broken");
    return state.is === "code" ? this.say("code_here") : "";
  }

  private showPictures(numbers: readonly number[]): void {
    const list = this.root.querySelector<HTMLElement>("[data-code]");
    if (!list || this.shown === numbers.join()) return;
    if (numbers.length && !this.words) {
      void this.fetchWords();
      return;
    }
    this.shown = numbers.join();
    list.hidden = numbers.length === 0;
    list.replaceChildren(...numbers.map((number) => this.picture(number)));
    if (!numbers.length) return;
    this.announcer?.say(this.say("code_said"));
    list.scrollIntoView({ block: "nearest" });
  }

  private picture(number: number): HTMLElement {
    const item = document.createElement("li");
    const drawing = document.createElement("span");
    drawing.setAttribute("aria-hidden", "true");
    drawing.className = "check-code-picture";
    drawing.textContent = PICTURES[number] ?? "";
    const word = document.createElement("span");
    word.textContent = this.words?.(`code_${String(number)}`) ?? "";
    item.append(drawing, word);
    return item;
  }

  /** Asked for when there is a code to show; most talks never need them. */
  private async fetchWords(): Promise<void> {
    if (this.fetching) return;
    this.fetching = true;
    const found = await part(this.wordsUrl).catch(() => null); // Asked again with the next second.
    this.fetching = false;
    if (found) this.words = wordsIn(found);
  }
}
