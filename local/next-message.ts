/** Waits for one message of a forked process. */
import type { ChildProcess } from "node:child_process";
import { once } from "node:events";
import { ProcessError } from "./process-watch";

/**
 * The next message of a forked process.
 *
 * @param name the process's name in the error.
 * @throws ProcessError if the process ends before it sends one.
 */
export async function nextMessage<T>(child: ChildProcess, name: string): Promise<T> {
  const done = new AbortController();
  try {
    return await Promise.race([
      once(child, "message", { signal: done.signal }).then(([message]) => message as T),
      once(child, "exit", { signal: done.signal }).then(([status, signal]) => {
        throw new ProcessError(`${name} ended (${String(signal ?? `exit status ${String(status)}`)}).`);
      }),
    ]);
  } finally {
    done.abort();
  }
}
