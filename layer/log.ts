/**
 * The layer's log lines, which land in the function's own log group. Written straight to the file descriptor:
 * `process.stdout` would load the stream machinery into every sandbox, and a line written just before the
 * process ends could be lost.
 */
import { writeSync } from "node:fs";
import { LAYER_LOG_LEVELS as LOG_LEVELS } from "../runtime/layer-defaults";

export { LOG_LEVELS };
export type LogLevel = (typeof LOG_LEVELS)[number];

/** One function per level; a message is one sentence without a line break. */
export type Log = Record<Exclude<LogLevel, "silent">, (message: string) => void>;

/**
 * A log that keeps what is at least as grave as `level`.
 *
 * @param write where a finished line goes; by default the process's standard output.
 */
export function createLog(level: LogLevel, write: (line: string) => void = writeToStdout): Log {
  const threshold = LOG_LEVELS.indexOf(level);
  const at = (own: Exclude<LogLevel, "silent">) => (message: string) => {
    if (LOG_LEVELS.indexOf(own) < threshold) return;
    write(`[lambda-memory-optimizer] ${own.toUpperCase()} ${message.replace(/\s*[\r\n]+\s*/g, " ")}\n`);
  };
  return { debug: at("debug"), info: at("info"), warn: at("warn"), error: at("error") };
}

function writeToStdout(line: string): void {
  try {
    writeSync(1, line);
  } catch {
    // A full or closed pipe must not end the process: its end would end the function.
  }
}
