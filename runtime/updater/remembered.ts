/** Remembers texts for a while. If there are too many, it forgets the oldest first. */
export class Remembered {
  /** Until when each text is remembered, keyed by text, in the order of their addition. */
  private readonly untilMs = new Map<string, number>();

  /**
   * @param forMs how long each is remembered, in milliseconds.
   * @param mostKept the most texts that are remembered.
   * @param nowMs a clock in milliseconds, with any origin.
   */
  constructor(
    private readonly forMs: number,
    private readonly mostKept: number,
    private readonly nowMs: () => number = () => performance.now(),
  ) {}

  add(text: string): void {
    this.untilMs.delete(text);
    this.untilMs.set(text, this.nowMs() + this.forMs);
    if (this.untilMs.size <= this.mostKept) return;
    const [oldest = ""] = this.untilMs.keys();
    this.untilMs.delete(oldest);
  }

  has(text: string): boolean {
    return this.nowMs() < (this.untilMs.get(text) ?? -Infinity);
  }
}
