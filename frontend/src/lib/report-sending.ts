import { decode, encode } from "./base64url";
import { FEWEST_KEYHOLDERS, sealEvidence, sealStatement, type KeyholderKey, type Proven } from "./keys/evidence";

/** What a person says and shows; nothing of it leaves the page unsealed but the reason. */
export interface ReportWords {
  readonly reason: string;
  readonly statement: string;
  readonly messages: readonly Proven[];
}

/** Which report it is, of which room; `about`: whose seat, where more than two were there. */
export interface ReportPlace {
  readonly report: number;
  readonly about?: number;
  readonly room: number;
}

/** How it went: kept (`html` says so), refused with a sentence, or not reached. */
export type Outcome =
  | { readonly how: "kept"; readonly html: string }
  | { readonly how: "refused"; readonly sentence: string }
  | { readonly how: "readers_gone" }
  | { readonly how: "not_reached" };

type Post = (body: string) => Promise<Response>;

const TRIES = 4;

/**
 * Seals a report for those who may read it and sends it. When they have changed meanwhile the server says who
 * they are now, and it is sealed again. With fewer than two left no message goes along; with none at all,
 * nothing is sent.
 */
export async function sendReport(place: ReportPlace, words: ReportWords, readers: readonly KeyholderKey[], post: Post): Promise<Outcome> {
  let now = readers;
  for (let tries = 0; tries < TRIES; tries++) {
    if (now.length === 0) return { how: "readers_gone" };
    const response = await post(JSON.stringify(await sealed(place, words, now))).catch(() => null);
    if (response?.ok) return { how: "kept", html: await response.text() };
    const answer = response && (await jsonOrNull(response));
    const others = response?.status === 409 ? keyholdersIn(answer?.keyholders) : null;
    if (!others) {
      const sentence = answer?.sentence;
      return typeof sentence === "string" ? { how: "refused", sentence } : { how: "not_reached" };
    }
    if (words.messages.length > 0 && others.length < FEWEST_KEYHOLDERS) return { how: "readers_gone" };
    now = others;
  }
  return { how: "not_reached" };
}

async function sealed(place: ReportPlace, words: ReportWords, readers: readonly KeyholderKey[]): Promise<object> {
  const { reason, statement, messages } = words;
  const chat = messages.length > 0 ? await sealEvidence(place.report, place.room, messages, readers) : null;
  const statements = statement ? await Promise.all(readers.map((reader) => sealStatement(place.report, reader, statement))) : [];
  return {
    reason,
    about: place.about, // Not written where there were only two.
    keys: readers.map(({ keyId }) => keyId),
    statements: statements.map(encode),
    evidence: chat && { items: encode(chat.items), sealed: encode(chat.sealed), blobs: chat.blobs.map(encode) },
  };
}

async function jsonOrNull(response: Response): Promise<Record<string, unknown> | null> {
  try {
    const found: unknown = await response.json();
    return typeof found === "object" && found !== null ? (found as Record<string, unknown>) : null;
  } catch {
    return null;
  }
}

/** Keyholders as the server writes them, by key id; null for anything else. */
export function keyholdersIn(value: unknown): KeyholderKey[] | null {
  if (!Array.isArray(value)) return null;
  try {
    return value.map((one: unknown) => {
      const { id, pk } = one as Record<string, unknown>;
      if (typeof id !== "string" || typeof pk !== "string") throw new TypeError("not a keyholder");
      return { keyId: id, pk: decode(pk) };
    });
  } catch {
    return null;
  }
}
