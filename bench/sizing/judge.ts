/**
 * Stands in for the updater's judge: the sizing rules, with the judge's own bounds on a change (minChange, maxStepDown,
 * cool-down) and nothing of what it does with tags, versions or repeated records.
 */
import { chooseSize, sizeToGoBackTo, type SizeLimits } from "../../runtime/sizing/choose-size";
import { durationModel } from "../../runtime/sizing/duration-model";
import { effectOf, type WatchedChange } from "../../runtime/sizing/effect";
import { measuredFrom, plus, type Measured, type Observation } from "../../runtime/sizing/measured";
import {
  emptyProfile,
  measuredSizes,
  withChangeFrom,
  withJudged,
  withObservation,
  type Profile,
} from "../../runtime/sizing/profile";

const MAX_STEP_DOWN = 0.5;
const MIN_CHANGE = { megabytes: 32, part: 0.05 };
const REGRESSION_LIMIT = 0.1;
/** A change is watched for three windows of two weeks; what goes wrong later has other causes. */
const WATCHED_BUCKETS = 42;
const MAX_MEMORY_MB = 10_240;

type Watched = Omit<WatchedChange, "since"> & { readonly since: Measured | undefined; readonly days: number };

/** What is kept of a function between decisions. */
export interface State {
  readonly liveMB: number;
  readonly profile: Profile;
  readonly watched?: Watched | undefined;
}

export interface Judge {
  start(liveMB: number): State;
  /** A day's figures at the live size. */
  observe(state: State, observation: Observation, neededMB: number): State;
  /** A window is over: what the memory needs. */
  decide(state: State, neededMB: number): State;
}

export function sizingJudge(limits: SizeLimits): Judge {
  return {
    start: (liveMB) => ({ liveMB, profile: emptyProfile() }),
    observe: (state, observation, neededMB) => observe(state, observation, neededMB, limits),
    decide: (state, neededMB) => decide(state, neededMB, limits),
  };
}

/** The rule that looks at memory alone. */
export const memoryOnlyJudge = sizingJudge({ maxSlowdown: "off", minSaving: 0, speedUpCost: 0 });

function observe(state: State, observation: Observation, neededMB: number, limits: SizeLimits): State {
  const { watched } = state;
  if (!watched) return { ...state, profile: withObservation(state.profile, observation) };
  const one = measuredFrom(observation);
  const since = watched.since ? plus(watched.since, one) : one;
  const days = watched.days + 1;
  const effect = effectOf({ ...watched, since });
  const next: State = {
    ...state,
    profile: withJudged(state.profile, observation, watched, effect),
    watched: days < WATCHED_BUCKETS ? { ...watched, since, days } : undefined,
  };
  if (effect.verdict !== "harm") return next;
  const asked = { ...question(next, neededMB, limits), floorMB: neededMB };
  return change(next, sizeToGoBackTo(asked, watched.fromMB), limits);
}

function decide(state: State, neededMB: number, limits: SizeLimits): State {
  const { liveMB } = state;
  const { toMB } = chooseSize(question(state, neededMB, limits));
  const least = Math.max(MIN_CHANGE.megabytes, MIN_CHANGE.part * liveMB);
  return Math.abs(toMB - liveMB) < least ? state : change(state, toMB, limits);
}

function question({ liveMB, profile }: State, neededMB: number, limits: SizeLimits) {
  return {
    floorMB: neededMB >= liveMB ? neededMB : Math.max(neededMB, Math.ceil(liveMB * (1 - MAX_STEP_DOWN))),
    ceilingMB: MAX_MEMORY_MB,
    liveMB,
    baselineMB: profile.baselineMB ?? liveMB,
    changes: profile.changes,
    model: durationModel(measuredSizes(profile)),
    limits,
  };
}

function change(state: State, toMB: number, { maxSlowdown }: SizeLimits): State {
  const profile = withChangeFrom(state.profile, state.liveMB);
  const baselineMB = profile.baselineMB ?? state.liveMB;
  const before = measuredSizes(profile);
  return {
    liveMB: toMB,
    profile,
    watched: {
      fromMB: state.liveMB,
      toMB,
      baselineMB,
      baselineMs: durationModel(before).durationMs(baselineMB),
      before,
      since: undefined,
      days: 0,
      limits: { maxSlowdown, regressionLimit: REGRESSION_LIMIT },
    },
  };
}
