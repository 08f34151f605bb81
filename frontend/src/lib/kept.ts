import type { Kept, Then } from "./conversation";
import type { Chosen } from "./sign-off";

/** What of a talk is kept in this tab, so that a reload loses nothing: words being written or not yet sent. */
export interface KeptTalk {
  readonly draft: string;
  readonly unsent: readonly Kept[];
  /** The draft is a ready-made goodbye. */
  readonly signOff?: Chosen | undefined;
  /** A goodbye is stored, and this did not follow yet. */
  readonly then?: Then | undefined;
}

const NOTHING: KeptTalk = { draft: "", unsent: [] };

/** The tab's own storage for one talk; gone with the tab, and cleared when the talk is left. */
export class TalkStorage {
  private readonly key: string;

  constructor(
    room: number,
    private readonly storage: Pick<Storage, "getItem" | "setItem" | "removeItem"> | null,
  ) {
    this.key = `talk:${room}`;
  }

  load(): KeptTalk {
    try {
      const found: unknown = JSON.parse(this.storage?.getItem(this.key) ?? "null");
      return isKeptTalk(found) ? found : NOTHING;
    } catch {
      return NOTHING;
    }
  }

  save(kept: KeptTalk): void {
    if (!kept.draft && kept.unsent.length === 0 && !kept.then) {
      this.clear();
      return;
    }
    try {
      this.storage?.setItem(this.key, JSON.stringify(kept));
    } catch {
      // Storage is full or switched off: the page itself still has the words.
    }
  }

  clear(): void {
    try {
      this.storage?.removeItem(this.key);
    } catch {
      // Nothing was kept then.
    }
  }
}

function isKeptTalk(value: unknown): value is KeptTalk {
  if (typeof value !== "object" || value === null) return false;
  const { draft, unsent } = value as Record<string, unknown>;
  return typeof draft === "string" && Array.isArray(unsent);
}
