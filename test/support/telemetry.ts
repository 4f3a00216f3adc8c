/** Random telemetry as fast-check arbitraries: records that a fleet's layers could have put on the stream. */
import fc from "fast-check";
import type { Report } from "../../local/input/report";
import type { TelemetryRecord } from "../../runtime/contract";
import { durationMs, MS_PER_DAY } from "../../runtime/duration";
import type { Settings } from "../../runtime/settings";
import { LOCAL_ACCOUNT_ID, LOCAL_REGION } from "../../local/environment";

/** How one record reaches the job. */
export interface Delivery {
  readonly record: TelemetryRecord;
  /** How long after its event time it arrives. */
  readonly delayMs: number;
  /** Kinesis picks the shard by it. */
  readonly partitionKey: string;
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

/** The lengths of time by which the job cuts telemetry. Silences of about these lengths are the interesting ones. */
interface Lengths {
  readonly bucketMs: number;
  readonly windowMs: number;
  readonly gapMs: number;
  readonly latenessMs: number;
  readonly isSession: boolean;
}

/** A record: the silence before it, and how else it differs from the previous one. */
interface Step {
  readonly silenceMs: number;
  /** If given, moves the record to this distance from the end of the bucket in which the silence ends. */
  readonly fromBucketEndMs: number | undefined;
  readonly newMemorySizeMB: number | undefined;
  readonly use: (memorySizeMB: number) => Pick<TelemetryRecord, "maxMemoryUsedMB" | "outOfMemory">;
  readonly foldedMs: number;
  readonly counts: Pick<
    TelemetryRecord,
    | "functionVersion"
    | "invocations"
    | "durationMs"
    | "durationSquaredMs2"
    | "cpuMs"
    | "billedDurationMs"
    | "initDurationMs"
    | "coldStarts"
    | "errors"
    | "timeouts"
  >;
  /** One copy of the record for each. */
  readonly ways: readonly Omit<Delivery, "record">[];
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

const MEMORY_SIZES_MB = [128, 256, 333, 512, 1_024, 1_769, 3_008, 10_240];

function step(lengths: Lengths): fc.Arbitrary<Step> {
  return fc.record({
    silenceMs: silence(lengths),
    fromBucketEndMs: fc.option(fc.constantFrom(-1, 0, 1), { nil: undefined, freq: 9 }),
    newMemorySizeMB: fc.option(fc.constantFrom(...MEMORY_SIZES_MB), { nil: undefined, freq: 4 }),
    use: use(),
    foldedMs: fc.nat(60_000),
    counts: counts(),
    ways: ways(lengths),
  });
}

/** From a newer layer, or from an older one, which doesn't send all of it. */
function counts(): fc.Arbitrary<Step["counts"]> {
  const known = fc.record({
    functionVersion: fc.constantFrom("$LATEST", "1", "2", "12"),
    invocations: fc.integer({ min: 1, max: 100 }),
    durationMs: fc.nat(900_000_000).map((micros) => micros / 1_000),
    billedDurationMs: fc.nat(900_000),
    errors: fc.nat(3),
    timeouts: fc.nat(3),
  });
  const squares = fc.record({ durationSquaredMs2: fc.nat(2_000_000_000) });
  const cpu = fc.record({ cpuMs: fc.nat(900_000) });
  const cold = fc.record({ coldStarts: fc.constant(1), initDurationMs: fc.nat(10_000) });
  const some = <T>(arbitrary: fc.Arbitrary<T>, freq: number) =>
    fc.option(arbitrary, { nil: undefined, freq });
  return fc
    .tuple(known, some(squares, 9), some(cpu, 2), some(cold, 2))
    .map(([known, ...more]) => Object.assign(known, ...more) as Step["counts"]);
}

function silence({ bucketMs, windowMs, gapMs, isSession }: Lengths): fc.Arbitrary<number> {
  const around = (lengthMs: number) =>
    fc
      .oneof(fc.integer({ min: -2, max: 2 }), fc.integer({ min: -lengthMs / 4, max: lengthMs / 4 }))
      .map((offMs) => lengthMs + Math.floor(offMs));
  return fc
    .oneof(
      { weight: 1, arbitrary: fc.constant(0) },
      { weight: 8, arbitrary: fc.nat(Math.floor(bucketMs / 2)) },
      { weight: 4, arbitrary: fc.nat(Math.floor((isSession ? gapMs : windowMs) / 4)) },
      { weight: 3, arbitrary: around(isSession ? gapMs : bucketMs) },
      { weight: 2, arbitrary: around(isSession ? 2 * gapMs : windowMs) },
    )
    .map((silenceMs) => Math.max(0, silenceMs));
}

/** Mostly below the size; sometimes exactly at it, a bit above it, or out of memory in one of two ways. */
function use(): fc.Arbitrary<Step["use"]> {
  const free = fc.integer({ min: 1, max: 999 });
  return fc.oneof(
    {
      weight: 12,
      arbitrary: free.map((permille) => (sizeMB: number) => {
        return { maxMemoryUsedMB: Math.floor((sizeMB * permille) / 1_000) || 1, outOfMemory: 0 };
      }),
    },
    {
      weight: 1,
      arbitrary: fc.tuple(fc.nat(2), fc.constantFrom(0, 0, 1, 8)).map(([outOfMemory, more]) => {
        return (sizeMB: number) => ({ maxMemoryUsedMB: sizeMB + more, outOfMemory });
      }),
    },
    {
      weight: 1,
      arbitrary: free.map((permille) => (sizeMB: number) => {
        return { maxMemoryUsedMB: Math.ceil((sizeMB * permille) / 1_000), outOfMemory: 1 };
      }),
    },
  );
}

/** Mostly one. A record that Kinesis answered too late comes twice or more. */
function ways({ latenessMs }: Lengths): fc.Arbitrary<Step["ways"]> {
  const way = fc.record({
    delayMs: fc.nat(Math.max(0, latenessMs - 1)),
    partitionKey: fc.nat(999).map(String),
  });
  return fc.oneof(
    { weight: 9, arbitrary: fc.array(way, { minLength: 1, maxLength: 1 }) },
    { weight: 1, arbitrary: fc.array(way, { minLength: 2, maxLength: 3 }) },
  );
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
