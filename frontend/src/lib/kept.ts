import { decode, encode, type Bytes } from "./base64url";
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

/** What turns words into something that only this seat's page can read again. */
export interface WordSealer {
  sealWords(words: string): Promise<Bytes>;
  openWords(record: Bytes): Promise<string>;
}

/** The tab's own storage for one talk, sealed; gone with the tab, and cleared when the talk is left. */
export class TalkStorage {
  private readonly key: string;
  private last: string | null = null;
  private newest: string | null = null;
  private saving = false;
  private cleared = false;

  constructor(
    room: number,
    private readonly storage: Pick<Storage, "getItem" | "setItem" | "removeItem"> | null,
    private readonly sealer: WordSealer,
  ) {
    this.key = `talk:${room}`;
  }

  async load(): Promise<KeptTalk> {
    try {
      const record = this.storage?.getItem(this.key);
      if (!record) return NOTHING;
      const found: unknown = JSON.parse(await this.sealer.openWords(decode(record)));
      return isKeptTalk(found) ? found : NOTHING;
    } catch {
      return NOTHING;
    }
  }

  /** The newest counts; what came while one was being sealed is sealed next. */
  save(kept: KeptTalk): void {
    const nothing = !kept.draft && kept.unsent.length === 0 && !kept.then;
    const words = nothing ? "" : JSON.stringify(kept);
    if (words === this.last) return;
    this.last = this.newest = words;
    if (!this.saving) void this.saveNewest();
  }

  clear(): void {
    this.cleared = true;
    this.newest = null;
    this.remove();
  }

  private async saveNewest(): Promise<void> {
    this.saving = true;
    while (this.newest !== null) {
      const words = this.newest;
      this.newest = null;
      const record = words === "" ? null : encode(await this.sealer.sealWords(words));
      if (this.cleared) break;
      if (record === null) this.remove();
      else this.put(record);
    }
    this.saving = false;
  }

  private put(record: string): void {
    try {
      this.storage?.setItem(this.key, record);
    } catch {
      // Storage is full or switched off: the page itself still has the words.
    }
  }

  private remove(): void {
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
