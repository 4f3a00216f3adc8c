/** Time as it passes for a process that is watched on a busy machine. */
import { readdirSync, readFileSync } from "node:fs";
import { setTimeout as delay } from "node:timers/promises";

/**
 * Milliseconds by a clock that stands still while a thread of the process waits for a processor, and while this one,
 * which watches it, waits for one or is busy with something else. Only differences mean something; where several wait
 * at once they err on the low side.
 */
export function ownTimeMs(pid: number): number {
  const { idle } = performance.eventLoopUtilization();
  return idle - schedulingOf(pid).waitedMs - schedulingOf(process.pid).waitedMs;
}

const QUIET_MS = 10;

/** Resolves when the process has not run for 10 ms on end. */
export async function quiet(pid: number): Promise<void> {
  for (let before = -1, now = schedulingOf(pid); now.ranMs + now.waitedMs > before; now = schedulingOf(pid)) {
    before = now.ranMs + now.waitedMs;
    await delay(QUIET_MS);
  }
}

/**
 * How long the threads of a process have run, and how long they could have but for others ("Scheduler Statistics" in
 * the kernel's documentation); zeros where the kernel doesn't tell.
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
    // A process that ends takes its threads with it.
  }
  return sum;
}
