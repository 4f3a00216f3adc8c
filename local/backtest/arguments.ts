/** The back-test's command line. */
import { parseArgs, type ParseArgsConfig } from "node:util";
import { parseSettings, type Settings } from "../../runtime/settings";
import { FLEET_DEFAULTS } from "../arguments";
import { UsageError } from "../usage-error";
import { DEFAULT_POLICY, parsePolicy, policyGrid, type Policy } from "./policies";

export interface BackTestArguments {
  readonly help: boolean;
  /** A file of measurements, instead of a fleet. */
  readonly input: string | undefined;
  readonly functionName: string | undefined;
  /** A fleet; the bundled sample without it. */
  readonly fleet: string | undefined;
  readonly demand: string | undefined;
  readonly days: number | undefined;
  readonly json: string | undefined;
  /** Where the outcome goes as a page. */
  readonly report: string | undefined;
  /** Each with all of its settings; at least one. */
  readonly policies: readonly { readonly policy: Policy; readonly settings: Settings }[];
}

const OPTIONS = {
  input: { type: "string" },
  function: { type: "string" },
  fleet: { type: "string" },
  demand: { type: "string" },
  days: { type: "string" },
  policy: { type: "string", multiple: true },
  set: { type: "string", multiple: true },
  json: { type: "string" },
  report: { type: "string" },
  help: { type: "boolean", short: "h", default: false },
} as const satisfies ParseArgsConfig["options"];

/** @throws UsageError, or SettingError for a setting that isn't allowed. */
export function parseBackTestArguments(args: readonly string[]): BackTestArguments {
  const values = parse(args);
  const { input, fleet, demand, days } = values;
  const ofFleet = { "--fleet": fleet, "--demand": demand, "--days": days };
  const ofInput = { "--function": values.function };
  const [kind, others] = input === undefined ? ["without", ofInput] : ["with", ofFleet];
  const [option] = Object.entries(others).find(([, value]) => value !== undefined) ?? [];
  if (option !== undefined) throw new UsageError(`${option} means nothing ${kind} --input.`);
  if (days !== undefined && !/^[1-9]\d{0,3}$/.test(days)) {
    throw new UsageError(`--days is "${days}"; it must be a whole number of days from 1.`);
  }
  const base = Object.assign(
    {},
    ...(values.set ?? []).map((pair) => parsePolicy(pair, "--set").settings),
  ) as Policy["settings"];
  const policies = values.policy
    ? [DEFAULT_POLICY, ...values.policy.map((text) => parsePolicy(text, "--policy"))]
    : policyGrid();
  const seen = new Set<string>();
  return {
    help: values.help,
    input,
    functionName: values.function,
    fleet,
    demand,
    days: days === undefined ? undefined : Number(days),
    json: values.json,
    report: values.report,
    policies: policies
      .map((policy) => ({
        policy: { ...policy, settings: { ...base, ...policy.settings } },
        settings: parseSettings({ ...FLEET_DEFAULTS, ...base, ...policy.settings }),
      }))
      // What says the same in other words is compared once: one of the grid is the default.
      .filter(({ settings }) => {
        const key = JSON.stringify(settings);
        const isNew = !seen.has(key);
        seen.add(key);
        return isNew;
      }),
  };
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({ args: [...args], options: OPTIONS, allowPositionals: false }).values;
  } catch (error) {
    const [sentence] = (error as Error).message.split(/\.\s/);
    throw new UsageError(`${sentence ?? "The command line can't be read"}; see npm run backtest -- --help.`);
  }
}

export function backTestHelp(): string {
  return `Usage: npm run backtest -- [--input FILE [--function NAME] | --fleet FILE.json [--demand FILE.csv] [--days N]]
                            [--policy KEY=VALUE,…] [--set KEY=VALUE …] [--json OUT] [--report OUT.html]

Walks through a history day by day with many policies, each function at the size that the policy has given it by then,
and says what each policy would have come to. It needs no Java, and changes nothing.

  --input FILE     measurements of your own, as npm start reads them; docs/history.md says how to export a fleet's
  --function NAME  with --input: the function of rows that don't name theirs
  --fleet FILE     a fleet, as npm start reads it; without it and --input, the bundled sample
  --demand FILE    what the fleet's invocations want, as npm start reads it
  --days N         how many days the fleet runs, instead of what its file says
  --policy LIST    settings that make a policy, such as sizing=percentile,sizingPercentile=90; may be given again. They
                   are compared with the default; without any, a grid of sizings, margins, percentiles and windows is
  --set KEY=VALUE  a setting of all policies, as in the stack config; may be given again
  --json OUT       write {"policies", "advice", "verdict", "asItIs", "peaksAtCap", "days", "changes"} there; days and
                   changes are those of the policy that is advised
  --report OUT     write a page there that shows the outcome; it opens from disk
  --help           this text

Exit status: 0 done, 1 the input can't be used, 2 the command line or a setting is wrong.
`;
}
