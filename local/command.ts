/** The frame of a command-line program: interruption, exit status, and error messages. */
import { once } from "node:events";
import { SettingError } from "../runtime/settings";
import { BuildError } from "../scripts/build";
import { FlinkError } from "./flink";
import { InputError } from "./input/lines";
import { ProcessError } from "./process-watch";
import { UsageError } from "./usage-error";

const TOLD_IN_A_SENTENCE = [InputError, BuildError, FlinkError, ProcessError];

/** A user's mistake is explained in a sentence. Any other error is a bug, and keeps its stack. */
function explain(error: unknown): { text: string; exitCode: number } {
  if (error instanceof UsageError || error instanceof SettingError)
    return { text: error.message, exitCode: 2 };
  if (TOLD_IN_A_SENTENCE.some((kind) => error instanceof kind)) {
    return { text: (error as Error).message, exitCode: 1 };
  }
  const { code, path: file } = error as NodeJS.ErrnoException;
  if (code !== undefined && file !== undefined)
    return { text: `${file}: ${(error as Error).message}.`, exitCode: 1 };
  return { text: error instanceof Error ? (error.stack ?? error.message) : String(error), exitCode: 1 };
}

/** Rejects when the run is interrupted. Waiting for that is needed because a FIFO may never get a writer. */
export async function aborted(signal: AbortSignal): Promise<never> {
  if (!signal.aborted) await once(signal, "abort");
  throw signal.reason;
}

/**
 * Runs a program to its end, and ends the process with it: 0 done, 1 failed, 2 the command line or a setting is wrong.
 *
 * @param main the program; its signal is aborted on an interruption.
 */
export function command(main: (signal: AbortSignal) => Promise<void>): void {
  // Otherwise the SDK warns on every run about the Node version that it will need next year.
  process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED = "true";

  const stopped = new AbortController();
  for (const [signal, status] of [
    ["SIGINT", 130],
    ["SIGTERM", 143],
  ] as const) {
    process.once(signal, () => {
      process.exitCode = status;
      stopped.abort();
    });
  }
  main(stopped.signal)
    .catch((error: unknown) => {
      if (stopped.signal.aborted) return;
      const { text, exitCode } = explain(error);
      process.stderr.write(`${text}\n`);
      process.exitCode = exitCode;
    })
    // Anything that still runs is a child, and ends with this process.
    .finally(() => process.exit());
}
