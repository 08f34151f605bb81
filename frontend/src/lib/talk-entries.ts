import type { Conversation } from "./conversation";
import type { Kind } from "./envelope";
import type { NakCode } from "./frames";

/** How far a message is, as its sender sees it. */
export type Delivery = "said" | "sending" | "sent" | "not_sent";

/** A bubble of the conversation, in the order shown. */
export interface Entry {
  readonly key: string;
  readonly seat: number;
  readonly own: boolean;
  readonly ms: number;
  readonly text: string | null;
  /** Nobody here may read it: it was said before this page had its key. */
  readonly closed: boolean;
  readonly kind: Kind;
  readonly delivery: Delivery;
  readonly code: NakCode | "no_line" | null;
  readonly cid: string;
  /** Time and state stand under the last of a group. */
  readonly lastOfGroup: boolean;
}

const GROUP_MS = 5 * 60_000;

/** The bubbles to show: the log, then what is not in it yet. `noLine`: the line has been away for long. */
export function entriesOf(conversation: Conversation, noLine: boolean): Entry[] {
  const single = [...fromLog(conversation), ...notInLog(conversation, noLine)];
  return single.map((entry, at) => ({ ...entry, lastOfGroup: !isGrouped(entry, single[at + 1]) }));
}

type Single = Omit<Entry, "lastOfGroup">;

function fromLog(conversation: Conversation): Single[] {
  const used = new Set<string>();
  const shown = conversation.said.filter(({ closed, seat }, at, all) => !(closed && all[at - 1]?.closed && all[at - 1]?.seat === seat));
  return shown.map(({ seq, seat, own, ms, text, closed, kind, cid }) => {
    const key = own && !used.has(cid) ? `own:${cid}` : `seq:${seq}`;
    used.add(cid);
    return { key, seat, own, ms, text, closed, kind, cid, code: null, delivery: own ? "sent" : "said" };
  });
}

function notInLog(conversation: Conversation, noLine: boolean): Single[] {
  const { seat } = conversation.place;
  return conversation.unsentWords.map(({ cid, writtenMs, text, kind, state, code }) => {
    const stuck = noLine && state !== "sent";
    const delivery = state === "refused" || stuck ? "not_sent" : state === "sent" ? "sent" : "sending";
    const shown = kind === "signoff" ? kind : "text";
    return { key: `own:${cid}`, seat, own: true, ms: writtenMs, text, closed: false, kind: shown, cid, delivery, code: code ?? (stuck ? "no_line" : null) };
  });
}

function isGrouped(entry: Single, next: Single | undefined): boolean {
  if (!next || entry.delivery === "not_sent") return false;
  return next.seat === entry.seat && next.delivery === entry.delivery && next.ms - entry.ms < GROUP_MS;
}
