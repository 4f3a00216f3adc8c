/** What to do about one recommendation: a pure decision, no I/O. docs/operations.md lists the reasons to skip. */
import { LAMBDA_MAX_MEMORY_MB, LAMBDA_MIN_MEMORY_MB, type Recommendation } from "../contract";
import { durationMs } from "../duration";
import { minChangeMB, parseMinChange } from "../min-change";
import type { Settings } from "../settings";
import {
  isSettled,
  lastChange,
  rememberedNeedMB,
  withObserved,
  withoutUnmade,
  type History,
} from "./history";
import { matchesAny } from "./arn-patterns";
import { regressionSince } from "./regression";

/** The tag by which a function's owner has a say: `off` or `recommend`. */
const TAG = "memory-optimizer";

/** The function as it is now, as far as the decision needs it. */
export interface LiveFunction {
  readonly functionArn: string;
  /** `$LATEST`, or the published version that the configured alias points to. */
  readonly version: string;
  readonly memorySizeMB: number;
  /** Milliseconds since the epoch. */
  readonly lastModifiedMs: number;
  /** `InProgress` while an earlier change is under way. */
  readonly lastUpdateStatus: "InProgress" | "Successful" | "Failed";
  /** Names this state of the configuration; an update that carries it fails if the state is another by then. */
  readonly revisionId: string;
  /** Undefined where they could not be read. */
  readonly tags: Readonly<Record<string, string>> | undefined;
  /** Runs on Lambda Managed Instances, where memory is another thing. */
  readonly managedInstances: boolean;
  readonly durable: boolean;
  readonly architecture: "x86_64" | "arm64";
}

export const SKIP_REASONS = [
  "invalid-size",
  "out-of-bounds",
  "not-allowed",
  "tags-unreadable",
  "opted-out",
  "managed-instances",
  "durable-function",
  "other-version",
  "already-settled",
  "already-applied",
  "changed-meanwhile",
  "older-than-last-change",
  "last-update-failed",
  "measured-at-another-size",
  "held",
  "no-change",
  "small-change",
  "after-memory-pressure",
  "cool-down",
  "recommend-mode",
  "no-such-function",
  "no-such-alias",
  "alias-splits-traffic",
  "latest-differs-from-alias",
] as const;
export type SkipReason = (typeof SKIP_REASONS)[number];

export type Verdict =
  | {
      readonly action: "apply";
      readonly to: number;
      readonly reason: "window" | "memory-pressure" | "regression";
      /** For a regression, what got worse; the function is held at `to`. */
      readonly holdReason?: string;
      /** With what this recommendation showed; the change is still to be added. */
      readonly history: History;
    }
  /** An update is under way: ask again when it is over. */
  | { readonly action: "wait" }
  | {
      readonly action: "skip";
      readonly reason: SkipReason;
      readonly to: number;
      /** To be kept, where it is another than the one that was asked with. */
      readonly history: History;
    };

export interface Case {
  readonly recommendation: Recommendation;
  /** Of the record that carried it. */
  readonly sequenceNumber: string;
  readonly live: LiveFunction;
  readonly history: History;
  readonly settings: JudgeSettings;
  /** Milliseconds since the epoch. */
  readonly nowMs: number;
}

export type JudgeSettings = Pick<
  Settings,
  | "minMemoryMB"
  | "maxMemoryMB"
  | "updateMode"
  | "allowedFunctionArns"
  | "minChange"
  | "maxStepDown"
  | "cooldown"
  | "regressionLimit"
>;

export function judge(asked: Case): Verdict {
  const { recommendation, live, settings } = asked;
  const made = withoutUnmade(asked.history, live);
  const recommended = recommendation.recommendedMemorySizeMB;
  const refusal = refusalOf(asked) ?? staleness(asked, made);
  if (refusal) return { action: "skip", reason: refusal, to: recommended, history: asked.history };

  // From here on the recommendation tells something of the function, whatever becomes of it.
  const history = withObserved(made, recommendation);
  const settled = { ...history, settledSequenceNumber: asked.sequenceNumber };
  const skip = (reason: SkipReason, to: number): Verdict => ({
    action: "skip",
    reason,
    to,
    history: settled,
  });
  const unfit = unfitness(asked);
  if (unfit) return skip(unfit, recommended);

  const change = regressed(asked, history) ?? {
    to: target(asked, history),
    reason: recommendation.reason,
  };
  const objection = "holdReason" in change ? undefined : objectionTo(change.to, asked, history);
  if (objection) return skip(objection, change.to);
  if (settings.updateMode === "recommend" || live.tags?.[TAG] === "recommend") {
    return skip("recommend-mode", change.to);
  }
  if (live.lastUpdateStatus === "InProgress") return { action: "wait" };
  return { action: "apply", ...change, history };
}

/** Why this function is never changed, or the record is none to go by. */
function refusalOf({ recommendation, live, settings }: Case): SkipReason | undefined {
  const to: unknown = recommendation.recommendedMemorySizeMB;
  if (typeof to !== "number" || !Number.isInteger(to)) return "invalid-size";
  if (to < LAMBDA_MIN_MEMORY_MB || to > LAMBDA_MAX_MEMORY_MB) return "invalid-size";
  if (!matchesAny(settings.allowedFunctionArns, live.functionArn)) return "not-allowed";
  // Without its tags nobody knows whether its owner said no.
  if (!live.tags) return "tags-unreadable";
  if (live.tags[TAG] === "off") return "opted-out";
  if (live.managedInstances) return "managed-instances";
  if (live.durable) return "durable-function";
  if (recommendation.functionVersion !== live.version) return "other-version";
  if (live.lastUpdateStatus === "Failed") return "last-update-failed";
  return undefined;
}

/** Why the recommendation is from before what has been done since. */
function staleness({ recommendation, sequenceNumber, live }: Case, history: History): SkipReason | undefined {
  if (isSettled(history, sequenceNumber)) return "already-settled";
  const last = lastChange(history);
  if (!last) return undefined;
  if (sequenceNumber === last.sequenceNumber)
    return last.to === live.memorySizeMB ? "already-applied" : "changed-meanwhile";
  return Date.parse(recommendation.windowEnd) < Date.parse(last.windowEnd)
    ? "older-than-last-change"
    : undefined;
}

/** Why its size is none for the function as it is now. */
function unfitness({ recommendation, live, settings }: Case): SkipReason | undefined {
  const { memorySizeMB, recommendedMemorySizeMB: to, reason, windowStart } = recommendation;
  if (to < settings.minMemoryMB || to > settings.maxMemoryMB) return "out-of-bounds";
  if (memorySizeMB === live.memorySizeMB || live.lastModifiedMs <= Date.parse(windowStart)) return undefined;
  // What was too little at a larger size is too little now all the more.
  if (reason === "memory-pressure" && memorySizeMB > live.memorySizeMB) return undefined;
  return "measured-at-another-size";
}

/** Back to the size before the last change, where that did harm. */
function regressed({ recommendation, settings }: Case, history: History) {
  const last = lastChange(history);
  const holdReason = regressionSince(last, recommendation, settings.regressionLimit);
  if (!last || holdReason === undefined || history.hold) return undefined;
  const needed =
    recommendation.reason === "memory-pressure"
      ? Math.max(last.from, recommendation.recommendedMemorySizeMB)
      : last.from;
  const to = Math.min(Math.max(needed, settings.minMemoryMB), settings.maxMemoryMB);
  return to > last.to ? { to, reason: "regression" as const, holdReason } : undefined;
}

/** The size to go to, were there no objection: a step down goes neither too far nor below what was needed. */
function target({ recommendation, live, settings }: Case, history: History): number {
  const recommended = recommendation.recommendedMemorySizeMB;
  if (recommended >= live.memorySizeMB) return recommended;
  const stepFloor = Math.ceil(live.memorySizeMB * (1 - settings.maxStepDown));
  const to = Math.max(
    recommended,
    // A function far above maxMemoryMB gets there in one step: the bounds come first.
    Math.min(stepFloor, settings.maxMemoryMB),
    rememberedNeedMB(history, recommendation.windowEnd),
  );
  // What was needed may be more than there is: then there is no way down, and the way up is memory-pressure's.
  return Math.min(to, live.memorySizeMB);
}

function objectionTo(
  to: number,
  { recommendation, live, settings, nowMs }: Case,
  history: History,
): SkipReason | undefined {
  const pressure = recommendation.reason === "memory-pressure";
  if (to === live.memorySizeMB || (pressure && to < live.memorySizeMB)) return "no-change";
  if (pressure) return undefined;
  if (history.hold) return "held";
  // More was needed than is allowed.
  if (to > settings.maxMemoryMB) return "out-of-bounds";
  const minChange = parseMinChange(settings.minChange);
  if (minChange && Math.abs(to - live.memorySizeMB) < minChangeMB(minChange, live.memorySizeMB)) {
    return "small-change";
  }
  if (to > live.memorySizeMB) return undefined;
  const { pressureAt } = history;
  if (pressureAt !== undefined && Date.parse(recommendation.windowStart) < Date.parse(pressureAt)) {
    return "after-memory-pressure";
  }
  const last = lastChange(history);
  if (last && nowMs < Date.parse(last.at) + (durationMs(settings.cooldown) ?? 0)) return "cool-down";
  return undefined;
}
