/** `npm start -- --fleet`: reads the fleet, runs it, and shows the result. */
import path from "node:path";
import type { ReportData } from "../../report/data";
import { reportData } from "../../report/from-run";
import { MS_PER_DAY } from "../../runtime/duration";
import { MS_PER_MONTH } from "../../runtime/pricing";
import { build, RUNTIME_ARTEFACTS } from "../../scripts/build";
import type { Arguments } from "../arguments";
import type { Progress } from "../progress";
import { fleetTable, updatesOf } from "../report";
import { reportRows } from "../report-rows";
import { createRunDirectory } from "../run-directory";
import { homeOf } from "../home";
import { sampleFleet } from "../sample-fleet";
import { priced } from "../savings";
import { verdictLines, verdictOf } from "../verdict";
import { runClosedLoop, type ClosedLoopResult } from "./closed-loop";
import { demandOf, type RecordedDemand } from "./demand";
import { readDemand } from "./demand-file";
import { durationAt } from "./duration";
import { readFleet, type Fleet, type FleetFunction } from "./fleet-file";
import { arnOf, play } from "./invocations";
import { sum } from "../collections";

/** Beyond this many functions, a line for each change would be too many. */
const FUNCTIONS_TOLD_ONE_BY_ONE = 50;

export interface Shown {
  /** For standard output. */
  readonly text: string;
  /** For `--json`: the same bytes for the same input and settings. */
  readonly document: unknown;
  /** For `--report`. */
  readonly report: () => ReportData;
}

export async function showFleet(
  { fleet: file, demand: demandFile, days, settings }: Arguments,
  { say, sayNowAndThen }: Progress,
  options: { readonly color: boolean; readonly signal: AbortSignal },
): Promise<Shown> {
  const fleet = file === undefined ? sampleFleet(days) : readFleet(file, days);
  const demand = demandFile === undefined ? undefined : await readDemand(demandFile, fleet);
  const what = file === undefined ? "the bundled sample: " : "";
  say(`${what}${fleet.functions.length} functions over ${fleet.days} days from ${fleet.start.slice(0, 10)}`);
  await build(say, RUNTIME_ARTEFACTS);
  const result = await runClosedLoop({
    fleet,
    ...(demand && { demand }),
    settings,
    directory: createRunDirectory(),
    progress: say,
    progressNowAndThen: sayNowAndThen,
    onChange: ({ at, functionName, from, to, reason }) => {
      if (fleet.functions.length > FUNCTIONS_TOLD_ONE_BY_ONE) return;
      say(`${at.slice(0, 10)}  ${functionName} ${from} → ${to} MB (${reason})`);
    },
    signal: options.signal,
  });
  const invocations = sum(result.days.map((day) => day.invocations));
  const outOfMemory = sum(result.days.map((day) => day.outOfMemory));
  const fleetRows = rows(fleet, demand, result, settings.updateMode);
  const verdict = verdictOf(fleetRows);
  const recommendOnly = settings.updateMode === "recommend";
  const table = fleetTable(fleetRows, { color: options.color, recommendOnly, durationsFollowSize: true });
  return {
    text: [
      table,
      "",
      `${result.changes.length} changes in ${fleet.days} days; ${outOfMemory.toLocaleString("en-US")} of ${invocations.toLocaleString("en-US")} invocations ran out of memory.`,
      ...verdictLines(verdict),
    ].join("\n"),
    document: {
      recommendations: result.recommendations,
      updates: updatesOf(result.decisions),
      days: result.days,
      changes: result.changes,
      verdict,
    },
    report: () => {
      const { decisions, days, changes } = result;
      const byName = new Map(fleet.functions.map((fn) => [fn.functionName, fn]));
      return reportData({
        title: file === undefined ? "The bundled sample of a fleet" : path.basename(file),
        kind: "closed-loop",
        applied: !recommendOnly,
        durationsFollowSize: true,
        rows: fleetRows,
        decisions,
        days,
        changes,
        verdict,
        durationMs: (functionName, memorySizeMB) => {
          const fn = byName.get(functionName);
          return fn ? durationAt(fn.duration, memorySizeMB).durationMs : 0;
        },
        architectureOf: (functionName) => byName.get(functionName)?.architecture ?? "x86_64",
      });
    },
  };
}

/** The same demand at the first size and at the last: durations and cost follow the size. */
function rows(
  fleet: Fleet,
  demand: RecordedDemand | undefined,
  result: ClosedLoopResult,
  updateMode: "apply" | "recommend",
) {
  const months = (fleet.days * MS_PER_DAY) / MS_PER_MONTH;
  const billed = (fn: FleetFunction, memorySizeMB: number) =>
    sum(
      Array.from(
        { length: fleet.days },
        (_, day) => play(fn, demandOf(fn, day, fleet, demand), memorySizeMB, day).billedGBSeconds,
      ),
    );
  const observed = fleet.functions.map(({ functionName, memorySizeMB }) => ({
    functionName,
    functionArn: arnOf(functionName),
    memorySizeMB,
    billedDurationMs: 0,
  }));
  const byLogs = fleet.functions.some(({ via }) => via === "logs");
  const outcome = { ...result, updateMode, observedMs: fleet.days * MS_PER_DAY };
  return reportRows(observed, outcome).map((row, index) => {
    const fn = fleet.functions[index];
    if (!fn) return row;
    const monthly = (memorySizeMB: number) =>
      priced(billed(fn, memorySizeMB) / months, homeOf(arnOf(fn.functionName)).region, fn.architecture);
    const [cost, after] = [monthly(row.fromMB), monthly(row.toMB)];
    return {
      ...row,
      ...(byLogs && { joinsBy: fn.via === "logs" ? `logs (${fn.runtime})` : "layer" }),
      cost,
      saving: { gbSeconds: cost.gbSeconds - after.gbSeconds, dollars: cost.dollars - after.dollars },
    };
  });
}
