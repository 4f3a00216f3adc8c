/** Private memory as the kernel counts it: what a process costs next to others that run the same binary. */
import { readdirSync, readFileSync } from "node:fs";

/** The USS in MB of a process group: the leader's and that of whatever it started. */
export function privateMemoryMB(groupLeader: number): number {
  let kilobytes = 0;
  for (const entry of readdirSync("/proc")) {
    if (/^\d+$/.test(entry) && groupOf(entry) === groupLeader) kilobytes += privateKilobytes(entry);
  }
  return kilobytes / 1024;
}

function groupOf(pid: string): number | undefined {
  try {
    // After the command, which may hold anything, in parentheses: state, parent, group.
    return Number(
      readFileSync(`/proc/${pid}/stat`, "utf8")
        .replace(/^.*\) /s, "")
        .split(" ")[2],
    );
  } catch {
    return undefined;
  }
}

function privateKilobytes(pid: string): number {
  try {
    const rollup = readFileSync(`/proc/${pid}/smaps_rollup`, "utf8");
    return [...rollup.matchAll(/^Private_\w+:\s+(\d+) kB/gm)].reduce(
      (sum, [, size]) => sum + Number(size),
      0,
    );
  } catch {
    return 0;
  }
}
