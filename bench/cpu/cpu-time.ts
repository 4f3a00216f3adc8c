import { readdirSync, readFileSync } from "node:fs";

/**
 * CPU time of the threads of a process in milliseconds, to the nanosecond, from `schedstat` ("Scheduler Statistics" in
 * the kernel's documentation); 0 for a process that has ended.
 */
export function cpuMsOf(pid: number): number {
  try {
    return readdirSync(`/proc/${pid}/task`).reduce((sum, thread) => {
      const [ranNs] = readFileSync(`/proc/${pid}/task/${thread}/schedstat`, "utf8").split(" ");
      return sum + Number(ranNs) / 1e6;
    }, 0);
  } catch {
    return 0;
  }
}
