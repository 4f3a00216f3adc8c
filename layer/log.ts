/**
 * Writes the layer's log lines, which go to the function's log group. They are written straight to the file descriptor,
 * because `process.stdout` would load Node's streams, and could lose a line written just before the process ends.
 */
import { writeSync } from "node:fs";
import { LAYER_LOG_LEVELS as LOG_LEVELS } from "../runtime/layer-defaults";

export { LOG_LEVELS };
export type LogLevel = (typeof LOG_LEVELS)[number];

/** One function per level; a message is one sentence without a line break. */
export type Log = Record<Exclude<LogLevel, "silent">, (message: string) => void>;

/**
 * Creates a log that drops lines below `level`.
 *
 * @param write where a finished line goes; by default the process's standard output.
 */
export function createLog(level: LogLevel, write: (line: string) => void = writeToStdout): Log {
  const threshold = LOG_LEVELS.indexOf(level);
  const at = (own: Exclude<LogLevel, "silent">) => (message: string) => {
    if (LOG_LEVELS.indexOf(own) < threshold) return;
    const line = message.replace(/\s*[\r\n]+\s*/g, " ").replace(/[^ -~]/g, escape);
    write(`[lambda-memory-optimizer] ${own.toUpperCase()} ${line}\n`);
  };
  return { debug: at("debug"), info: at("info"), warn: at("warn"), error: at("error") };
}

/** Text from elsewhere may contain control characters, which a terminal would interpret. */
function escape(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`;
}

function writeToStdout(line: string): void {
  try {
    writeSync(1, line);
  } catch {
    // A full or closed pipe must not end the process, because that would break the function.
  }
}
