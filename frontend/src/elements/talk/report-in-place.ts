import type { Remembered } from "../../lib/memory";
import { part, Refusal } from "../../lib/server";

const ATTEMPTS = 5;
const PAUSE_MS = 2_000;

/** What `<wl-report>` takes over from the page of a talk. */
export interface TalkForReport {
  readonly messages: readonly Remembered[];
  readonly ownSeat: number;
  readonly nameOf: (seat: number) => string;
}

/** The form as an element: see `elements/wl-report.ts`, which comes as a script of its own. */
export interface ReportElement extends HTMLElement {
  talk: TalkForReport | null;
}

/**
 * Shows the report in the place of the talk, in the same document, for its messages are in this page's memory
 * and nowhere else. False when it can't be had; then the report's own page has to do, with a statement only.
 */
export async function reportInPlace(page: HTMLElement, talk: TalkForReport): Promise<boolean> {
  const { reportPartUrl, reportScriptUrl } = page.dataset;
  if (!reportPartUrl || !reportScriptUrl || talk.messages.length === 0) return false;
  try {
    const [fragment] = await Promise.all([partWithPatience(reportPartUrl), import(reportScriptUrl) as Promise<unknown>]);
    const form = fragment?.querySelector<ReportElement>("wl-report");
    const main = page.closest("main");
    if (!fragment || !main || !form?.querySelector("[data-messages]")) return false; // Fewer than two could open them.
    customElements.upgrade(form);
    form.talk = talk;
    document.body.classList.remove("talk-page");
    main.className = "page stack";
    main.replaceChildren(fragment);
    scrollTo(0, 0);
    form.querySelector("h1")?.focus();
    return true;
  } catch {
    return false;
  }
}

/** What is in memory would be lost with the page: a line that is cut for a moment gets another chance. */
async function partWithPatience(url: string): ReturnType<typeof part> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await part(url);
    } catch (error) {
      if (error instanceof Refusal || attempt === ATTEMPTS) throw error;
      await new Promise((resolve) => { setTimeout(resolve, PAUSE_MS); });
    }
  }
}
