/** Makes the machine's processors behave like Lambda's: available to the function, and never idle. */
import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import os from "node:os";

/**
 * Gives this process, and those that it starts from now on, priority over all others on the machine (sched(7),
 * real-time policies). Does nothing without the right to, which root has.
 *
 * @param priority from 1; higher goes first.
 */
export function goFirst(priority: number): void {
  spawnSync("chrt", ["--rr", "--pid", String(priority), String(process.pid)], { stdio: "ignore" });
}

/**
 * Starts a process per processor that runs whenever nothing else does. A processor that idles between a function's time
 * slices lowers its clock rate, and the same work then takes up to twice the CPU time. Lambda's don't idle.
 *
 * @returns a function that ends them.
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
