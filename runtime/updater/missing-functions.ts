/** Remembers for a while which functions don't exist, so that records for them don't cost a call each. */

const REMEMBERED_FOR_MS = 5 * 60_000;
/** About a megabyte, at the longest names. */
const NAMES_KEPT = 10_000;

export class MissingFunctions {
  /** The time until which each name is remembered, in the order in which they were seen. */
  private readonly untilMs = new Map<string, number>();

  /** @param nowMs a clock in milliseconds, with any origin. */
  constructor(private readonly nowMs: () => number = () => performance.now()) {}

  add(functionName: string): void {
    this.untilMs.delete(functionName);
    this.untilMs.set(functionName, this.nowMs() + REMEMBERED_FOR_MS);
    if (this.untilMs.size <= NAMES_KEPT) return;
    const [oldest = ""] = this.untilMs.keys();
    this.untilMs.delete(oldest);
  }

  has(functionName: string): boolean {
    return this.nowMs() < (this.untilMs.get(functionName) ?? -Infinity);
  }
}
