/** What one tab hands to another that goes on in its place; opaque to this module. */
export type Handed = Record<string, string>;

interface Ask {
  readonly ask: string;
}
interface Give {
  readonly to: string;
  readonly handed: Handed;
}

const ANSWER_MS = 1_500;

/**
 * One tab at a time uses a seat. A Web Lock says which; the tab that has it hands what it keeps to another tab of
 * the same browser when a person asks for it there, and then knows nothing any more.
 */
export class SeatTab {
  private letGo: (() => void) | null = null;
  private readonly channel: BroadcastChannel;

  constructor(
    private readonly name: string,
    /** Another tab goes on: give what is kept, and wipe it here. */
    private readonly onTaken: () => Handed,
  ) {
    this.channel = new BroadcastChannel(name);
    this.channel.onmessage = ({ data }: MessageEvent<Partial<Ask>>) => {
      if (typeof data.ask === "string" && this.letGo) this.give(data.ask);
    };
  }

  /** True when no other tab uses the seat: then this one does. */
  claim(): Promise<boolean> {
    return this.lock({ ifAvailable: true });
  }

  /** Go on here: what the other tab handed over, null when it does not answer. The seat is ours either way. */
  async take(): Promise<Handed | null> {
    const handed = await this.asked();
    await this.lock(handed ? {} : { steal: true });
    return handed;
  }

  /** Another tab may have the seat. */
  release(): void {
    this.letGo?.();
    this.letGo = null;
  }

  close(): void {
    this.release();
    this.channel.close();
  }

  private give(to: string): void {
    const answer: Give = { to, handed: this.onTaken() };
    this.channel.postMessage(answer);
    this.release();
  }

  private asked(): Promise<Handed | null> {
    const me = crypto.randomUUID();
    const channel = new BroadcastChannel(this.name);
    return new Promise((resolve) => {
      const done = (handed: Handed | null): void => {
        clearTimeout(timer);
        channel.close();
        resolve(handed);
      };
      const timer = setTimeout(() => { done(null); }, ANSWER_MS);
      channel.onmessage = ({ data }: MessageEvent<Partial<Give>>) => {
        if (data.to === me && data.handed) done(data.handed);
      };
      channel.postMessage({ ask: me } satisfies Ask);
    });
  }

  private lock(options: LockOptions): Promise<boolean> {
    return new Promise((resolve) => {
      const held = navigator.locks.request(this.name, options, (lock) => {
        resolve(lock !== null);
        return lock && new Promise<void>((letGo) => { this.letGo = letGo; });
      });
      held.catch(() => { this.letGo = null; }); // Stolen: another tab goes on.
    });
  }
}
