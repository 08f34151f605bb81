import { Announcer } from "../lib/announcer";
import { LEAVING } from "../lib/leaving";
import { prove, WORKED, type Worked } from "../lib/proof";
import { wordsIn } from "../lib/words";

/**
 * `<wl-proof>` around a form: before it is sent, the browser does some work and puts the answer into its
 * hidden field. It says so, it can be stopped, and the page goes on working meanwhile.
 */
class WlProof extends HTMLElement {
  private work: AbortController | null = null;
  private announcer = new Announcer(null);

  connectedCallback(): void {
    const form = this.querySelector("form");
    this.announcer = new Announcer(this.querySelector("[data-said]"));
    form?.addEventListener("submit", (event) => {
      event.preventDefault();
      if (!this.work) void this.send(form);
    });
    this.querySelector("[data-stop]")?.addEventListener("click", () => { this.work?.abort(); });
    document.addEventListener(LEAVING, () => { this.work?.abort(); });
    // Back to a page that the browser had kept: the answer in it was used.
    window.addEventListener("pageshow", () => { this.rest(""); });
  }

  disconnectedCallback(): void {
    this.work?.abort();
  }

  private async send(form: HTMLFormElement): Promise<void> {
    const work = new AbortController();
    this.work = work;
    this.tell(wordsIn(this)("working"));
    this.showStop(true);
    const { challengeUrl = "", solverUrl = "" } = this.dataset;
    const answer = await prove(challengeUrl, solverUrl, work.signal).catch(() => null);
    const field = form.querySelector<HTMLInputElement>("input[name=proof]");
    if (answer !== null && field) {
      field.value = answer;
      const turn = new CustomEvent<Worked>(WORKED, { bubbles: true, detail: { send: null } });
      form.dispatchEvent(turn);
      if (turn.detail.send) this.rest(await turn.detail.send(form).catch(() => wordsIn(this)("failed")));
      else form.submit();
      return;
    }
    this.rest(wordsIn(this)(work.signal.aborted ? "stopped" : "failed"));
    form.querySelector<HTMLButtonElement>("button[type=submit]")?.focus();
  }

  /** Ready for another try; with a sentence about the last one. */
  private rest(sentence: string): void {
    this.work = null;
    this.showStop(false);
    this.tell(sentence);
  }

  private showStop(shown: boolean): void {
    const stop = this.querySelector<HTMLElement>("[data-stop]");
    if (stop) stop.hidden = !shown;
  }

  /** For ears, and in the note for eyes. */
  private tell(sentence: string): void {
    this.announcer.say(sentence);
    const note = this.querySelector<HTMLElement>("[data-working]");
    const line = note?.querySelector("span");
    if (!note || !line) return;
    line.textContent = sentence;
    note.hidden = sentence === "";
  }
}

customElements.define("wl-proof", WlProof);
