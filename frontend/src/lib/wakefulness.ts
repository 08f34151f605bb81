/** Keeps the screen awake while the page is in front; browsers let go when it is hidden, so ask again. */
export class Wakefulness {
  private lock: WakeLockSentinel | null = null;
  private wanted = false;

  async keep(): Promise<void> {
    this.wanted = true;
    if (!Reflect.has(navigator, "wakeLock") || document.hidden || (this.lock && !this.lock.released)) return;
    try {
      const lock = await navigator.wakeLock.request("screen");
      if (this.isWanted()) this.lock = lock;
      else await lock.release();
    } catch {
      // Battery saver says no: the page works, the screen may go dark.
    }
  }

  /** Asked again after a pause: it may have been released meanwhile. */
  private isWanted(): boolean {
    return this.wanted;
  }

  release(): void {
    this.wanted = false;
    void this.lock?.release();
    this.lock = null;
  }
}
