/** Pauses longer and longer while Kinesis can't be used, and decides when that is worth a log line. Pure. */

const FIRST_PAUSE_MS = 30_000;
const MAX_PAUSE_MS = 60 * 60_000;

export class Breaker {
  private failures = 0;
  private pausedUntilMs = 0;

  /** Whether sending is paused now. */
  isOpen(nowMs: number): boolean {
    return nowMs < this.pausedUntilMs;
  }

  /** Opens for twice as long as last time. Returns whether this is the first failure in a row. */
  failed(nowMs: number): boolean {
    this.pausedUntilMs = nowMs + Math.min(FIRST_PAUSE_MS * 2 ** this.failures, MAX_PAUSE_MS);
    this.failures += 1;
    return this.failures === 1;
  }

  /** Closes. Returns whether it was open. */
  succeeded(): boolean {
    const wasOpen = this.failures > 0;
    this.failures = 0;
    this.pausedUntilMs = 0;
    return wasOpen;
  }
}
