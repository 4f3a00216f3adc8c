/** Time as it passes for a process that is watched on a busy machine. */
import { readFileSync } from "node:fs";
import { setTimeout as delay } from "node:timers/promises";

/**
 * Milliseconds by a clock that stands still while the process waits for a processor, and while this one, which watches
 * it, waits for one or is busy with something else. Only differences mean something; where both wait at once they err
 * on the low side.
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
 * How long the main thread of a process has run, and how long it could have but for others ("Scheduler Statistics" in
 * the kernel's documentation); zeros where the kernel doesn't tell.
 */
function schedulingOf(pid: number): { ranMs: number; waitedMs: number } {
  try {
    const [ranNs, waitedNs] = readFileSync(`/proc/${pid}/schedstat`, "utf8").split(" ");
    return { ranMs: Number(ranNs) / 1e6, waitedMs: Number(waitedNs) / 1e6 };
  } catch {
    return { ranMs: 0, waitedMs: 0 };
  }
}
