/** What may happen to one function from one telemetry record to the next, as fast-check arbitraries. */
import fc from "fast-check";
import type { TelemetryRecord } from "../../runtime/contract";

/** How a record reaches the job. */
export interface Way {
  /** How long after its event time it arrives. */
  readonly delayMs: number;
  /** Determines the shard. */
  readonly partitionKey: string;
}

/** The lengths of time at which the job cuts telemetry. Silences of about these lengths are the interesting ones. */
export interface Lengths {
  readonly bucketMs: number;
  readonly windowMs: number;
  readonly gapMs: number;
  readonly latenessMs: number;
  readonly isSession: boolean;
}

/** A record: the silence before it, and how else it differs from the previous one. */
export interface Step {
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
  readonly ways: readonly Way[];
}

export const MEMORY_SIZES_MB = [128, 256, 333, 512, 1_024, 1_769, 3_008, 10_240];

export function step(lengths: Lengths): fc.Arbitrary<Step> {
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
