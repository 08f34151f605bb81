import type { Announcer } from "../../lib/announcer";
import type { Note } from "../../lib/conversation";
import type { NoteKind } from "../../lib/envelope";
import { writeYes } from "../../lib/keys/admission";
import { CheckCode } from "../../lib/keys/check-code";
import type { Member } from "../../lib/keys/epoch";
import type { Say } from "../../lib/words";
import { CheckCodeView } from "./check-code";
import { People } from "./people";
import type { TalkKeys } from "./talk-keys";
import { Third, type Door } from "./third";

export interface CompanyParts {
  readonly root: HTMLElement;
  readonly seat: number;
  readonly say: Say;
  readonly announcer: Announcer | null;
  readonly keys: TalkKeys;
  /** Puts a note in line for the others' pages. */
  readonly note: (kind: NoteKind, text: string) => void;
  /** Something changed: send what is due and show it. */
  readonly changed: () => void;
}

/** Everybody in the talk: who it is, somebody who joins or leaves, and the code that two can compare. */
export class Company {
  readonly people: People;
  private readonly third: Third;
  private readonly check: CheckCode;
  private readonly code: CheckCodeView;
  /** Yeses of ours that are not in the log yet. */
  private readonly saidYes = new Set<string>();

  constructor(private readonly parts: CompanyParts) {
    const { root, seat, say, announcer } = parts;
    this.people = new People(root, seat, say, announcer);
    this.check = new CheckCode(seat, parts.note);
    this.code = new CheckCodeView(root, root.dataset.codeWordsUrl ?? "", say, this.people, announcer);
    this.details?.addEventListener("keydown", (event) => { this.pressed(event); });
    this.third = new Third({
      root,
      announcer,
      url: root.dataset.thirdUrl ?? "",
      onPart: (part) => { this.people.learn(part); },
      door: (of) => this.doorOf(of),
      onLetIn: (member) => { this.saysYes(member); },
      onExpel: (of) => { this.expel(of); },
    });
  }

  /** What the others' pages say to ours, and ours to theirs. */
  async noted(note: Note): Promise<void> {
    const { keys } = this.parts;
    if (note.kind === "admit") keys.heardYes(note.seat, note.text);
    else await this.check.hear(note, keys.keyring?.epochAt(note.epoch));
  }

  /** Says our part of a code where it is due; `synced`: the whole log is here. */
  async tend(synced: boolean): Promise<void> {
    const { holding } = this.parts.keys.keyring ?? {};
    if (synced && holding) await this.check.tend(holding);
  }

  /** The talk is over: its details lie over nothing any more. */
  close(): void {
    this.details?.removeAttribute("open");
  }

  look(): void {
    void this.third.look();
  }

  show(): void {
    const { keyring } = this.parts.keys;
    this.people.show(keyring?.roster ?? []);
    this.parts.root.toggleAttribute("data-more-than-two", (keyring?.roster.length ?? 0) > 2);
    this.code.show(this.check.state(keyring?.holding ?? null), Boolean(keyring?.current));
    this.third.show();
    this.showDoor();
  }

  /** A yes to somebody who comes in, or comes back with another key. */
  saysYes(member: Member): void {
    const yes = writeYes(member);
    if (this.saidYes.has(yes)) return;
    this.saidYes.add(yes);
    this.parts.note("admit", yes);
    this.parts.changed();
  }

  clicked(button: Element): boolean {
    const epoch = this.parts.keys.keyring?.current;
    if (!button.hasAttribute("data-make-code")) return this.third.clicked(button);
    if (epoch) void this.check.begin(epoch).then(this.parts.changed);
    return true;
  }

  submitted(form: HTMLFormElement): boolean {
    return this.third.submitted(form);
  }

  private get details(): HTMLDetailsElement | null {
    return this.parts.root.querySelector<HTMLDetailsElement>("details[data-who]");
  }

  private pressed(event: KeyboardEvent): void {
    if (event.key !== "Escape" || !this.details?.open) return;
    this.close();
    this.details.querySelector("summary")?.focus();
  }

  private expel(seat: number): void {
    this.parts.keys.keyring?.expel(seat);
    this.parts.keys.lookAgain();
    this.parts.changed();
  }

  private doorOf(seat: number): { is: Door; member: Member | undefined } {
    const { keyring, joining } = this.parts.keys;
    const member = joining.find((one) => one.seat === seat);
    if (keyring?.roster.some((one) => one.seat === seat)) return { is: "in", member };
    if (!member) return { is: "coming", member };
    const said = this.saidYes.has(writeYes(member)) || keyring?.admission.saidYes(this.parts.seat, member);
    return { is: said ? "waits" : "asks", member };
  }

  /** On the third's own page: whether it is let in. */
  private showDoor(): void {
    const { root, say, seat, keys, announcer } = this.parts;
    const door = root.querySelector("[data-door]");
    if (!door) return;
    const isIn = keys.keyring?.roster.some((one) => one.seat === seat) ?? false;
    const sentence = isIn ? say("door_in") : say("door_out");
    if (door.textContent === sentence) return;
    door.textContent = sentence;
    announcer?.say(sentence);
  }
}
