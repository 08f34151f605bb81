import { post } from "../../lib/server";

const ATTEMPTS = 5;
const PAUSE_MS = 2_000;

/** What a goodbye sets off beside being said: each is asked for until the server has done it, or in vain. */
export class Companions {
  private waiting: Promise<void> = Promise.resolve();

  constructor(private readonly onInVain: (url: string) => void) {}

  send(url: string): void {
    const asked = this.ask(url);
    this.waiting = this.waiting.then(() => asked);
  }

  /** When all that was asked for is done or given up. */
  async done(): Promise<void> {
    await this.waiting;
  }

  private async ask(url: string): Promise<void> {
    for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
      if (attempt > 0) await new Promise((resolve) => { setTimeout(resolve, PAUSE_MS); });
      const response = await post(url).catch(() => null);
      if (response?.ok) return;
    }
    this.onInVain(url);
  }
}
