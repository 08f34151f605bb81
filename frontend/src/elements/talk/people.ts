import type { Announcer } from "../../lib/announcer";
import { isThird } from "../../lib/keys/admission";
import type { Member } from "../../lib/keys/epoch";
import { setText, type Say } from "../../lib/words";

/** So that a name keeps its own direction within a sentence. */
const [ISOLATE, END_ISOLATE] = ["\u2068", "\u2069"];

/** Who is in the talk, by the keys and not by what the server says. Names are the server's: keys have none. */
export class People {
  private readonly names = new Map<number, string>();
  private shown: readonly number[] | null = null;

  constructor(
    private readonly root: ParentNode,
    private readonly own: number,
    private readonly say: Say,
    private readonly announcer: Announcer | null,
  ) {
    this.learn(root);
  }

  /** Takes over the names that a part of the page brings. */
  learn(part: ParentNode): void {
    for (const name of part.querySelectorAll<HTMLTemplateElement>("template[data-name]")) {
      this.names.set(Number(name.dataset.name), name.content.textContent.trim());
    }
  }

  nameOf(seat: number): string {
    return this.names.get(seat) ?? this.say("somebody");
  }

  /** Names of these seats in one phrase, ours as "you". */
  phrase(seats: readonly number[]): string {
    const names = seats.map((seat) => (seat === this.own ? this.say("you") : isolated(this.nameOf(seat))));
    return inOnePhrase(names);
  }

  show(roster: readonly Member[]): void {
    const line = roster.length ? this.say("in_talk", { names: inOnePhrase(this.ownFirst(roster)) }) : this.say("in_talk_alone");
    setText(this.root.querySelector("[data-who-line]"), line);
    this.tell(roster.map(({ seat }) => seat));
  }

  private ownFirst(roster: readonly Member[]): string[] {
    const others = roster.filter(({ seat }) => seat !== this.own).map((member) => this.asWhat(member));
    return roster.length > others.length ? [this.say("you"), ...others] : others;
  }

  private asWhat(member: Member): string {
    const name = isolated(this.nameOf(member.seat));
    return isThird(member) ? this.say("person_as", { name, role: this.say(`role_${member.role}`) }) : name;
  }

  /** Says who came and went; not whom the page found when it began. */
  private tell(seats: readonly number[]): void {
    const { shown } = this;
    if (shown?.join() === seats.join()) return;
    this.shown = seats;
    if (!shown?.length) return;
    for (const seat of seats) if (!shown.includes(seat)) this.announcer?.say(this.say("came_in", { name: this.nameOf(seat) }));
    for (const seat of shown) if (!seats.includes(seat)) this.announcer?.say(this.say("went_out", { name: this.nameOf(seat) }));
  }
}

function isolated(name: string): string {
  return `${ISOLATE}${name}${END_ISOLATE}`;
}

function inOnePhrase(names: readonly string[]): string {
  return new Intl.ListFormat(document.documentElement.lang || undefined, { type: "conjunction" }).format(names);
}
