/** How long an invocation takes at a memory size, and how much of that is CPU time. Pure. */
import type { FleetFunction } from "./fleet-file";

/** "Configure Lambda function memory": at 1,769 MB a function has the equivalent of one vCPU. */
const MB_PER_CORE = 1_769;

/** In milliseconds. */
export interface Duration {
  readonly durationMs: number;
  /** The CPU time of all threads together. */
  readonly cpuMs: number;
}

/**
 * @param duration a model, or a table. Between a table's entries, the duration is linear over 1/size, like CPU-bound
 *   work; above its largest size it stays the same; below its smallest it grows as if all of it were CPU-bound, which
 *   is the worst case.
 * @param memorySizeMB the size.
 */
export function durationAt(duration: FleetFunction["duration"], memorySizeMB: number): Duration {
  if ("waitMs" in duration && "cpuMs" in duration && "threads" in duration) {
    const { waitMs, cpuMs, threads } = duration;
    const stretch = Math.max(1, (MB_PER_CORE * threads) / memorySizeMB);
    return { durationMs: waitMs + cpuMs * stretch, cpuMs: cpuMs * threads };
  }
  return fromTable(duration, memorySizeMB);
}

function fromTable(table: Readonly<Record<string, number>>, memorySizeMB: number): Duration {
  const entries = Object.entries(table)
    .map(([size, durationMs]) => ({ sizeMB: Number(size), durationMs }))
    .sort((a, b) => a.sizeMB - b.sizeMB);
  const smaller = entries.findLast(({ sizeMB }) => sizeMB <= memorySizeMB);
  const larger = entries.find(({ sizeMB }) => sizeMB >= memorySizeMB);
  if (!smaller) {
    const { sizeMB = 1, durationMs = 0 } = larger ?? {};
    // CPU-bound throughout: the CPU time is the same at every size.
    return { durationMs: (durationMs * sizeMB) / memorySizeMB, cpuMs: (durationMs * sizeMB) / MB_PER_CORE };
  }
  if (!larger || larger === smaller) {
    return { durationMs: smaller.durationMs, cpuMs: cpuOf(smaller, entries) };
  }
  const part = (1 / smaller.sizeMB - 1 / memorySizeMB) / (1 / smaller.sizeMB - 1 / larger.sizeMB);
  const durationMs = smaller.durationMs + part * (larger.durationMs - smaller.durationMs);
  return { durationMs, cpuMs: cpuOf({ sizeMB: memorySizeMB, durationMs }, entries) };
}

interface Entry {
  readonly sizeMB: number;
  readonly durationMs: number;
}

/** The CPU time that explains the table's slope over 1/size around a size; never more than the size gives. */
function cpuOf({ sizeMB, durationMs }: Entry, entries: readonly Entry[]): number {
  const most = (durationMs * sizeMB) / MB_PER_CORE;
  const at = Math.max(
    1,
    entries.findIndex((entry) => entry.sizeMB >= sizeMB),
  );
  const [a, b] = [entries[at - 1], entries[at]];
  if (!a || !b) return most;
  const slope = (a.durationMs - b.durationMs) / (1 / a.sizeMB - 1 / b.sizeMB);
  return Math.min(most, Math.max(0, slope / MB_PER_CORE));
}
