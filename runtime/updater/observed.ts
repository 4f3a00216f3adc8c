/** What an observation adds to a function's history, and what it says about the watched change. Pure. */
import type { Observation } from "../contract";
import { durationModel } from "../sizing/duration-model";
import { effectOf, type Effect, type EffectLimits, type WatchedChange } from "../sizing/effect";
import { measuredFrom, plus } from "../sizing/measured";
import { emptyProfile, withJudged, withObservation } from "../sizing/profile";
import { isSettled, lastChange } from "./history";
import type { Change, History, Watch } from "./history-item";
import { baselineMBOf, withFewUnknownSizes } from "./known-sizes";
import { omit } from "./omit";

/** A change is watched for three windows of two weeks. Later problems have other causes. */
const BUCKETS_WATCHED = 42;

export interface Observed {
  readonly history: History;
  /** The watched change's effect; undefined if the observation says nothing about it. */
  readonly effect: Effect | undefined;
}

/**
 * The history with one more observation. A redelivered one adds nothing, but its effect is returned again unless the
 * record is settled: the process may have died before it acted on it.
 *
 * @param sequenceNumber of the observation's record.
 */
export function observed(
  history: History,
  observation: Observation,
  sequenceNumber: string,
  limits: EffectLimits,
): Observed {
  if (isSettled(history, sequenceNumber)) return { history, effect: undefined };
  const { watch, profile = emptyProfile() } = history;
  const last = lastChange(history);
  if (!watch || !last || !isWatched(history, observation)) {
    const learnt = withObservation(profile, observation);
    return { history: learnt === profile ? history : withProfile(history, learnt), effect: undefined };
  }
  const next = withBucket(watch, observation);
  if (!next?.since) return { history, effect: undefined };
  const change = watchedChange(last, next, baselineMBOf(history) ?? last.from, limits);
  const effect = effectOf({ ...change, since: next.since });
  if (next === watch) return { history, effect };
  const learnt = withProfile(history, withJudged(profile, observation, change, effect));
  return {
    history: next.buckets < BUCKETS_WATCHED ? { ...learnt, watch: next } : omit(learnt, "watch"),
    effect,
  };
}

/** Whether an observation is about the watched change. */
export function isWatched(
  history: History,
  { memorySizeMB, windowEnd }: Pick<Observation, "memorySizeMB" | "windowEnd">,
): boolean {
  const last = lastChange(history);
  return (
    history.watch !== undefined && last?.to === memorySizeMB && Date.parse(windowEnd) > Date.parse(last.at)
  );
}

/** Whether observations judge the last change's cost and failures, so that windows needn't. */
export function isObserved(history: History): boolean {
  const from = lastChange(history)?.from;
  const { watch } = history;
  return watch?.since !== undefined && watch.before.some(({ memorySizeMB }) => memorySizeMB === from);
}

/**
 * Adds the bucket to the sum. Returns the same watch if it already has the bucket as its newest, and undefined if the
 * bucket is older than that.
 */
function withBucket(watch: Watch, observation: Observation): Watch | undefined {
  const { invocations, durationMs } = observation;
  if (!(invocations > 0) || !(durationMs > 0)) return undefined;
  const atMs = Date.parse(observation.windowEnd);
  const newestMs = watch.since ? Date.parse(watch.since.at) : -Infinity;
  if (atMs <= newestMs) return atMs === newestMs ? watch : undefined;
  const one = measuredFrom(observation);
  return {
    ...watch,
    since: watch.since ? plus(watch.since, one) : one,
    buckets: watch.buckets + 1,
  };
}

function watchedChange(
  { from, to }: Change,
  { before }: Watch,
  baselineMB: number,
  { maxSlowdown, regressionLimit }: EffectLimits,
): Omit<WatchedChange, "since"> {
  return {
    fromMB: from,
    toMB: to,
    baselineMB,
    // Predicted only if it wasn't measured.
    baselineMs: before.some(({ memorySizeMB }) => memorySizeMB === baselineMB)
      ? undefined
      : durationModel(before).durationMs(baselineMB),
    before,
    limits: { maxSlowdown, regressionLimit },
  };
}

function withProfile(history: History, profile: NonNullable<History["profile"]>): History {
  return { ...history, profile: withFewUnknownSizes(profile, history) };
}
