/** What to do about one recommendation: a pure decision, no I/O. */
import type { Recommendation } from "../contract";
import { durationMs } from "../duration";
import { minChangeMB, parseMinChange } from "../min-change";
import type { Settings } from "../settings";
import type { Enrolment } from "./deployment";
import { recommendsOnly, refusal, refusalBeforeRead } from "./eligibility";
import { isHeld, lastChange, withObserved, withPendingSettled } from "./history";
import type { History } from "./history-item";
import type { LiveFunction } from "./live-function";
import { rememberedNeedMB } from "./needs";
import type { Decision, SkipReason } from "./outcome";
import { settledByHistory, tellsOfLiveSize } from "./pressure";
import { regressionSince } from "./regression";
import { highestStepMB, targetSizeMB } from "./target-size";

export interface Case {
  readonly recommendation: Recommendation;
  /** Of the record that carried it. */
  readonly sequenceNumber: string;
  readonly live: LiveFunction;
  readonly history: History;
  readonly settings: JudgeSettings;
  readonly enrolment: Enrolment;
  /** Milliseconds since the epoch, by the updater's clock. */
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
  | "maxStepUp"
  | "pressureStepsPerDay"
  | "cooldown"
  | "regressionLimit"
>;

export function judge(asked: Case): Decision {
  const { recommendation, live, settings, sequenceNumber } = asked;
  const known = withPendingSettled(asked.history, live);
  const recommended = recommendation.recommendedMemorySizeMB;
  const refused =
    refusalBeforeRead(recommendation, settings) ??
    refusal(recommendation, live, asked.enrolment) ??
    staleness(asked, known);
  if (refused) return { action: "skip", reason: refused, to: recommended, history: known };

  const isTold = tellsOfLiveSize(recommendation, live, known);
  // Whoever forges memory pressure names any size; a window's peaks were needed at whatever size.
  const isSeen = isTold || recommendation.reason === "window";
  const history = isSeen ? withObserved(known, recommendation) : known;
  const settled = { ...history, settledSequenceNumber: sequenceNumber };
  const skip = (reason: SkipReason, to: number): Decision => ({
    action: "skip",
    reason,
    to,
    history: settled,
  });
  if (!isTold) return skip("measured-at-another-size", recommended);
  if (recommended < settings.minMemoryMB || recommended > settings.maxMemoryMB) {
    return skip("out-of-bounds", recommended);
  }
  const regression = regressed(asked, history);
  const change = regression ?? { to: target(asked, history), reason: recommendation.reason };
  const objection = regression ? undefined : objectionTo(change.to, asked, history);
  if (objection) return skip(objection, change.to);
  if (recommendsOnly(recommendation, live, settings, asked.enrolment)) {
    return skip("recommend-mode", change.to);
  }
  if (live.lastUpdateStatus === "InProgress") return { action: "wait" };
  return { action: "apply", ...change, history };
}

/** Why the recommendation is from before what has been done since. */
function staleness(asked: Case, history: History): SkipReason | undefined {
  const { recommendation, sequenceNumber, live, settings, nowMs } = asked;
  const last = lastChange(history);
  if (last?.sequenceNumber === sequenceNumber) {
    return last.to === live.memorySizeMB ? "already-applied" : "changed-meanwhile";
  }
  return settledByHistory(recommendation, sequenceNumber, history, settings, nowMs);
}

/** Back to the size before the last change, or further up, where that change did harm. */
function regressed({ recommendation, live, settings, nowMs }: Case, history: History) {
  const last = lastChange(history);
  const regression = regressionSince(last, recommendation, live.memorySizeMB, settings.regressionLimit);
  if (last === undefined || regression === undefined || isHeld(history, live, nowMs)) return undefined;
  const asksFor = Math.min(
    recommendation.recommendedMemorySizeMB,
    highestStepMB(live.memorySizeMB, settings),
  );
  const needed = Math.max(last.from, asksFor);
  const to = Math.min(Math.max(needed, settings.minMemoryMB), settings.maxMemoryMB);
  if (to <= last.to) return undefined;
  const { detail, holds } = regression;
  return { to, reason: "regression" as const, detail, ...(holds && { holdBy: "regression" as const }) };
}

function target({ recommendation, live, settings }: Case, history: History): number {
  const need = {
    recommendedMB: recommendation.recommendedMemorySizeMB,
    rememberedMB: rememberedNeedMB(history, recommendation.windowEnd),
  };
  return targetSizeMB(need, live.memorySizeMB, settings);
}

function objectionTo(
  to: number,
  { recommendation, live, settings, nowMs }: Case,
  history: History,
): SkipReason | undefined {
  const pressure = recommendation.reason === "memory-pressure";
  if (to === live.memorySizeMB || (pressure && to < live.memorySizeMB)) return "no-change";
  if (pressure) return undefined;
  if (isHeld(history, live, nowMs)) return "held";
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
