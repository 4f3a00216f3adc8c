/** Keeps the machine's processors from idling. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import os from "node:os";

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
