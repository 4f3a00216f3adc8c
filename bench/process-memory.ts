/** Private memory as the kernel counts it. */
import { readdirSync, readFileSync } from "node:fs";

/** The USS of a process group in MB: the memory that it takes besides other processes of the same binary. */
export function privateMemoryMB(groupLeader: number): number {
  return membersOf(groupLeader).reduce((sum, pid) => sum + privateKilobytes(pid), 0) / 1024;
}

function membersOf(group: number): string[] {
  return readdirSync("/proc").filter((entry) => /^\d+$/.test(entry) && groupOf(entry) === group);
}

function groupOf(pid: string): number | undefined {
  try {
    // State, parent and group follow the command, which stands in parentheses and may hold anything.
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
