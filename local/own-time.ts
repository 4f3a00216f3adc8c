/** Measures time as it would pass for a process on an idle machine. */
import { readdirSync, readFileSync } from "node:fs";
import { setTimeout as delay } from "node:timers/promises";

/**
 * A clock in milliseconds that stands still while a thread of the process waits for a processor, and while this process
 * waits for one or is busy. Only differences are meaningful. They are too small if several threads wait at once.
 */
export function ownTimeMs(pid: number): number {
  const { idle } = performance.eventLoopUtilization();
  return idle - schedulingOf(pid).waitedMs - schedulingOf(process.pid).waitedMs;
}

const QUIET_MS = 10;

/** Resolves once the process hasn't run for 10 ms. */
export async function quiet(pid: number): Promise<void> {
  for (let before = -1, now = schedulingOf(pid); now.ranMs + now.waitedMs > before; now = schedulingOf(pid)) {
    before = now.ranMs + now.waitedMs;
    await delay(QUIET_MS);
  }
}

/**
 * How long the threads of a process have run, and how long they have waited for a processor ("Scheduler Statistics" in
 * the kernel's documentation). Zeros if the kernel has no such figures.
 */
function schedulingOf(pid: number): { ranMs: number; waitedMs: number } {
  const sum = { ranMs: 0, waitedMs: 0 };
  try {
    for (const thread of readdirSync(`/proc/${pid}/task`)) {
      const [ranNs, waitedNs] = readFileSync(`/proc/${pid}/task/${thread}/schedstat`, "utf8").split(" ");
      sum.ranMs += Number(ranNs) / 1e6;
      sum.waitedMs += Number(waitedNs) / 1e6;
    }
  } catch {
    // The process, or one of its threads, has just ended.
  }
  return sum;
}
