/** Runs something that needs several processes. All of them are watched, and none outlives the run. */
import { setTimeout as delay } from "node:timers/promises";
import { childPids, killChildren, ProcessWatch } from "./process-watch";

/** When something fails because a process ended, the end of that process is noticed within this time. */
const CAUSE_MS = 1_000;
/** How long everything may take to close. */
const ENDING_MS = 3_000;

/** Registers something to be closed when the run ends, and returns it. */
export type Opened = <T extends { close(): Promise<void> }>(resource: T) => T;

export interface Supervision {
  readonly opened: Opened;
  readonly watch: ProcessWatch;
  /** Aborted as soon as the run is over, however it ended. */
  readonly signal: AbortSignal;
}

/**
 * Runs something, and ends all that it has started.
 *
 * @param signal ends the run early; the promise then rejects with the signal's reason.
 * @param run starts the processes and uses them.
 * @returns what the run resolves to.
 * @throws ProcessError if a process that the run depends on ends or is stopped, or what the run rejects with.
 */
export async function supervised<T>(
  signal: AbortSignal,
  run: (supervision: Supervision) => Promise<T>,
): Promise<T> {
  const open: { close(): Promise<void> }[] = [];
  const over = new AbortController();
  const watch = new ProcessWatch();
  const either = AbortSignal.any([signal, over.signal]);
  const aborted = new Promise<never>((_, reject) => {
    either.addEventListener("abort", () => {
      reject(either.reason as Error);
    });
  });
  const opened: Opened = (resource) => {
    open.push(resource);
    return resource;
  };
  const notOurs = new Set(await childPids());
  const running = run({ opened, watch, signal: either });
  try {
    return await Promise.race([running, watch.failed, aborted]);
  } catch (error) {
    // The end of one process makes others fail. The user must be told of the cause.
    if (!signal.aborted) await Promise.race([watch.failed, delay(CAUSE_MS)]);
    throw error;
  } finally {
    watch.release();
    // The signal ends whatever is still starting, which then cleans up after itself.
    over.abort();
    const ending = Promise.allSettled([
      ...open.reverse().map((resource) => resource.close()),
      running,
      aborted,
    ]);
    await Promise.race([ending, delay(ENDING_MS)]);
    // A process that is slow to end, or was stopped, must not outlive the run.
    await killChildren(notOurs);
  }
}
