import { decode, encode, type Bytes } from "../base64url";
import { same } from "../envelope";
import { isThird, memberOf, type Member } from "./epoch";

export { isThird };

/** The text of a message of kind `admit`: which seat, in which role, with which key. One spelling. */
export function writeYes({ seat, role, pk }: Member): string {
  return JSON.stringify([seat, role, encode(pk)]);
}

/**
 * Who said yes to whom. A yes is a sealed message, so it is in the log: every page counts the same, a reload finds it
 * again, and to the server it looks like any other message.
 *
 * A third comes in when the whole pair said yes to that very key. One of the pair who came back with another key comes
 * in with the yes of the other. Nobody else ever does.
 */
export class Admission {
  private readonly yeses = new Map<string, Set<number>>();

  /** A yes from a seat, as the log has it. */
  hear(seat: number, yes: string): void {
    this.yeses.set(yes, (this.yeses.get(yes) ?? new Set()).add(seat));
  }

  /** Whether this seat said yes to this member. */
  saidYes(seat: number, member: Member): boolean {
    return this.yeses.get(writeYes(member))?.has(seat) ?? false;
  }

  /** Whether everybody who has to said yes; `roster` is the epoch's before the member is in. */
  isAdmitted(member: Member, roster: readonly Member[]): boolean {
    const then = roster.find(({ seat }) => seat === member.seat);
    if (!isThird(member) && then?.role !== member.role) return false;
    const asked = deciders(member, roster);
    return asked.length > 0 && asked.every((seat) => this.saidYes(seat, member));
  }
}

/** Whose yes it takes: the pair's, without whoever comes in. */
export function deciders(member: Member, roster: readonly Member[]): number[] {
  return roster.filter((one) => !isThird(one) && one.seat !== member.seat).map(({ seat }) => seat);
}

/** Keys that were in a roster and are not any more: no yes brings them back. */
export class Gone {
  private readonly keys = new Set<string>();

  /** One roster has followed another. */
  note(before: readonly Member[], after: readonly Member[]): void {
    for (const member of before) {
      const now = memberOf({ roster: after }, member.seat);
      if (!now || !same(now.pk, member.pk)) this.keys.add(nameOf(member.seat, member.pk));
    }
  }

  has(seat: number, pk: Bytes): boolean {
    return this.keys.has(nameOf(seat, pk));
  }
}

/** What a yes names, or null for what is none. */
export function readYes(yes: string): Member | null {
  try {
    const [seat, role, pk, ...more] = JSON.parse(yes) as unknown[];
    if (typeof seat !== "number" || typeof role !== "string" || typeof pk !== "string" || more.length) return null;
    return { seat, role, pk: decode(pk) };
  } catch {
    return null;
  }
}

function nameOf(seat: number, pk: Bytes): string {
  return `${String(seat)}:${encode(pk)}`;
}
