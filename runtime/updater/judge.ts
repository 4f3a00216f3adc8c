/** Decides what to do about one recommendation. Pure, no I/O. */
import { isOpen, parseChangeWindow } from "../change-window";
import type { Recommendation } from "../contract";
import { durationMs } from "../duration";
import { minChangeMB, parseMinChange } from "../min-change";
import type { Settings } from "../settings";
import type { Enrolment } from "./deployment";
import { recommendsOnly, refusal, refusalBeforeRead, type ScopeSettings } from "./eligibility";
import {
  isHeld,
  lastChange,
  withDeferred,
  withObserved,
  withoutEarlierDeferred,
  withPendingSettled,
  withSettled,
} from "./history";
import type { History } from "./history-item";
import type { LiveFunction } from "./live-function";
import { rememberedNeedMB } from "./needs";
import { isObserved } from "./observed";
import { tidingsOf, type ChangeReason, type Decision, type SkipReason, type Tidings } from "./outcome";
import { detailOf, withOwnerLimits } from "./owner-limits";
import { payingSize } from "./paying-size";
import { settledByHistory, tellsOfLiveSize } from "./pressure";
import { regressionSince } from "./regression";
import { sizeQuestion, withLiveCode, withWindowFigures } from "./sizing-question";
import { highestStepMB, targetSizeMB } from "./target-size";

export interface Case {
  readonly recommendation: Recommendation;
  /** The sequence number of the record that carried it; empty if it came from the telemetry stream. */
  readonly sequenceNumber: string;
  readonly live: LiveFunction;
  readonly history: History;
  readonly settings: JudgeSettings;
  readonly enrolment: Enrolment;
  /** Milliseconds since the epoch, by the updater's clock. */
  readonly nowMs: number;
}

export type JudgeSettings = ScopeSettings &
  Pick<
    Settings,
    | "minMemoryMB"
    | "maxMemoryMB"
    | "updateMode"
    | "changeWindow"
    | "minChange"
    | "maxStepDown"
    | "maxStepUp"
    | "pressureStepsPerDay"
    | "cooldown"
    | "regressionLimit"
    | "maxSlowdown"
    | "minSaving"
    | "speedUpCost"
  >;

/** A size to go to, and the objections to it. */
interface Proposal extends Tidings {
  readonly to: number;
  readonly reason: ChangeReason;
  readonly holdBy?: "regression";
  readonly objection?: SkipReason;
}

export function judge(asked: Case): Decision {
  const { recommendation, live, settings, sequenceNumber, nowMs } = asked;
  const kept = withPendingSettled(asked.history, live);
  const recommended = recommendation.recommendedMemorySizeMB;
  const refused =
    refusalBeforeRead(recommendation, settings) ??
    refusal(recommendation, live, asked.enrolment) ??
    staleness(asked, kept);
  if (refused) return { action: "skip", reason: refused, to: recommended, history: kept };

  const isTold = tellsOfLiveSize(recommendation, live, kept);
  const history = withSeen(withoutEarlierDeferred(kept, recommendation, sequenceNumber), isTold, asked);
  const settled = withSettled(history, sequenceNumber);
  const skip = (reason: SkipReason, to: number, tidings: Tidings = {}, then = settled): Decision => ({
    action: "skip",
    reason,
    to,
    ...tidingsOf(tidings),
    history: then,
  });
  if (!isTold) return skip("measured-at-another-size", recommended);
  if (recommended < settings.minMemoryMB || recommended > settings.maxMemoryMB) {
    return skip("out-of-bounds", recommended);
  }
  const { settings: limited, problem } = withOwnerLimits(settings, live);
  const limitedCase = { ...asked, settings: limited };
  const { objection, detail, ...sized } = regressed(limitedCase, history) ?? proposed(limitedCase, history);
  const proposal = { ...sized, ...detailOf(detail, problem) };
  const { to } = proposal;
  if (objection) return skip(objection, to, proposal);
  if (isRecommending(asked)) {
    return skip("recommend-mode", to, proposal);
  }
  if (to < live.memorySizeMB && !isOpen(parseChangeWindow(settings.changeWindow) ?? [], nowMs)) {
    const deferred = withDeferred(settled, recommendation, { to, sequenceNumber, nowMs });
    return skip("outside-change-window", to, proposal, deferred);
  }
  if (live.lastUpdateStatus === "InProgress") return { action: "wait" };
  return { action: "apply", ...proposal, history };
}

function isRecommending({ recommendation, live, settings, enrolment }: Case): boolean {
  return recommendsOnly(recommendation, live, settings, enrolment);
}

/** The history with what the recommendation says, whether or not it is applied. */
function withSeen(kept: History, isTold: boolean, { recommendation, live }: Case): History {
  const known = withLiveCode(kept, live);
  // Forged memory pressure can name any size. A window's peaks were needed at every size.
  const isSeen = isTold || recommendation.reason === "window";
  const seen = isSeen ? withObserved(known, recommendation) : known;
  // A window that began with other code says little about this code's durations.
  const isOtherCode = kept.profile?.codeSha256 !== undefined && known !== kept;
  return isTold && !isOtherCode ? withWindowFigures(seen, recommendation) : seen;
}

/** Why the recommendation is older than what has been done since. */
function staleness(asked: Case, history: History): SkipReason | undefined {
  const { recommendation, sequenceNumber, live, settings, nowMs } = asked;
  const last = lastChange(history);
  if (last && sequenceNumber !== "" && last.sequenceNumber === sequenceNumber) {
    return last.to === live.memorySizeMB ? "already-applied" : "changed-meanwhile";
  }
  return settledByHistory(recommendation, sequenceNumber, history, settings, nowMs);
}

/** Goes back to the size before the last change, or further up, if that change did harm. */
function regressed({ recommendation, live, settings, nowMs }: Case, history: History): Proposal | undefined {
  const last = lastChange(history);
  const regression = regressionSince(
    last,
    recommendation,
    live.memorySizeMB,
    settings.regressionLimit,
    isObserved(history),
  );
  if (last === undefined || regression === undefined || isHeld(history, live, nowMs)) return undefined;
  const asksFor = Math.min(
    recommendation.recommendedMemorySizeMB,
    highestStepMB(live.memorySizeMB, settings),
  );
  const needed = Math.max(last.from, asksFor);
  const to = Math.min(Math.max(needed, settings.minMemoryMB), settings.maxMemoryMB);
  if (to <= last.to) return undefined;
  const { detail, holds } = regression;
  return { to, reason: "regression", detail, ...(holds && { holdBy: "regression" }) };
}

/** The size that the recommendation leads to. Under memory pressure, memory alone decides. */
function proposed(asked: Case, history: History): Proposal {
  const { recommendation, live, settings } = asked;
  const { minMemoryMB, maxMemoryMB } = settings;
  const need = {
    recommendedMB: Math.min(Math.max(recommendation.recommendedMemorySizeMB, minMemoryMB), maxMemoryMB),
    rememberedMB: rememberedNeedMB(history, recommendation.windowEnd),
  };
  const floorMB = targetSizeMB(need, live.memorySizeMB, settings);
  const against = (to: number) => objectionTo(to, asked, history);
  if (recommendation.reason === "memory-pressure") {
    return withObjection({ to: floorMB, reason: "memory-pressure" }, against(floorMB));
  }
  const question = sizeQuestion(history, live.memorySizeMB, floorMB, settings);
  const { leftAlone, ...sized } = payingSize(question, settings, isRecommending(asked));
  // The objection to the size that memory alone asks for comes first.
  return withObjection(sized, leftAlone ? (against(floorMB) ?? leftAlone) : against(sized.to));
}

function withObjection(proposal: Proposal, objection: SkipReason | undefined): Proposal {
  return objection ? { ...proposal, objection } : proposal;
}

function objectionTo(
  to: number,
  { recommendation, live, settings, nowMs }: Case,
  history: History,
): SkipReason | undefined {
  const pressure = recommendation.reason === "memory-pressure";
  if (to === live.memorySizeMB || (pressure && to < live.memorySizeMB)) {
    // Its owner's tag allows no more.
    const isCapped = pressure && recommendation.recommendedMemorySizeMB > settings.maxMemoryMB;
    return isCapped ? "out-of-bounds" : "no-change";
  }
  if (pressure) return undefined;
  if (isHeld(history, live, nowMs)) return "held";
  // The function needs more than is allowed.
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
