/** Random telemetry as fast-check arbitraries: records that a fleet's layers could have put on the stream. */
import fc from "fast-check";
import type { Report } from "../../local/input/report";
import type { TelemetryRecord } from "../../runtime/contract";
import { durationMs, MS_PER_DAY } from "../../runtime/duration";
import type { Settings } from "../../runtime/settings";
import { LOCAL_ACCOUNT_ID, LOCAL_REGION } from "../../local/environment";
import { MEMORY_SIZES_MB, step, type Lengths, type Step, type Way } from "./telemetry-steps";

/** A record, and how it reaches the job. */
export interface Delivery extends Way {
  readonly record: TelemetryRecord;
}

/** All telemetry starts within a `windowLength` of this. */
export const FROM_MS = 20_000 * MS_PER_DAY;

/**
 * The deliveries of many cases, in order of arrival. Each case is a small fleet with telemetry over some windows, and
 * each of its functions has a unique name such as `case-7-b`.
 */
export function casesOf(settings: Settings, count: number, seed: number): Delivery[] {
  const fleet = fc.array(functionTelemetry(settings), { minLength: 1, maxLength: 4 });
  return fc
    .sample(fleet, { numRuns: count, seed })
    .flatMap((functions, n) =>
      functions.flatMap((deliveriesOf, i) => deliveriesOf(`case-${n}-${"abcd"[i] ?? ""}`)),
    )
    .sort((a, b) => comesAtMs(a) - comesAtMs(b));
}

export function comesAtMs({ record, delayMs }: Delivery): number {
  return Date.parse(record.lastReportAt) + delayMs;
}

/** Telemetry of a still nameless function over some windows. */
function functionTelemetry(settings: Settings): fc.Arbitrary<(functionName: string) => Delivery[]> {
  const lengths: Lengths = {
    bucketMs: durationMs(settings.bucketLength)!,
    windowMs: durationMs(settings.windowLength)!,
    gapMs: durationMs(settings.sessionGap)!,
    latenessMs: durationMs(settings.lateness)!,
    isSession: settings.windowType === "session",
  };
  return fc
    .tuple(
      fc.nat(lengths.windowMs),
      fc.constantFrom(...MEMORY_SIZES_MB),
      fc.array(step(lengths), { minLength: 1, maxLength: 16 }),
    )
    .map(([offsetMs, memorySizeMB, steps]) => (functionName: string) => {
      return walk(functionName, FROM_MS + offsetMs, memorySizeMB, steps, lengths);
    });
}

function walk(
  functionName: string,
  fromMs: number,
  firstSizeMB: number,
  steps: readonly Step[],
  lengths: Lengths,
): Delivery[] {
  let timeMs = fromMs;
  let memorySizeMB = firstSizeMB;
  return steps.flatMap((step, sequence) => {
    memorySizeMB = step.newMemorySizeMB ?? memorySizeMB;
    timeMs = nextMs(timeMs, step, lengths);
    const dayMs = Math.floor(timeMs / MS_PER_DAY) * MS_PER_DAY;
    const record = recordOf(functionName, timeMs, {
      ...step.counts,
      ...step.use(memorySizeMB),
      memorySizeMB,
      firstReportAt: new Date(Math.max(dayMs, timeMs - step.foldedMs)).toISOString(),
      sequence,
    });
    return step.ways.map((way) => ({ record, ...way }));
  });
}

function nextMs(timeMs: number, { silenceMs, fromBucketEndMs }: Step, lengths: Lengths): number {
  const { bucketMs, gapMs, isSession } = lengths;
  const freeMs = timeMs + silenceMs;
  const bucketEndMs = (Math.floor(freeMs / bucketMs) + 1) * bucketMs;
  const nextMs = fromBucketEndMs === undefined ? freeMs : bucketEndMs + fromBucketEndMs;
  // Whether a silence of exactly sessionGap ends a session depends on which record comes first.
  return isSession && nextMs - timeMs === gapMs ? nextMs + 1 : nextMs;
}

/** A record as the layer would put it on the stream, by default of one invocation. */
export function recordOf(
  functionName: string,
  timeMs: number,
  use: Pick<TelemetryRecord, "memorySizeMB" | "maxMemoryUsedMB"> & Partial<TelemetryRecord>,
): TelemetryRecord {
  const at = new Date(timeMs).toISOString();
  return {
    functionName,
    functionArn: `arn:aws:lambda:${LOCAL_REGION}:${LOCAL_ACCOUNT_ID}:function:${functionName}`,
    functionVersion: "$LATEST",
    invocations: 1,
    durationMs: 10.5,
    billedDurationMs: 11,
    errors: 0,
    timeouts: 0,
    outOfMemory: 0,
    firstReportAt: at,
    lastReportAt: at,
    sandboxId: "sandbox",
    sequence: 0,
    ...use,
  };
}

/** One report as one record, as a layer that doesn't fold would put it on the stream. */
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
