/** The options that `npm start` and `npm run backtest` share. */
import path from "node:path";
import { parseArgs, type ParseArgsConfig } from "node:util";
import { UsageError } from "./usage-error";

/** The shared options. */
export const SHARED_OPTIONS = {
  input: { type: "string" },
  function: { type: "string" },
  fleet: { type: "string" },
  demand: { type: "string" },
  days: { type: "string" },
  json: { type: "string" },
  report: { type: "string" },
  set: { type: "string", multiple: true },
  help: { type: "boolean", short: "h", default: false },
} as const satisfies ParseArgsConfig["options"];

/** The shared options' values: measurements or a fleet, and where the results go. */
export interface SharedArguments {
  readonly help: boolean;
  /** A file of measurements, instead of a fleet. */
  readonly input: string | undefined;
  readonly functionName: string | undefined;
  /** A fleet that reacts; the bundled sample without it. */
  readonly fleet: string | undefined;
  /** A file with the memory that the fleet's invocations want. */
  readonly demand: string | undefined;
  /** How many days the fleet runs; if undefined, its file decides. */
  readonly days: number | undefined;
  /** Where the results go as JSON. */
  readonly json: string | undefined;
  /** Where they go as a page. */
  readonly report: string | undefined;
}

/**
 * @param program such as `npm start`, for the sentence.
 * @throws UsageError for an option that doesn't exist, or has no value.
 */
export function parseOptions<const Options extends NonNullable<ParseArgsConfig["options"]>>(
  args: readonly string[],
  options: Options,
  program: string,
) {
  try {
    return parseArgs({ args: [...args], options, allowPositionals: false }).values;
  } catch (error) {
    const [sentence] = (error as Error).message.split(/\.\s/);
    throw new UsageError(`${sentence ?? "The command line can't be read"}; see ${program} -- --help.`);
  }
}

/**
 * Checks the shared values. Measurements and a fleet are two different runs.
 *
 * @param ofInput the program's other options that work only with `--input`, with their values.
 * @throws UsageError for options that don't go together.
 */
export function sharedArguments(
  values: Readonly<
    Partial<Record<Exclude<keyof typeof SHARED_OPTIONS, "set" | "help">, string | undefined>>
  > & {
    readonly help: boolean;
  },
  ofInput: Readonly<Record<string, string | undefined>> = {},
): SharedArguments {
  const { help, input, function: functionName, fleet, demand, days, json, report } = values;
  const [kind, others] =
    input === undefined
      ? ["without", { "--function": functionName, ...ofInput }]
      : ["with", { "--fleet": fleet, "--demand": demand, "--days": days }];
  const [option] = Object.entries(others).find(([, value]) => value !== undefined) ?? [];
  if (option !== undefined) throw new UsageError(`${option} means nothing ${kind} --input.`);
  if (report !== undefined && json !== undefined && path.resolve(report) === path.resolve(json)) {
    throw new UsageError(`--report and --json are both ${report}; they must be two files.`);
  }
  if (days !== undefined && !/^[1-9]\d{0,3}$/.test(days)) {
    throw new UsageError(`--days is "${days}"; it must be a whole number of days from 1.`);
  }
  return {
    help,
    input,
    functionName,
    fleet,
    demand,
    days: days === undefined ? undefined : Number(days),
    json,
    report,
  };
}
