/** The one-machine run's command line. */
import { limits, withoutBackticks } from "../runtime/prose";
import { parseSettings, SETTING_KEYS, SETTINGS, type Settings } from "../runtime/settings";
import { parseOptions, SHARED_OPTIONS, sharedArguments, type SharedArguments } from "./command-line";
import type { Via } from "./open-home";
import { UsageError } from "./usage-error";

export type FoldMode = "auto" | "layer" | "in-process";
const FOLD_MODES: readonly string[] = ["auto", "layer", "in-process"];
const VIAS: readonly string[] = ["layer", "logs"] satisfies Via[];

export interface Arguments extends SharedArguments {
  readonly fold: FoldMode;
  /** How functions of the input join; if undefined, the input's format decides. */
  readonly via: Via | undefined;
  readonly settings: Settings;
}

/**
 * Defaults for a fleet, which reacts, and whose clock is the updater's. Only the paces differ: weeks pass in seconds
 * here, so an interval on the job's own clock would mean something else.
 */
export const FLEET_DEFAULTS = {
  updatesPerSecond: 100,
  readsPerSecond: 100,
  pressureInterval: "0s",
} as const;

/**
 * Settings that differ from AWS. Recorded functions don't react to a change, so their next windows say nothing about
 * it: the updater goes to every size at once, by memory alone. The CPU time of a recording's sandboxes is this
 * machine's and says nothing either. Nobody else uses the control plane here.
 */
const REPLAY_DEFAULTS = {
  maxStepDown: 1,
  maxStepUp: 100,
  maxSlowdown: "off",
  pressureStepsPerDay: 1_000,
  cooldown: "0s",
  ...FLEET_DEFAULTS,
} as const;

const OPTIONS = {
  ...SHARED_OPTIONS,
  fold: { type: "string", default: "auto" },
  via: { type: "string" },
} as const;

/** @throws UsageError, or SettingError for a setting that isn't allowed. */
export function parseArguments(args: readonly string[]): Arguments {
  const values = parseOptions(args, OPTIONS, "npm start");
  const { fold, via } = values;
  if (!FOLD_MODES.includes(fold)) {
    throw new UsageError(`--fold is "${fold}"; it must be one of ${FOLD_MODES.join(", ")}.`);
  }
  if (via !== undefined && !VIAS.includes(via)) {
    throw new UsageError(`--via is "${via}"; it must be one of ${VIAS.join(", ")}.`);
  }
  const shared = sharedArguments(values, { "--via": via, "--fold": fold === "auto" ? undefined : fold });
  if (via === "logs" && fold !== "auto") throw new UsageError("--fold means nothing with --via logs.");
  const settings = (values.set ?? []).map((pair) => {
    const equals = pair.indexOf("=");
    if (equals < 1)
      throw new UsageError(
        `--set is "${pair}"; it must be a setting and its value, as in --set bufferMB=50.`,
      );
    return [pair.slice(0, equals), pair.slice(equals + 1)];
  });
  return {
    ...shared,
    fold: fold as FoldMode,
    via: via as Via | undefined,
    settings: parseSettings({
      ...(values.input === undefined ? FLEET_DEFAULTS : REPLAY_DEFAULTS),
      ...(Object.fromEntries(settings) as Record<string, string>),
    }),
  };
}

export function helpText(): string {
  const defaults = parseSettings(FLEET_DEFAULTS);
  const ofReplay = Object.entries(REPLAY_DEFAULTS).map(([key, value]) => `${key}=${value}`);
  const settings = SETTING_KEYS.map((key) => {
    const { description } = SETTINGS[key];
    return `  ${key}=${defaults[key]}\n      ${withoutBackticks(description)} ${limits(SETTINGS[key])}`;
  });
  return `Usage: npm start -- [--fleet FILE.json] [--demand FILE.csv] [--days N] [--set KEY=VALUE …] [--json OUT]
                   [--report OUT.html]
       npm start -- --input FILE [--function NAME] [--via WAY] [--fold MODE] [--set KEY=VALUE …] [--json OUT]
                   [--report OUT.html]

Plays a fleet, or measurements, through the whole system on this machine, and says what memory every function should
have, what that saves and what it costs.

  --fleet FILE     a fleet of your own that reacts to every change, see below; without it, a bundled sample
  --demand FILE    CSV with the columns time,functionName,usedMB; each row is an invocation of the fleet, and what it
                   wants replaces the function's usedMB
  --days N         how many days the fleet runs, instead of what its file says
  --input FILE     measurements of your own, plain or gzip, see below, instead of a fleet
  --function NAME  with --input: the function of rows that don't name theirs
  --json OUT       write {"recommendations", "updates", "days", "changes", "verdict"} there; with --input
                   {"recommendations", "updates", "input", "verdict"}
  --report OUT     write a page there that shows the results: it opens from disk, and needs nothing else
  --set KEY=VALUE  a setting, as in the stack config; may be given again
  --via WAY        with --input: how the functions join. layer: they carry the layer; logs: CloudWatch Logs sends their
                   REPORT lines. Without it, a log and Telemetry API events go by logs, and CSV by the layer
  --fold MODE      with --input, by the layer: layer: every function and bucket is a real layer process in an emulated sandbox;
                   in-process: the same fold without the processes, for a lot of input;
                   auto (default): layer, unless that would take more than 1,000 sandboxes or 200,000 reports
  --help           this text

A fleet, for --fleet: functions whose invocations want memory, take as long as their size makes them, and run out of
memory if they want more than there is. usedMB may be a list, one a day; duration milliseconds by size, {"128": 954};
weight says how many invocations each played one stands for. invocationsPerDay may be a list, too. "via": "logs" has a
function join by its log, with a line for each invocation; the table shows its runtime.
  {"start": "2026-01-01T00:00:00Z", "days": 28, "functions": [
    {"functionName": "orders", "memorySizeMB": 1024, "invocationsPerDay": 96, "usedMB": 310, "usedSpread": 0.05,
     "duration": {"waitMs": 40, "cpuMs": 120, "threads": 1}, "durationSpread": 0.1, "errorRate": 0, "cpu": true}]}

What FILE may hold for --input; its first line decides:

  CSV with a header: time,functionName,memorySizeMB,maxMemoryUsedMB and, if there, durationMs,billedDurationMs,
  initDurationMs,status,requestId,functionArn,functionVersion; other columns are ignored, and each line is a row
    time,functionName,memorySizeMB,maxMemoryUsedMB,durationMs
    2026-01-05T10:00:00.123Z,checkout-api,1024,311,182.4

  Telemetry API events, one JSON text per line, bare (with --function) or in an envelope
    {"time":"2026-01-05T10:00:00.123Z","type":"platform.report","record":{"requestId":"…","metrics":{…}}}
    {"functionName":"checkout-api","records":[{"time":"…","type":"platform.report","record":{…}}]}

  a CSV that CloudWatch Logs Insights exports, @timestamp,@log,@memorySize,@maxMemoryUsed,…, in bytes and milliseconds,
  or log events as JSON with their group's name (docs/history.md has the query and the commands)
    {"logGroup": "/aws/lambda/checkout-api", "events": [{"timestamp": 1767607200123, "message": "REPORT RequestId: …"}]}

  a log with Lambda's REPORT lines and their time before them (with --function, if no log group is named), from
  aws logs tail, or aws logs filter-log-events --query 'events[].[timestamp,message]' --output text
    2026-01-05T10:00:00.123Z REPORT RequestId: … Duration: 182.40 ms Billed Duration: 183 ms Memory Size: 1024 MB …
    1767607200123 REPORT RequestId: … Duration: 182.40 ms Billed Duration: 183 ms Memory Size: 1024 MB …

Settings and their defaults here; with --input, nothing reacts to a change, so the run goes to every size at once
(${ofReplay.join(", ")}):
${settings.join("\n")}

Exit status: 0 done, 1 the run failed or no row of FILE could be used, 2 the command line or a setting is wrong.
`;
}
