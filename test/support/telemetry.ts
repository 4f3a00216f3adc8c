/** Random telemetry as fast-check arbitraries: what a fleet's layers could have put on the stream. */
import fc from "fast-check";
import type { Report } from "../../local/input/report";
import type { TelemetryRecord } from "../../runtime/contract";
import { LOCAL_ACCOUNT_ID, LOCAL_REGION } from "../../local/environment";

export interface TelemetryOptions {
  readonly functions: number;
  readonly records: number;
  readonly fromMs: number;
  readonly toMs: number;
}

/** A fleet's records in event-time order. */
export function telemetry({
  functions,
  records,
  fromMs,
  toMs,
}: TelemetryOptions): fc.Arbitrary<TelemetryRecord[]> {
  const record = fc
    .record({
      functionName: fc.nat(functions - 1).map((n) => `function-${n}`),
      functionVersion: fc.constantFrom("$LATEST", "1", "12"),
      memorySizeMB: fc.constantFrom(128, 512, 1_024, 10_240),
      used: fc.integer({ min: 1, max: 1_000 }),
      invocations: fc.integer({ min: 1, max: 1_000 }),
      billedDurationMs: fc.nat(900_000),
      errors: fc.nat(3),
      timeouts: fc.nat(3),
      outOfMemory: fc.nat(1),
      lastReportMs: fc.integer({ min: fromMs, max: toMs - 1 }),
    })
    .map(({ used, lastReportMs, ...rest }): TelemetryRecord => {
      const lastReportAt = new Date(lastReportMs).toISOString();
      return {
        ...rest,
        functionArn: `arn:aws:lambda:${LOCAL_REGION}:${LOCAL_ACCOUNT_ID}:function:${rest.functionName}`,
        maxMemoryUsedMB: Math.ceil((rest.memorySizeMB * used) / 1_000),
        durationMs: 10.5,
        firstReportAt: lastReportAt,
        lastReportAt,
        sandboxId: "sandbox",
        sequence: 0,
      };
    });
  return fc
    .array(record, { minLength: records, maxLength: records })
    .map((all) => all.sort((a, b) => (a.lastReportAt < b.lastReportAt ? -1 : 1)));
}

/** One report as a record of its own, as a layer would put it on the stream that folds nothing. */
export function telemetryOf(report: Report): TelemetryRecord {
  const { functionName, functionArn, functionVersion, memorySizeMB, maxMemoryUsedMB, status, errorType } =
    report;
  const at = new Date(report.timeMs).toISOString();
  return {
    functionName,
    functionArn,
    functionVersion,
    memorySizeMB,
    maxMemoryUsedMB,
    invocations: 1,
    durationMs: report.durationMs,
    billedDurationMs: report.billedDurationMs,
    errors: status === "error" || status === "failure" ? 1 : 0,
    timeouts: status === "timeout" ? 1 : 0,
    outOfMemory: maxMemoryUsedMB >= memorySizeMB || errorType === "Runtime.OutOfMemory" ? 1 : 0,
    firstReportAt: at,
    lastReportAt: at,
    sandboxId: report.requestId,
    sequence: 0,
  };
}
