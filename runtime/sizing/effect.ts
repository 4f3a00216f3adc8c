/**
 * What a change of size did to a function: compares the measurements since, bucket by bucket, with those before. Every
 * comparison takes its number of invocations and buckets into account, so a few of them decide nothing.
 */
import { isMoreFrequent, type Rate } from "../rates";
import { MB_PER_VCPU } from "./duration-model";
import { cpuMeanMs, meanMs, relativeError, type Measured } from "./measured";

/**
 * A duration must exceed its limit by this many standard errors. A change is checked every day, and each check may be
 * wrong: with three standard errors, one in 700 is.
 */
const STANDARD_ERRORS = 3;
/** Standard error of a baseline's duration that was predicted instead of measured, as a fraction of it. */
const PREDICTED_ERROR = 0.1;
/** How far the sandbox's CPU time may be from the code's own, as a fraction of it. */
const CPU_TIME_ERROR = 0.1;

export interface WatchedChange {
  /** In MB. */
  readonly fromMB: number;
  readonly toMB: number;
  /** The size before the optimizer first changed the function, in MB. */
  readonly baselineMB: number;
  /** Its mean duration by the model at the time of the change, in ms; undefined if nothing was measured. */
  readonly baselineMs: number | undefined;
  /** The measurements at each size before the change, faded to that moment. */
  readonly before: readonly Measured[];
  /** The sum of the measurements at `toMB` since the change. */
  readonly since: Measured;
  readonly limits: EffectLimits;
}

export interface EffectLimits {
  /** How much longer an invocation may take than at the baseline, as a fraction; `off` ignores durations. */
  readonly maxSlowdown: number | "off";
  /** How much errors, timeouts and the cost of an invocation may grow, as a fraction. */
  readonly regressionLimit: number;
}

export type Harm = "memory" | "errors" | "timeouts" | "duration" | "cost";

export interface MeasuredEffect {
  /** Mean duration since ÷ the baseline's. */
  readonly slowdown: number;
  /** Standard error of the slowdown, as a fraction of it. */
  readonly relativeError: number;
  /** Cost of an invocation since ÷ its cost at the baseline. */
  readonly cost: number;
}

export type Effect =
  /** Nothing got worse, as far as the figures show yet. */
  | { readonly verdict: "none"; readonly measured: MeasuredEffect | undefined }
  /** The change made it worse, and is to be taken back. */
  | { readonly verdict: "harm"; readonly harm: Harm; readonly measured: MeasuredEffect | undefined }
  /** It got slower, and would have got slower without the change. */
  | { readonly verdict: "outside"; readonly measured: MeasuredEffect | undefined };

/** What a change did, as far as the figures show by now. */
export function effectOf(change: WatchedChange): Effect {
  const { fromMB, toMB, limits } = change;
  const measured = measuredEffect(change);
  if (toMB > fromMB) return { verdict: isSlowAsBefore(change) ? "outside" : "none", measured };
  const counted = harmCounted(change);
  if (counted) return { verdict: "harm", harm: counted, measured };
  if (!measured) return { verdict: "none", measured };
  const atLeast = 1 - STANDARD_ERRORS * measured.relativeError;
  const { maxSlowdown, regressionLimit } = limits;
  const isSlower = maxSlowdown !== "off" && measured.slowdown * atLeast > 1 + maxSlowdown;
  const isDearer = measured.cost * atLeast > 1 + regressionLimit;
  if (!isSlower && !isDearer) return { verdict: "none", measured };
  if (wouldBeAsSlow(change)) return { verdict: "outside", measured };
  return { verdict: "harm", harm: isSlower ? "duration" : "cost", measured };
}

/**
 * How much slower and more expensive an invocation is since the change than at the baseline; undefined without a
 * baseline.
 */
export function measuredEffect({
  toMB,
  baselineMB,
  baselineMs,
  before,
  since,
}: WatchedChange): MeasuredEffect | undefined {
  const baseline = before.find(({ memorySizeMB }) => memorySizeMB === baselineMB);
  const thenMs = baseline ? meanMs(baseline) : baselineMs;
  if (thenMs === undefined) return undefined;
  const slowdown = meanMs(since) / thenMs;
  return {
    slowdown,
    relativeError: Math.hypot(relativeError(since), baseline ? relativeError(baseline) : PREDICTED_ERROR),
    cost: (slowdown * toMB) / baselineMB,
  };
}

/** What got worse by counts: one invocation out of memory is enough. */
function harmCounted({ fromMB, before, since, limits }: WatchedChange): Harm | undefined {
  if (since.outOfMemory > 0) return "memory";
  const from = before.find(({ memorySizeMB }) => memorySizeMB === fromMB);
  if (!from) return undefined;
  // Faded figures contain fractions of invocations; a test of counts needs whole ones.
  const rate = (measured: Measured, what: "timeouts" | "errors"): Rate => ({
    count: Math.round(measured[what]),
    of: Math.ceil(measured.invocations),
  });
  return (["timeouts", "errors"] as const).find((what) =>
    isMoreFrequent(rate(from, what), rate(since, what), limits.regressionLimit),
  );
}

/**
 * Whether the figures since the change show that the baseline would now be as slow: waiting doesn't get longer with
 * less CPU. Without CPU time this can't be known.
 */
function wouldBeAsSlow({ toMB, baselineMB, since, limits }: WatchedChange): boolean {
  const cpuMs = cpuMeanMs(since);
  if (cpuMs === undefined || limits.maxSlowdown === "off") return false;
  const lostMs = cpuMs * (1 + CPU_TIME_ERROR) * (MB_PER_VCPU / toMB - MB_PER_VCPU / baselineMB);
  return meanMs(since) <= Math.max(meanMs(since) - lostMs, 0) * (1 + limits.maxSlowdown);
}

/** Whether the function is still slow after a change was taken back, so the smaller size was not the cause. */
function isSlowAsBefore({ toMB, before, since, limits }: WatchedChange): boolean {
  const then = before.find(({ memorySizeMB }) => memorySizeMB === toMB);
  if (!then || limits.maxSlowdown === "off") return false;
  const error = Math.hypot(relativeError(since), relativeError(then));
  return (meanMs(since) / meanMs(then)) * (1 - STANDARD_ERRORS * error) > 1 + limits.maxSlowdown / 2;
}
