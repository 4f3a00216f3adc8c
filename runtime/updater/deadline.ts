/** The time that an invocation has left. Work that would outlive it doesn't start, and is left to the next delivery. */
import { setMaxListeners } from "node:events";
import { setTimeout as sleep } from "node:timers/promises";

/**
 * Time kept free before Lambda ends an invocation, for calls under way and the answer; a fifth of a short invocation.
 */
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
  private readonly signal: AbortSignal;

  /** @param remainingMs until Lambda ends the invocation. */
  constructor(remainingMs: number) {
    const marginMs = Math.min(MARGIN_MS, MARGIN_PART * remainingMs);
    this.atMs = performance.now() + remainingMs - marginMs;
    // Calls under way get half of the margin to end, so that little is left in doubt.
    this.signal = AbortSignal.timeout(Math.max(0, Math.floor(remainingMs - marginMs / 2)));
    setMaxListeners(0, this.signal);
  }

  /** @throws OutOfTimeError when no more work should begin. */
  check(): void {
    if (performance.now() >= this.atMs) throw new OutOfTimeError();
  }

  /**
   * Makes a call that ends before the invocation's time does.
   *
   * The SDK's pauses between attempts ignore its abort signal, so the wait for the call ends here as well.
   *
   * @param send makes the call, with the options that a client's `send` takes.
   * @throws OutOfTimeError if the time is over first; otherwise what the call throws.
   */
  call<T>(send: (options: { abortSignal: AbortSignal }) => Promise<T>): Promise<T> {
    const { signal } = this;
    return new Promise<T>((resolve, reject) => {
      const end = () => {
        reject(new OutOfTimeError());
      };
      if (signal.aborted) {
        end();
        return;
      }
      signal.addEventListener("abort", end, { once: true });
      send({ abortSignal: signal })
        .then(resolve, reject)
        .finally(() => {
          signal.removeEventListener("abort", end);
        });
    });
  }

  /**
   * Waits 0.25 s the first time, then twice as long each time, up to 5 s.
   *
   * @param attempt 0 for the first wait.
   * @throws OutOfTimeError if the wait would last too long.
   */
  async wait(attempt: number): Promise<void> {
    const waitMs = Math.min(FIRST_WAIT_MS * 2 ** attempt, LONGEST_WAIT_MS);
    if (performance.now() + waitMs >= this.atMs) throw new OutOfTimeError();
    await sleep(waitMs);
  }

  /** Reads again and again, until the value is ready. */
  async until<T>(read: () => Promise<T>, isReady: (value: T) => boolean): Promise<T> {
    for (let attempt = 0; ; attempt++) {
      const value = await read();
      if (isReady(value)) return value;
      await this.wait(attempt);
    }
  }
}
