import type { Announcer } from "../../lib/announcer";
import type { Member } from "../../lib/keys/epoch";
import { jsonOf, part, post } from "../../lib/server";

/** How far somebody is who was asked to join, by the keys. */
export type Door = "coming" | "asks" | "waits" | "in";

export interface ThirdParts {
  readonly root: HTMLElement;
  readonly url: string;
  readonly announcer: Announcer | null;
  /** A part came that may name somebody new. */
  readonly onPart: (part: ParentNode) => void;
  /** Who stands at the door with this seat, and how far they are. */
  readonly door: (seat: number) => { readonly is: Door; readonly member: Member | undefined };
  readonly onLetIn: (member: Member) => void;
  /** Nothing more may be said to this seat, from now on. */
  readonly onExpel: (seat: number) => void;
}

/**
 * Asking somebody to join, as one of the two sees it. What was asked and answered is the server's and comes as a part
 * of the page; who is let in is in the keys, and only shown here.
 */
export class Third {
  private asking = false;
  private again = false;
  private said = "";

  constructor(private readonly parts: ThirdParts) {}

  /** Asks how it stands. */
  async look(): Promise<void> {
    if (!this.parts.url) return;
    this.again = this.asking; // Word that comes meanwhile may be newer than the answer.
    if (this.asking) return;
    this.asking = true;
    const found = await part(this.parts.url).catch(() => null); // Asked again when the line is back.
    this.asking = false;
    if (found) this.take(found);
    if (this.again) await this.look();
  }

  /** Puts what depends on keys in its place. */
  show(): void {
    const { root } = this.parts;
    const seat = Number(root.querySelector<HTMLElement>("[data-third-now] [data-seat]")?.dataset.seat ?? 0);
    const door = seat ? this.parts.door(seat).is : null;
    for (const one of root.querySelectorAll<HTMLElement>("[data-third-now] [data-when], [data-third-ask] [data-when]")) {
      one.hidden = door === null || !(one.dataset.when ?? "").split(" ").includes(door);
    }
    this.tell(door);
  }

  clicked(button: Element): boolean {
    if (!button.hasAttribute("data-let-in")) return false;
    const seat = Number(button.closest<HTMLElement>("[data-seat]")?.dataset.seat);
    const { member } = this.parts.door(seat);
    if (member) this.parts.onLetIn(member);
    return true;
  }

  submitted(form: HTMLFormElement): boolean {
    if (!form.hasAttribute("data-third-form")) return false;
    const details = form.closest("details");
    if (details) {
      details.open = false; // What comes of it is said above the field.
      details.querySelector("summary")?.focus();
    }
    if (form.dataset.expels) this.parts.onExpel(Number(form.dataset.expels));
    void this.send(form);
    return true;
  }

  private async send(form: HTMLFormElement): Promise<void> {
    const button = form.querySelector("button");
    if (button?.disabled) return;
    if (button) button.disabled = true;
    const fields = Object.fromEntries([...new FormData(form)].map(([name, value]) => [name, typeof value === "string" ? value : ""]));
    const again = async (): Promise<Response | null> => post(form.action, fields).catch(() => null);
    const response = (await again()) ?? (await again()) ?? (await again()); // Each does no more when it is late or comes twice.
    const sentence = response && !response.ok ? (await jsonOf(response))?.sentence : null;
    if (typeof sentence === "string") this.parts.announcer?.say(sentence);
    if (button) button.disabled = false;
    await this.look();
  }

  private take(found: DocumentFragment): void {
    this.parts.onPart(found);
    for (const name of ["data-third-now", "data-third-ask"]) {
      const slot = this.parts.root.querySelector<HTMLElement>(`[${name}]`);
      const fresh = found.querySelector<HTMLElement>(`[${name}]`);
      if (!slot || !fresh) continue;
      if (name === "data-third-now" && slot.dataset.state === fresh.dataset.state) continue;
      const hadFocus = slot.contains(document.activeElement);
      slot.dataset.state = fresh.dataset.state ?? "";
      slot.replaceChildren(...fresh.childNodes);
      slot.hidden = slot.children.length === 0;
      if (hadFocus) this.parts.root.querySelector<HTMLElement>(name === "data-third-ask" ? "[data-who] > summary" : "textarea")?.focus();
    }
    this.show();
  }

  /** What is new is said once; somebody at the door when both can answer. */
  private tell(door: Door | null): void {
    const slot = this.parts.root.querySelector<HTMLElement>("[data-third-now]");
    const words = slot?.querySelector<HTMLElement>("[data-says]");
    const state = `${slot?.dataset.state ?? ""} ${door === "asks" ? door : ""}`;
    if (state === this.said || door === "coming") return;
    this.said = state;
    const sentence = words?.closest("[hidden]") ? "" : wordsOf(words);
    if (door === null || door === "asks") this.parts.announcer?.say(sentence);
  }
}

function wordsOf(element: HTMLElement | null | undefined): string {
  const line = element?.querySelector("p") ?? element;
  return line?.textContent.replace(/\s+/g, " ").trim() ?? "";
}
