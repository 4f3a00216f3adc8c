/** Runs what needs several processes: all of them are watched, and all end with it, however it ends. */
import { setTimeout as delay } from "node:timers/promises";
import { childPids, killChildren, PartWatch } from "./part-watch";

/** How long a fault of one part is waited for, where another part has failed because of it. */
const CAUSE_MS = 1_000;
/** How long parts may take to end, once they are told to. */
const ENDING_MS = 3_000;

/** Whatever is started is given to `opened`, and closed when the run ends. */
export type Opened = <T extends { close(): Promise<void> }>(part: T) => T;

export interface Supervision {
  readonly opened: Opened;
  readonly watch: PartWatch;
  /** Aborted as soon as the run is over, for whatever reason. */
  readonly signal: AbortSignal;
}

/**
 * @param signal ends everything early; the run then rejects with the signal's reason.
 * @param run the run itself.
 * @returns what the run resolves to.
 * @throws PartError where a process that the run depends on ends or is stopped, or what the run rejects with.
 */
export async function supervised<T>(
  signal: AbortSignal,
  run: (supervision: Supervision) => Promise<T>,
): Promise<T> {
  const open: { close(): Promise<void> }[] = [];
  const over = new AbortController();
  const watch = new PartWatch();
  const either = AbortSignal.any([signal, over.signal]);
  const aborted = new Promise<never>((_, reject) => {
    either.addEventListener("abort", () => {
      reject(either.reason as Error);
    });
  });
  const opened: Opened = (part) => {
    open.push(part);
    return part;
  };
  const notOurs = new Set(await childPids());
  const running = run({ opened, watch, signal: either });
  try {
    return await Promise.race([running, watch.failed, aborted]);
  } catch (error) {
    // One part that ends makes others fail: its own end is what the user must hear of.
    if (!signal.aborted) await Promise.race([watch.failed, delay(CAUSE_MS)]);
    throw error;
  } finally {
    watch.release();
    // What is just about to start ends by the signal, and cleans up after itself.
    over.abort();
    const ending = Promise.allSettled([...open.reverse().map((part) => part.close()), running, aborted]);
    await Promise.race([ending, delay(ENDING_MS)]);
    // A part that is slow to end, or was stopped, must not outlive the run.
    await killChildren(notOurs);
  }
}
