/** The measurements of a function at one memory size, summed over buckets, with the certainty of their mean. */
import { z } from "zod";

/** The sums of one bucket or window at one memory size, as the job reports them. */
export interface SizeFigures {
  readonly invocations: number;
  /** Sums over the invocations, in ms and ms². */
  readonly durationMs: number;
  readonly durationSquaredMs2?: number | undefined;
  /** CPU time in ms, and the duration of the same invocations: not every record has CPU time. */
  readonly cpuMs?: number | undefined;
  readonly cpuDurationMs?: number | undefined;
  readonly errors: number;
  readonly timeouts: number;
  readonly outOfMemory: number;
}

/** The figures of one bucket, with where and when they were measured. */
export interface Observation extends SizeFigures {
  readonly memorySizeMB: number;
  /** The bucket, ISO 8601 in UTC. */
  readonly windowStart?: string;
  readonly windowEnd: string;
}

export const measuredSchema = z.object({
  memorySizeMB: z.number().positive(),
  /** End of the newest bucket in the sums. All sums below have faded to this moment. */
  at: z.iso.datetime(),
  invocations: z.number().nonnegative(),
  durationMs: z.number().nonnegative(),
  durationSquaredMs2: z.number().nonnegative(),
  cpuMs: z.number().nonnegative(),
  cpuDurationMs: z.number().nonnegative(),
  /** How many buckets, and the sums of their mean durations (ms) and of the squares of these (ms²). */
  buckets: z.number().nonnegative(),
  meansMs: z.number().nonnegative(),
  meansSquaredMs2: z.number().nonnegative(),
  errors: z.number().nonnegative(),
  timeouts: z.number().nonnegative(),
  outOfMemory: z.number().nonnegative(),
});
export type Measured = z.infer<typeof measuredSchema>;

/** The fields that add up and fade. */
const SUMS = [
  "invocations",
  "durationMs",
  "durationSquaredMs2",
  "cpuMs",
  "cpuDurationMs",
  "buckets",
  "meansMs",
  "meansSquaredMs2",
  "errors",
  "timeouts",
  "outOfMemory",
] as const satisfies readonly (keyof Measured)[];

/** Assumed standard deviation between a function's days, as a fraction of the mean, until its own days show it. */
const ASSUMED_BETWEEN_BUCKETS = 0.05;
/** How many buckets that assumption counts for. */
const ASSUMED_BUCKETS = 2;
/** Assumed standard deviation between invocations, as a fraction of their mean, if the producer reports no squares. */
const ASSUMED_WITHIN_BUCKET = 1;

/**
 * The most vCPUs that Lambda has ("Configure Lambda function memory"). More CPU time than they give can't be a
 * measurement.
 */
const MOST_VCPUS = 6;

/** One bucket's figures in the form that adds up. */
export function measuredFrom(observation: Observation): Measured {
  const { memorySizeMB, windowEnd, invocations, durationMs, errors, timeouts, outOfMemory } = observation;
  const meanMs = durationMs / invocations;
  const assumedSquaredMs2 = durationMs * meanMs * (1 + ASSUMED_WITHIN_BUCKET ** 2);
  const { cpuMs = 0, cpuDurationMs = 0 } = observation;
  const isCpuMeasured = cpuMs <= cpuDurationMs * MOST_VCPUS && cpuDurationMs <= durationMs * 1.001;
  return {
    memorySizeMB,
    at: windowEnd,
    invocations,
    durationMs,
    durationSquaredMs2: observation.durationSquaredMs2 ?? assumedSquaredMs2,
    cpuMs: isCpuMeasured ? cpuMs : 0,
    cpuDurationMs: isCpuMeasured ? cpuDurationMs : 0,
    buckets: 1,
    meansMs: meanMs,
    meansSquaredMs2: meanMs ** 2,
    errors,
    timeouts,
    outOfMemory,
  };
}

/** Both together; `at` is the newer one's. */
export function plus(a: Measured, b: Measured): Measured {
  const sums = Object.fromEntries(SUMS.map((field) => [field, a[field] + b[field]]));
  const at = Date.parse(a.at) > Date.parse(b.at) ? a.at : b.at;
  return { ...b, ...sums, at };
}

/** The same figures, with only this fraction of their weight. */
export function faded(measured: Measured, part: number): Measured {
  return { ...measured, ...Object.fromEntries(SUMS.map((field) => [field, measured[field] * part])) };
}

/** Mean duration of an invocation, in ms. */
export function meanMs({ durationMs, invocations }: Measured): number {
  return durationMs / invocations;
}

/** CPU time of an invocation in ms; undefined if none was measured. */
export function cpuMeanMs(measured: Measured): number | undefined {
  const { cpuMs, cpuDurationMs } = measured;
  return cpuDurationMs > 0 ? (cpuMs / cpuDurationMs) * meanMs(measured) : undefined;
}

/**
 * Standard error of the mean duration, as a fraction of it. It combines the error from few invocations with the error
 * from few buckets: a million invocations of one day still say little about the next.
 */
export function relativeError(measured: Measured): number {
  const { invocations, durationSquaredMs2, buckets, meansMs, meansSquaredMs2 } = measured;
  const mean = meanMs(measured);
  if (!(mean > 0)) return 1;
  const within = Math.max(0, durationSquaredMs2 / invocations / mean ** 2 - 1);
  const spread = Math.max(0, meansSquaredMs2 - meansMs ** 2 / buckets) / mean ** 2;
  const between =
    (ASSUMED_BUCKETS * ASSUMED_BETWEEN_BUCKETS ** 2 + spread) / (ASSUMED_BUCKETS + Math.max(0, buckets - 1));
  return Math.sqrt(within / invocations + between / Math.max(buckets, Number.EPSILON));
}
