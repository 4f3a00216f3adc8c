/**
 * The rule by which a telemetry record asks for more memory at once. The Flink job has the same rule in SQL (`reports.sql`,
 * `memory-pressure.sql`). The updater applies this file's rule if the job runs on a schedule, and the model of the job uses
 * it too. A test compares this file with the job. Pure.
 */
import type { Recommendation, TelemetryRecord } from "./contract";
import { MS_PER_DAY } from "./duration";
import { plusFraction } from "./fractions";
import type { Settings } from "./settings";

/** The settings that determine the size that a record at its cap asks for. */
export type PressureSettings = Pick<Settings, "pressureStep" | "bufferMB" | "minMemoryMB" | "maxMemoryMB">;

/** The fields of a telemetry record that matter for memory pressure. */
export type PressureReport = Pick<
  TelemetryRecord,
  | "functionArn"
  | "functionVersion"
  | "memorySizeMB"
  | "maxMemoryUsedMB"
  | "invocations"
  | "billedDurationMs"
  | "errors"
  | "timeouts"
  | "outOfMemory"
  | "firstReportAt"
  | "lastReportAt"
>;

/**
 * The filter pattern of the event source mapping on the telemetry stream ("Filter rule syntax", AWS Lambda). A pattern
 * can't compare two fields, but the layer counts a report at its cap as out of memory, so its records at their cap are
 * exactly those that pass.
 */
export const PRESSURE_FILTER_PATTERN = { data: { outOfMemory: [{ numeric: [">", 0] }] } } as const;

/** Whether the function used all its memory, or needed more, so that its need is unknown. */
export function isAtCap({
  outOfMemory,
  maxMemoryUsedMB,
  memorySizeMB,
}: Pick<PressureReport, "outOfMemory" | "maxMemoryUsedMB" | "memorySizeMB">): boolean {
  return outOfMemory > 0 || maxMemoryUsedMB >= memorySizeMB;
}

/** The smallest size for a function that was at its cap with this size, in MB, before it is clamped. */
export function aboveCapMB(
  memorySizeMB: number,
  { pressureStep, bufferMB }: Pick<Settings, "pressureStep" | "bufferMB">,
): number {
  return Math.max(plusFraction(memorySizeMB, pressureStep), memorySizeMB + bufferMB);
}

/** The recommendation for a record at its cap; undefined if it isn't at its cap, or may not have more memory. */
export function pressureRecommendation(
  report: PressureReport,
  settings: PressureSettings,
): Recommendation | undefined {
  const { functionArn, functionVersion, memorySizeMB, maxMemoryUsedMB, lastReportAt } = report;
  const { minMemoryMB, maxMemoryMB } = settings;
  const wantedMB = Math.max(aboveCapMB(memorySizeMB, settings), minMemoryMB);
  const recommendedMemorySizeMB = Math.min(wantedMB, maxMemoryMB);
  if (!isAtCap(report) || recommendedMemorySizeMB <= memorySizeMB) return undefined;
  return {
    functionName: functionArn.split(":")[6] ?? "",
    functionArn,
    functionVersion,
    memorySizeMB,
    recommendedMemorySizeMB,
    reason: "memory-pressure",
    windowStart: firstReportAt(report),
    windowEnd: lastReportAt,
    activeDays: 1,
    invocations: report.invocations,
    averageDailyPeakMB: maxMemoryUsedMB,
    peakMB: maxMemoryUsedMB,
    cappedMemorySizeMB: memorySizeMB,
    outOfMemory: report.outOfMemory,
    errors: report.errors,
    timeouts: report.timeouts,
    billedGBSeconds: (report.billedDurationMs * memorySizeMB) / 1_024 / 1_000,
    source: "layer",
  };
}

/** A record covers one day, whatever it says. */
function firstReportAt({ firstReportAt: first, lastReportAt: last }: PressureReport): string {
  const lastMs = Date.parse(last);
  const firstMs = Math.min(Math.max(Date.parse(first), lastMs - MS_PER_DAY), lastMs);
  return firstMs === Date.parse(first) ? first : new Date(firstMs).toISOString();
}
