/**
 * Repeats something every few seconds, also while the page is in the background: browsers slow a hidden
 * page's own timers down to one a minute, a worker's they leave alone. Without a worker it does what it can.
 */
export class Pulse {
  private readonly worker: Worker | null;
  private readonly actions: (() => void)[] = [];
  private readonly timers: ReturnType<typeof setInterval>[] = [];

  constructor(workerUrl: string | undefined) {
    this.worker = workerUrl ? startWorker(workerUrl) : null;
    this.worker?.addEventListener("message", ({ data }: MessageEvent<number>) => this.actions[data]?.());
    this.worker?.addEventListener("error", () => {
      this.fallBack();
    });
  }

  every(seconds: number, action: () => void): void {
    const id = this.actions.push(action) - 1;
    this.seconds.push(seconds);
    if (this.worker && !this.fallenBack) this.worker.postMessage({ id, seconds });
    else this.timers.push(setInterval(action, seconds * 1000));
  }

  stop(): void {
    this.worker?.terminate();
    this.timers.forEach(clearInterval);
    this.actions.length = 0;
  }

  private readonly seconds: number[] = [];
  private fallenBack = false;

  private fallBack(): void {
    if (this.fallenBack) return;
    this.fallenBack = true;
    this.actions.forEach((action, id) => this.timers.push(setInterval(action, (this.seconds[id] ?? 20) * 1000)));
  }
}

function startWorker(url: string): Worker | null {
  try {
    return new Worker(url);
  } catch {
    return null;
  }
}
