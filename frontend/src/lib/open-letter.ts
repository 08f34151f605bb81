import type { Sealed } from "./envelope";
import { openParts, openWithStore, openWithWords, provenOf, sealNext, type LetterKey, type LetterPart } from "./keys/letter";
import type { Remembered } from "./memory";

/** A letter as the server gives it. `seat`: ours. `wrapped` for its writer, `copies` (by key id) for its reader. */
export interface WireLetter {
  readonly room: number;
  readonly state: string;
  readonly seat: number;
  readonly parts: readonly LetterPart[];
  readonly wrapped: string;
  readonly copies: Readonly<Record<string, string>>;
}

/** The letter in a server's answer; null for anything else. */
export function letterIn(value: unknown): WireLetter | null {
  if (typeof value !== "object" || value === null) return null;
  const { room, state, seat, parts, wrapped, copies } = value as Record<string, unknown>;
  if (typeof room !== "number" || typeof state !== "string" || typeof seat !== "number" || !Array.isArray(parts)) return null;
  return {
    room, state, seat,
    parts: parts.filter(isPart),
    wrapped: typeof wrapped === "string" ? wrapped : "",
    copies: typeof copies === "object" && copies !== null ? (copies as Record<string, string>) : {},
  };
}

function isPart(value: unknown): value is LetterPart {
  if (typeof value !== "object" || value === null) return false;
  const part = value as Record<string, unknown>;
  return ["seq", "seat", "epoch", "ms", "kid"].every((name) => typeof part[name] === "number")
    && ["cid", "c", "body", "tag"].every((name) => typeof part[name] === "string");
}

/** A letter whose key is on this page: in its memory, for as long as the page is there. */
export class OpenLetter {
  private constructor(private readonly key: LetterKey, private readonly letter: WireLetter) {}

  /** By the six words; null when they are not this letter's. */
  static async byWords(letter: WireLetter, words: string): Promise<OpenLetter | null> {
    const key = await openWithWords(letter.room, letter.wrapped, words);
    return key && new OpenLetter(key, letter);
  }

  /** By the letter key of an account on this device; null when there is none that opens it. */
  static async byStore(letter: WireLetter, account: string): Promise<OpenLetter | null> {
    const key = await openWithStore(letter.room, letter.copies, account);
    return key && new OpenLetter(key, letter);
  }

  /** What it says, part by part; a part that could not be verified has no words and proves nothing. */
  async read(): Promise<Remembered[]> {
    const opened = await openParts(this.key, this.letter.room, this.letter.parts);
    return opened.map((one) => {
      const { seq, seat, ms } = one.part;
      return { seq, seat, ms, text: one.text, proven: provenOf([one])[0] ?? null };
    });
  }

  /** The answer or the reply, quoting what is there. */
  async seal(text: string): Promise<Sealed> {
    const { room, seat, parts } = this.letter;
    return sealNext(this.key, room, seat, text, parts);
  }
}
