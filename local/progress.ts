import { styleText } from "node:util";

/** Shows progress on standard error, each line with the seconds since the start. */
export class Progress {
  private readonly startedAt = performance.now();
  private last = -Infinity;

  /** @param line what has just begun or ended. */
  readonly say = (line: string): void => {
    const seconds = ((performance.now() - this.startedAt) / 1_000).toFixed(1).padStart(6);
    process.stderr.write(`${paint("dim", `${seconds} s`)}  ${line}\n`);
  };

  /** Like `say`, but at most once in two seconds. */
  readonly sayNowAndThen = (line: () => string): void => {
    if (performance.now() - this.last < 2_000) return;
    this.last = performance.now();
    this.say(line());
  };
}

function paint(style: "dim", text: string): string {
  return process.stderr.isTTY && process.env.NO_COLOR === undefined ? styleText(style, text) : text;
}
