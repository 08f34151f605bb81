import type { Bytes } from "../base64url";
import type { Letter } from "../envelope";
import { checkOpenings, decodeItems, evidenceAad, openEvidence, openInner, openOuter, wrapDek } from "./evidence";
import type { Pair } from "./hpke";

/** The chat part of a report as the server gives it to the second of two. `inner` is sealed to them alone. */
export interface ClosedChat {
  readonly report: number;
  readonly keyIds: readonly string[];
  readonly items: Bytes;
  readonly sealed: Bytes;
  readonly inner: Bytes;
}

/** What a page shows, in order. `doubt` is a message that is not what was sent: nothing of it may be shown. */
export type Line =
  | { readonly kind: "gap"; readonly count: number; readonly first: boolean }
  | { readonly kind: "said"; readonly seat: number; readonly ms: number; readonly text: string }
  | { readonly kind: "note"; readonly seat: number; readonly ms: number }
  | { readonly kind: "doubt"; readonly seat: number; readonly ms: number };

/** By key id. */
export type Blobs = ReadonlyMap<string, Bytes>;

/** A pair of key ids, and the public key of each. */
export interface Wanted {
  readonly outer: string;
  readonly inner: string;
}

const SAID = ["text", "signoff"];

/** The first of two: outer layers come off, and what is left is sealed to each of the others. Throws if one does not open. */
export async function takenOff(key: Pair, a: Bytes, layers: Blobs): Promise<Map<string, Bytes>> {
  const left = new Map<string, Bytes>();
  for (const [keyId, blob] of layers) left.set(keyId, await openOuter(key, a, blob));
  return left;
}

/**
 * What was said, opened by the second of two; it stays in this page's memory. Throws when the key, the words
 * or what they are bound to are not those that the reporter sealed.
 */
export class OpenedChat {
  private constructor(
    private readonly dek: Bytes,
    private readonly a: Bytes,
    readonly lines: readonly Line[],
  ) {}

  static async open(key: Pair, chat: ClosedChat): Promise<OpenedChat> {
    const { room, items } = decodeItems(chat.items);
    const a = await evidenceAad(chat.report, chat.items, chat.keyIds);
    const dek = await openInner(key, a, chat.inner);
    const letters = await checkOpenings(room, items, await openEvidence(dek, a, chat.sealed));
    return new OpenedChat(dek, a, linesOf(items, letters));
  }

  /** Its key for coordinators who came later, as blobs in the order of the pairs, bound to the same as the first ones. */
  sealedFor(pairs: readonly Wanted[], keys: Blobs): Promise<Bytes[]> {
    return Promise.all(pairs.map(({ outer, inner }) => wrapDek(this.dek, this.a, keys.get(outer), keys.get(inner))));
  }

  /** Nothing more can be sealed with it. */
  forget(): void {
    this.dek.fill(0);
  }
}

interface Numbered {
  readonly seq: number;
  readonly seat: number;
  readonly ms: number;
}

/** Messages in their order, with how many are left out before and between them. */
export function linesOf(items: readonly Numbered[], letters: readonly (Letter | null)[]): Line[] {
  const lines: Line[] = [];
  let last = 0;
  items.forEach((item, i) => {
    const count = item.seq - last - 1;
    if (count > 0) lines.push({ kind: "gap", count, first: last === 0 });
    lines.push(lineOf(item, letters[i] ?? null));
    last = item.seq;
  });
  return lines;
}

function lineOf({ seat, ms }: Numbered, letter: Letter | null): Line {
  if (!letter) return { kind: "doubt", seat, ms };
  return SAID.includes(letter.k) ? { kind: "said", seat, ms, text: letter.t } : { kind: "note", seat, ms };
}
