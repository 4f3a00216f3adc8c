/** Makes the machine's processors behave as Lambda's do: there for the function, and never idle. */
import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import os from "node:os";

/**
 * Puts this process, and those that it starts from now on, before all others on the machine (sched(7), real-time
 * policies), where it has the right, which root has.
 *
 * @param priority from 1; a higher one goes before a lower one.
 */
export function goFirst(priority: number): void {
  spawnSync("chrt", ["--rr", "--pid", String(priority), String(process.pid)], { stdio: "ignore" });
}

/**
 * Starts a process for each processor that runs whenever nothing else would. A processor that idles between a function's
 * slices of time loses its clock rate, and the same work then takes up to twice the CPU time; Lambda's don't idle.
 *
 * @returns ends them.
 */
export function keepAwake(): () => Promise<void> {
  const spinners = Array.from({ length: os.availableParallelism() }, () =>
    spawn("chrt", ["--idle", "0", process.execPath, "-e", "for (;;);"], { stdio: "ignore" }),
  );
  return async () => {
    await Promise.all(
      spinners.map(async (spinner) => {
        const ended = once(spinner, "close");
        spinner.kill("SIGKILL");
        await ended;
      }),
    );
  };
}
