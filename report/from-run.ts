/** Turns a run's result into its report's data. Pure: the same result gives the same report. */
import path from "node:path";
import type { Change, FleetDay } from "../local/fleet/day-book";
import { homeOf } from "../local/home";
import type { Decision } from "../local/decision";
import type { FunctionRow } from "../local/report-rows";
import { verdictLines, type Verdict } from "../local/verdict";
import { dollarsPerGBSecond, type Architecture } from "../runtime/pricing";
import type { Settings } from "../runtime/settings";
import type { Measured } from "../runtime/sizing/measured";
import { curveSizesMB, knownCurve, measuredByDay, measuredByWindow, predictedCurve } from "./curves";
import type { ChangeData, DayColumns, DecisionColumns, FunctionData, ReportData } from "./data";
import { groupBy } from "../local/collections";

export interface RunResult extends Pick<
  ReportData,
  "title" | "kind" | "applied" | "durationsFollowSize" | "policies" | "advice" | "notes"
> {
  readonly verdict?: Verdict;
  readonly rows: readonly FunctionRow[];
  readonly decisions: readonly Decision[];
  /** What happened on each day; without it, the report has only decisions. */
  readonly days?: readonly FleetDay[];
  /** Every change of a size; without it, the decisions that were applied. */
  readonly changes?: readonly Change[];
  /**
   * The duration of a function's invocations at a memory size, in ms, if it is known. Otherwise durations are predicted
   * from the measurements.
   */
  readonly durationMs?: (functionName: string, memorySizeMB: number) => number;
  /** Whether these are known rather than predicted; true by default. */
  readonly durationsGiven?: boolean;
  /** A function's measurements at each size; by default, those in its decisions. */
  readonly measured?: (functionName: string) => readonly Measured[];
  /** `x86_64` by default. */
  readonly architectureOf?: (functionName: string) => Architecture;
}

export function reportData({
  rows,
  decisions,
  days = [],
  changes,
  durationMs,
  durationsGiven = true,
  measured,
  architectureOf = () => "x86_64",
  verdict,
  ...told
}: RunResult): ReportData {
  const calendar = [...new Set(days.map(({ day }) => day))].sort();
  const daysOf = groupBy(days, ({ functionName }) => functionName);
  const decisionsOf = groupBy(decisions, ({ functionArn }) => functionArn);
  const changesOf = changes && groupBy(changes, ({ functionName }) => functionName);
  const sizesMB = curveSizesMB([
    ...rows.flatMap(({ fromMB, toMB }) => [fromMB, toMB]),
    ...days.map(({ memorySizeMB }) => memorySizeMB),
  ]);

  const functionData = (row: FunctionRow): FunctionData => {
    const { functionName, functionArn, home, fromMB, toMB, saving, basis, note } = row;
    const ownDays = daysOf.get(functionName) ?? [];
    const ownDecisions = decisionsOf.get(functionArn) ?? [];
    const ownChanges = changesOf ? (changesOf.get(functionName) ?? []) : appliedOf(ownDecisions);
    const sizes = { sizesMB, fromMB, toMB };
    const curve = durationMs
      ? knownCurve(
          (size) => durationMs(functionName, size),
          durationsGiven ? measuredByDay(ownDays, ownChanges) : undefined,
          sizes,
        )
      : predictedCurve(measured?.(functionName) ?? measuredByWindow(ownDecisions), sizes);
    return {
      name: functionName,
      ...(home !== undefined && { home }),
      fromMB,
      toMB,
      dollarsPerGBSecond: dollarsPerGBSecond(homeOf(functionArn).region, architectureOf(functionName)),
      savedDollars: short(saving.dollars),
      savedGBSeconds: short(saving.gbSeconds),
      ...(basis && {
        basis: {
          activeDays: basis.activeDays,
          averageDailyPeakMB: short(basis.averageDailyPeakMB),
          peakMB: short(basis.peakMB),
          outOfMemory: basis.outOfMemory,
        },
      }),
      ...(note !== undefined && { note }),
      ...(calendar.length > 0 && { days: dayColumns(ownDays, calendar, fromMB) }),
      changes: ownChanges.map(({ at, from, to, reason }) => ({ at, from, to, reason })),
      decisions: decisionColumns(ownDecisions),
      ...(curve && { curve }),
    };
  };

  return {
    ...told,
    days: calendar,
    curveSizesMB: sizesMB,
    functions: rows.map(functionData),
    ...(verdict && { verdict: { ...verdict, sentences: verdictLines(verdict) } }),
  };
}

/** The report for measurements that were played once: nothing is known by the day. */
export function recordingReport(
  input: string,
  { updateMode }: Pick<Settings, "updateMode">,
  rows: readonly FunctionRow[],
  decisions: readonly Decision[],
  verdict: Verdict,
): ReportData {
  return reportData({
    title: path.basename(input),
    kind: "recording",
    applied: updateMode === "apply",
    durationsFollowSize: false,
    rows,
    decisions,
    verdict,
  });
}

function appliedOf(decisions: readonly Decision[]): ChangeData[] {
  return decisions.flatMap(({ status, from, to, reason, at }) =>
    status === "applied" && from !== null && to !== null ? [{ at, from, to, reason }] : [],
  );
}

function dayColumns(days: readonly FleetDay[], calendar: readonly string[], fromMB: number): DayColumns {
  const byDay = new Map(days.map((day) => [day.day, day]));
  const rows = calendar.map((day) => byDay.get(day));
  const ran = (day: FleetDay | undefined) => (day && day.invocations > 0 ? day : undefined);
  let sizeMB = fromMB;
  return {
    memorySizeMB: rows.map((day) => (sizeMB = day?.memorySizeMB ?? sizeMB)),
    invocations: rows.map((day) => day?.invocations ?? 0),
    outOfMemory: rows.map((day) => day?.outOfMemory ?? 0),
    peakUsedMB: rows.map((day) => rounded(ran(day)?.peakUsedMB)),
    meanDurationMs: rows.map((day) => rounded(ran(day)?.meanDurationMs)),
    billedGBSeconds: rows.map((day) => short(day?.billedGBSeconds ?? 0)),
  };
}

/** The decisions on recommendations, and those observations that had an effect: the others come every day. */
function decisionColumns(all: readonly Decision[]): DecisionColumns {
  const decisions = all.filter(
    ({ status, recommendation }) => recommendation !== undefined || status !== "skipped",
  );
  const column = <T>(of: (decision: Decision) => T) => decisions.map(of);
  return {
    at: column(({ at }) => at),
    asked: column(({ recommendation }) => recommendation?.reason ?? "observation"),
    recommendedMB: column(({ recommendation }) => recommendation?.recommendedMemorySizeMB ?? null),
    averageDailyPeakMB: column(({ recommendation }) => rounded(recommendation?.averageDailyPeakMB)),
    peakMB: column(({ recommendation }) => rounded(recommendation?.peakMB)),
    status: column(({ status }) => status),
    from: column(({ from }) => from),
    to: column(({ to }) => to),
    reason: column(({ reason }) => reason),
  };
}

function rounded(value: number | undefined): number | null {
  return value === undefined ? null : short(value);
}

/** Rounds to as many digits as a reader needs. */
function short(value: number): number {
  return Number(value.toPrecision(6));
}
