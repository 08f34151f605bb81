import type { Bytes } from "../base64url";
import { lp } from "../lp";
import { hkdf, random } from "./bytes";

/**
 * Six words: drawn on the page, kept by a person, never sent. What the server gets is made from them for one
 * purpose each, and neither gives the words back nor what they open.
 */
export const SIX = 6;
/** Six of so many are 77 bits. */
export const LEAST_LISTED = 7776;

/** Six words with a space between them. Throws RangeError for a list that is too short or names one twice. */
export function drawWords(list: readonly string[]): string {
  if (list.length < LEAST_LISTED || new Set(list).size !== list.length) throw new RangeError("not a list to draw from");
  return Array.from({ length: SIX }, () => list[below(list.length)]).join(" ");
}

/** The words of our own list (`dist/words.txt`). Throws when it can't be had. */
export async function wordList(url: string): Promise<string[]> {
  const response = await fetch(url, { credentials: "same-origin", redirect: "error" });
  if (!response.ok) throw new Error("no list of words");
  return (await response.text()).split(/\s+/).filter(Boolean);
}

/** Only the letters, plain and small: case, spaces, hyphens, accents and width don't matter. */
export function normalised(words: string): string {
  return words.normalize("NFKD").toLowerCase().replace(/\P{L}/gu, "");
}

/** What brings somebody back: HKDF(words, "warmline/1 come-back"), 32 bytes. */
export async function comeBackOf(words: string): Promise<Bytes> {
  return fromWords(words, lp("warmline/1 come-back"));
}

/** What finds a letter: HKDF(words, "warmline/1 letter find"), 32 bytes. */
export async function findOf(words: string): Promise<Bytes> {
  return fromWords(words, lp("warmline/1 letter find"));
}

/** 32 bytes for what `info` names. Throws RangeError without a letter in the words. */
export async function fromWords(words: string, info: Bytes): Promise<Bytes> {
  const secret = normalised(words);
  if (secret === "") throw new RangeError("no words");
  return hkdf(new TextEncoder().encode(secret), new Uint8Array(), info);
}

/** A number below `most`, each as likely as the others: what would favour the small ones is drawn again. */
function below(most: number): number {
  const fair = Math.floor(2 ** 32 / most) * most;
  for (;;) {
    const drawn = new DataView(random(4).buffer).getUint32(0);
    if (drawn < fair) return drawn % most;
  }
}
