/** What Flink says when something goes wrong, cut down to one sentence. */

/** A Flink that could not be started, or whose job failed. The message is the cause's first sentence. */
export class FlinkError extends Error {
  override readonly name = "FlinkError";
}

/**
 * The message of a stack trace's root cause, which is its last "Caused by".
 *
 * @param lines the stack trace, or a log with one in it.
 */
export function rootCause(lines: readonly string[]): string {
  const cause =
    lines.findLast((line) => line.startsWith("Caused by: ")) ??
    lines.find((line) => /Exception|Error/.test(line));
  return (cause ?? lines.at(-1) ?? "Flink ended without a message.").replace(
    /^(Caused by: |Exception in thread "main" )?[\w.$]+(Exception|Error): /,
    "",
  );
}
