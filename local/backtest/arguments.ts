/** The back-test's command line. */
import { parseSettings, type Settings } from "../../runtime/settings";
import { FLEET_DEFAULTS } from "../arguments";
import { parseOptions, SHARED_OPTIONS, sharedArguments, type SharedArguments } from "../command-line";
import { DEFAULT_POLICY, parsePolicy, policyGrid, type Policy } from "./policies";

export interface BackTestArguments extends SharedArguments {
  /** Each with all of its settings; at least one. */
  readonly policies: readonly { readonly policy: Policy; readonly settings: Settings }[];
}

const OPTIONS = { ...SHARED_OPTIONS, policy: { type: "string", multiple: true } } as const;

/** @throws UsageError, or SettingError for a setting that isn't allowed. */
export function parseBackTestArguments(args: readonly string[]): BackTestArguments {
  const values = parseOptions(args, OPTIONS, "npm run backtest");
  const shared = sharedArguments(values);
  const base = Object.assign(
    {},
    ...(values.set ?? []).map((pair) => parsePolicy(pair, "--set").settings),
  ) as Policy["settings"];
  const policies = values.policy
    ? [DEFAULT_POLICY, ...values.policy.map((text) => parsePolicy(text, "--policy"))]
    : policyGrid();
  const seen = new Set<string>();
  return {
    ...shared,
    policies: policies
      .map((policy) => ({
        policy: { ...policy, settings: { ...base, ...policy.settings } },
        settings: parseSettings({ ...FLEET_DEFAULTS, ...base, ...policy.settings }),
      }))
      // Policies with the same settings are compared once: one of the grid is the default.
      .filter(({ settings }) => {
        const key = JSON.stringify(settings);
        const isNew = !seen.has(key);
        seen.add(key);
        return isNew;
      }),
  };
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
