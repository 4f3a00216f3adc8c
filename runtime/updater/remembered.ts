/** Remembers texts for a while; the oldest are forgotten first where there are too many. */
export class Remembered {
  /** By text, in the order in which they were added: until when each is remembered. */
  private readonly untilMs = new Map<string, number>();

  /**
   * @param forMs how long each is remembered, in milliseconds.
   * @param mostKept how many are remembered at most.
   * @param nowMs a clock in milliseconds, of any beginning.
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
