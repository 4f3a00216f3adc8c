/** What the command lines of `npm start` and `npm run backtest` have in common. */
import path from "node:path";
import { parseArgs, type ParseArgsConfig } from "node:util";
import { UsageError } from "./usage-error";

/** The options of both. */
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

/** The values of both: measurements or a fleet, and where the outcome goes. */
export interface SharedArguments {
  readonly help: boolean;
  /** A file of measurements, instead of a fleet. */
  readonly input: string | undefined;
  readonly functionName: string | undefined;
  /** A fleet that reacts; the bundled sample without it. */
  readonly fleet: string | undefined;
  /** What the fleet's invocations want. */
  readonly demand: string | undefined;
  /** How many days the fleet runs; as its file says where it is undefined. */
  readonly days: number | undefined;
  /** Where the results go as JSON. */
  readonly json: string | undefined;
  /** Where they go as a page to look at. */
  readonly report: string | undefined;
}

/**
 * @param program such as `npm start`, for the sentence.
 * @throws UsageError for an option that there isn't, or one without its value.
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
 * The shared values, checked. Measurements and a fleet are two different runs.
 *
 * @param ofInput the program's further options that mean something with `--input` alone, with their values.
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
