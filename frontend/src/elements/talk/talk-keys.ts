import { Keyring, type KeyServer, type KeyState, type LogView, type RecordStore } from "../../lib/keys/keyring";
import { keyServerAt } from "../../lib/keys/key-server";
import { isThird } from "../../lib/keys/admission";
import type { Member } from "../../lib/keys/epoch";
import type { MessageKeys } from "../../lib/conversation";

const LOOK_MS = 60_000;
const RETRY_MS = 2_000;

export interface TalkKeysParts {
  readonly room: number;
  readonly seat: number;
  readonly url: string;
  readonly records: RecordStore;
  readonly log: LogView;
}

/** The keys of the talk on this page: begun once, and looked at again whenever something may have changed. */
export class TalkKeys implements MessageKeys {
  keyring: Keyring | null = null;
  private readonly connected = new Set<number>();
  private lookDue = true;
  private lookedMs = 0;

  constructor(private readonly parts: TalkKeysParts) {}

  /** False when the server can't be reached. */
  async begin(): Promise<boolean> {
    const { room, seat, url, records, log } = this.parts;
    try {
      const server = records.load() ? lookingEarly(keyServerAt(url)) : keyServerAt(url);
      this.keyring ??= await Keyring.begin({ room, seat, records, log, server, now: () => Date.now() });
      return true;
    } catch {
      return false;
    }
  }

  get current(): MessageKeys["current"] {
    return this.keyring?.current ?? null;
  }

  get holding(): MessageKeys["current"] {
    return this.keyring?.holding ?? null;
  }

  async messageKey(epoch: number, seat: number): Promise<CryptoKey | null | undefined> {
    return this.keyring?.messageKey(epoch, seat);
  }

  writerOf(epoch: number, seat: number): string | null {
    return this.keyring?.writerOf(epoch, seat) ?? null;
  }

  /** Never once keys were refused or handed to another tab: nothing is looked for then. */
  get isLookDue(): boolean {
    return this.lookDue && this.keyring !== null && !this.keyring.refused;
  }

  /** Something about the room's keys may be new. */
  lookAgain(): void {
    this.lookDue = true;
    this.lookedMs = 0;
  }

  present(seats: readonly number[]): void {
    this.connected.clear();
    for (const seat of seats) this.connected.add(seat);
    this.lookAgain();
  }

  /** Looks if it is time to; true when keys came or went. A server that can't be reached is asked again. */
  async look(nowMs: number, needed: boolean): Promise<boolean> {
    const { keyring } = this;
    if (!keyring || keyring.refused) return false;
    const pause = needed ? RETRY_MS : LOOK_MS;
    if (!this.lookDue && !keyring.waitsForTurn && !keyring.canGoOn && nowMs - this.lookedMs < pause) return false;
    this.lookDue = false;
    this.lookedMs = nowMs;
    try {
      return await keyring.update([...this.connected]);
    } catch {
      return false;
    }
  }

  /** Who came back with another key and waits for a yes. */
  get returned(): readonly Member[] {
    const { keyring } = this;
    return keyring?.asking.filter((member) => !isThird(member) && keyring.roster.some(({ seat }) => seat === member.seat)) ?? [];
  }

  /** Whether it is our own person's yes that words wait for. */
  get awaitsYes(): boolean {
    return this.returned.some((member) => !this.keyring?.admission.saidYes(this.parts.seat, member));
  }

  /** Who was asked to join and would like to come in now. */
  get joining(): readonly Member[] {
    return this.keyring?.asking.filter(isThird) ?? [];
  }

  /** A yes, from whichever seat, is in the log. */
  heardYes(seat: number, yes: string): void {
    this.keyring?.admission.hear(seat, yes);
    this.lookAgain();
  }
}

/** After a reload the first look is on its way while the share is fetched: its answer is needed right after. */
function lookingEarly(server: KeyServer): KeyServer {
  let early: Promise<KeyState> | null = server.look(0);
  early.catch(() => null); // Whoever asks for it hears of it.
  return {
    ...server,
    hello: (pk) => {
      early = null; // It did not know the new key yet.
      return server.hello(pk);
    },
    look: (after) => {
      const known = after === 0 ? early : null;
      early = null;
      return known ?? server.look(after);
    },
  };
}
