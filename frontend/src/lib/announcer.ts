const KEPT_MS = 20_000;

/**
 * Says sentences politely to a screen reader, one after the other. The region is always rendered, because
 * many readers miss what appears together with its region; visible words beside it are no regions themselves.
 */
export class Announcer {
  constructor(private readonly region: Element | null) {}

  say(sentence: string): void {
    if (!this.region || !sentence) return;
    const line = document.createElement("p");
    line.textContent = sentence;
    this.region.append(line);
    setTimeout(() => { line.remove(); }, KEPT_MS);
  }
}
