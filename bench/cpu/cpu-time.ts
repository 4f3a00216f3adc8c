/** What the kernel's scheduler says of a process ("Scheduler Statistics" in the kernel's documentation). */
import { readdirSync, readFileSync } from "node:fs";

/** A thread's CPU time, and how long it was ready to run and had no processor; time in which it is stopped is neither. */
interface Thread {
  readonly ranMs: number;
  readonly waitedMs: number;
}

/** By thread id; of a process that has ended none. */
export function threadsOf(pid: number): ReadonlyMap<string, Thread> {
  const threads = new Map<string, Thread>();
  try {
    for (const thread of readdirSync(`/proc/${pid}/task`)) {
      const [ranNs, waitedNs] = readFileSync(`/proc/${pid}/task/${thread}/schedstat`, "utf8").split(" ");
      threads.set(thread, { ranMs: Number(ranNs) / 1e6, waitedMs: Number(waitedNs) / 1e6 });
    }
  } catch {
    // A process that ends takes its threads with it.
  }
  return threads;
}

/** CPU time of all threads in milliseconds, to the nanosecond. */
export function cpuMsOf(pid: number): number {
  return [...threadsOf(pid).values()].reduce((sum, { ranMs }) => sum + ranMs, 0);
}

/**
 * How long a process waited for processors that others had, in milliseconds: the longest wait of the threads that did the
 * work, which are those that ran for at least half as long as the busiest. They work, and wait, side by side.
 */
export function waitedMs(before: ReadonlyMap<string, Thread>, after: ReadonlyMap<string, Thread>): number {
  const deltas = [...after].map(([id, { ranMs, waitedMs }]) => ({
    ranMs: ranMs - (before.get(id)?.ranMs ?? 0),
    waitedMs: waitedMs - (before.get(id)?.waitedMs ?? 0),
  }));
  const busiestMs = Math.max(...deltas.map(({ ranMs }) => ranMs));
  const working = deltas.filter(({ ranMs }) => ranMs >= busiestMs / 2);
  return Math.max(0, ...working.map(({ waitedMs }) => waitedMs));
}
