/** Gives out turns at an even pace, which keeps a limit per second in every second. */
import { setTimeout as sleep } from "node:timers/promises";

export class Pacer {
  private nextMs = 0;

  /** @param perSecond how many turns a second. */
  constructor(private readonly perSecond: number) {}

  /** Resolves when it is the caller's turn, first come, first served. */
  async turn(): Promise<void> {
    const nowMs = performance.now();
    const turnMs = Math.max(nowMs, this.nextMs);
    this.nextMs = turnMs + 1_000 / this.perSecond;
    if (turnMs > nowMs) await sleep(turnMs - nowMs);
  }
}
