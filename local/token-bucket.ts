/** Allows a rate, with bursts of as many as one second allows. */
export class TokenBucket {
  private tokens: number;
  private filledAtMs = performance.now();
  private readonly capacity: number;

  constructor(private readonly perSecond: number) {
    this.capacity = Math.max(1, perSecond);
    this.tokens = this.capacity;
  }

  take(): boolean {
    const nowMs = performance.now();
    const refill = ((nowMs - this.filledAtMs) / 1_000) * this.perSecond;
    this.tokens = Math.min(this.capacity, this.tokens + refill);
    this.filledAtMs = nowMs;
    if (this.tokens < 1) return false;
    this.tokens--;
    return true;
  }
}
