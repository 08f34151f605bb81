/** Says once per turn that its person writes: a turn ends when they send, or when the other one has. */
export class TypingTurn {
  private told = false;

  /** True the first time something is written in this turn. */
  writes(text: string): boolean {
    if (this.told || !text.trim()) return false;
    this.told = true;
    return true;
  }

  ends(): void {
    this.told = false;
  }
}
