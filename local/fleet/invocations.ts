/**
 * Plays invocations at a memory size, and returns reports as Lambda would write them, telemetry records and a day's
 * sums. Pure.
 */
import { Fold } from "../../layer/fold";
import type { TelemetryRecord } from "../../runtime/contract";
import { LOCAL_HOME } from "../home";
import { toPlatformReport, type Report } from "../input/report";
import type { Wanted } from "./demand";
import { durationAt } from "./duration";
import type { FleetFunction } from "./fleet-file";
import { sum } from "../collections";

/** The outcome of a function's invocations in one step. */
export interface Played {
  /** The records that a layer would send. */
  readonly records: TelemetryRecord[];
  /** The reports that Lambda would write to the function's log; absent unless it joins by its log. */
  readonly reports?: Report[];
  readonly invocations: number;
  readonly outOfMemory: number;
  /** The most memory that any of them used; 0 if there were none. */
  readonly peakUsedMB: number;
  readonly durationMs: number;
  readonly billedGBSeconds: number;
}

export function arnOf(functionName: string): string {
  const { partition, region, accountId } = LOCAL_HOME;
  return `arn:${partition}:lambda:${region}:${accountId}:function:${functionName}`;
}

/**
 * Plays invocations at a size. One that wants more than the size runs out of memory.
 *
 * @param step makes the records' identities differ.
 */
export function play(
  fn: FleetFunction,
  wanted: readonly Wanted[],
  memorySizeMB: number,
  step: number,
): Played {
  const { functionName, weight, cpu } = fn;
  const { durationMs, cpuMs } = durationAt(fn.duration, memorySizeMB);
  const reports = wanted.map((one, n) => reportOf(fn, one, memorySizeMB, durationMs, `${step}-${n}`));
  const fold = new Fold();
  for (const report of reports) fold.add(toPlatformReport(report));
  // All have the same size and day, so they make one record.
  const errors = sum(
    reports.map(({ errorType }, n) => (errorType === OUT_OF_MEMORY ? weight : (wanted[n]?.errors ?? 0))),
  );
  const totalCpuMs = cpuMs * sum(wanted.map(({ durationFactor }) => durationFactor));
  const records = fold.take().map((folded, sequence) => ({
    functionName,
    functionArn: arnOf(functionName),
    functionVersion: "$LATEST",
    ...weighted(folded, weight),
    errors,
    ...(cpu && fn.via === "layer" && { cpuMs: Math.round(totalCpuMs * weight) }),
    sandboxId: `fleet-${step}`,
    sequence,
  }));
  return {
    records,
    ...(fn.via === "logs" && {
      reports: reports.flatMap((report, n) => eachOf(report, weight, wanted[n]?.errors ?? 0)),
    }),
    invocations: reports.length * weight,
    outOfMemory: reports.filter(({ errorType }) => errorType === OUT_OF_MEMORY).length * weight,
    peakUsedMB: Math.max(0, ...reports.map(({ maxMemoryUsedMB }) => maxMemoryUsedMB)),
    durationMs: sum(reports.map((report) => report.durationMs)) * weight,
    billedGBSeconds:
      (sum(reports.map((report) => report.billedDurationMs)) * weight * memorySizeMB) / 1_024 / 1_000,
  };
}

const OUT_OF_MEMORY = "Runtime.OutOfMemory";

function reportOf(
  { functionName }: FleetFunction,
  { timeMs, usedMB, durationFactor, errors }: Wanted,
  memorySizeMB: number,
  middleMs: number,
  id: string,
): Report {
  const outOfMemory = usedMB > memorySizeMB;
  // Lambda reports hundredths of a millisecond, and bills whole ones.
  const durationMs = Math.round(middleMs * durationFactor * 100) / 100;
  return {
    timeMs,
    functionName,
    functionArn: arnOf(functionName),
    functionVersion: "$LATEST",
    memorySizeMB,
    maxMemoryUsedMB: Math.min(usedMB, memorySizeMB),
    durationMs,
    billedDurationMs: Math.max(1, Math.ceil(durationMs)),
    status: outOfMemory || errors > 0 ? "error" : "success",
    ...(outOfMemory && { errorType: OUT_OF_MEMORY }),
    requestId: id,
  };
}

/** The report of each invocation that a played one stands for, with this many errors among them. */
function eachOf(report: Report, weight: number, errors: number): Report[] {
  return Array.from({ length: weight }, (_, n): Report => {
    const failed = report.errorType === OUT_OF_MEMORY || n < errors;
    return { ...report, status: failed ? "error" : "success", requestId: `${report.requestId}-${n}` };
  });
}

/** Multiplies every sum and count of a record by the number that each report stands for. */
const SUMS = new Set([
  "invocations",
  "durationMs",
  "durationSquaredMs2",
  "billedDurationMs",
  "initDurationMs",
  "coldStarts",
  "timeouts",
  "outOfMemory",
]);

function weighted<T extends object>(record: T, weight: number): T {
  return Object.fromEntries(
    Object.entries(record).map(([key, value]: [string, unknown]) => [
      key,
      SUMS.has(key) && typeof value === "number" ? value * weight : value,
    ]),
  ) as T;
}
