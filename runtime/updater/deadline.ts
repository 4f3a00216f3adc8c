/** The time that an invocation has left: work that would outlive it is not begun, and left to the next delivery. */
import { setTimeout as sleep } from "node:timers/promises";

/** Kept free for the answer and the logs; a fifth of a short invocation. */
const MARGIN_MS = 10_000;
const MARGIN_PART = 0.2;

const FIRST_WAIT_MS = 250;
const LONGEST_WAIT_MS = 5_000;

export class OutOfTimeError extends Error {
  override readonly name = "OutOfTimeError";

  constructor() {
    super("the invocation's time was nearly over");
  }
}

export class Deadline {
  private readonly atMs: number;

  /** @param remainingMs until Lambda ends the invocation. */
  constructor(remainingMs: number) {
    this.atMs = performance.now() + remainingMs - Math.min(MARGIN_MS, MARGIN_PART * remainingMs);
  }

  /** @throws OutOfTimeError when no more work should begin. */
  check(): void {
    if (performance.now() >= this.atMs) throw new OutOfTimeError();
  }

  /**
   * Waits, the longer the more often it has waited before.
   *
   * @param attempt 0 for the first wait.
   * @throws OutOfTimeError where the wait would last too long.
   */
  async wait(attempt: number): Promise<void> {
    const waitMs = Math.min(FIRST_WAIT_MS * 2 ** attempt, LONGEST_WAIT_MS);
    if (performance.now() + waitMs >= this.atMs) throw new OutOfTimeError();
    await sleep(waitMs);
  }

  /** Reads again and again, until what was read is ready. */
  async until<T>(read: () => Promise<T>, isReady: (value: T) => boolean): Promise<T> {
    for (let attempt = 0; ; attempt++) {
      const value = await read();
      if (isReady(value)) return value;
      await this.wait(attempt);
    }
  }
}
