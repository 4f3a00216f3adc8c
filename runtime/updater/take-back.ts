/** Decides whether an observation takes the last change back, given the function as it is now. Pure. */
import type { Observation } from "../contract";
import type { Settings } from "../settings";
import { sizeToGoBackTo } from "../sizing/choose-size";
import type { Harm, MeasuredEffect } from "../sizing/effect";
import type { Enrolment } from "./deployment";
import { recommendsOnly, refusal } from "./eligibility";
import { isHeld, lastChange, withPendingSettled } from "./history";
import type { History } from "./history-item";
import type { LiveFunction } from "./live-function";
import { rememberedNeedMB } from "./needs";
import { observed } from "./observed";
import { outOfMemory } from "./out-of-memory";
import type { Decision, SkipReason } from "./outcome";
import { detailOf, withOwnerLimits } from "./owner-limits";
import { sizeQuestion, withLiveCode, type LimitSettings } from "./sizing-question";
import { highestStepMB, type SizeSettings } from "./target-size";

export interface ObservedCase {
  readonly observation: Observation;
  /** Of the record that carried it. */
  readonly sequenceNumber: string;
  readonly live: LiveFunction;
  readonly history: History;
  readonly settings: SizeSettings & LimitSettings & Pick<Settings, "updateMode" | "regressionLimit">;
  readonly enrolment: Enrolment;
  /** Milliseconds since the epoch, by the updater's clock. */
  readonly nowMs: number;
}

/** Goes back to the size before the last change, or to one in between, if the observation shows that it did harm. */
export function takeBack(asked: ObservedCase): Decision {
  const { observation, sequenceNumber, live, enrolment } = asked;
  const { settings, problem } = withOwnerLimits(asked.settings, live);
  const kept = withPendingSettled(asked.history, live);
  const known = withLiveCode(kept, live);
  const { history, effect } = observed(known, observation, sequenceNumber, settings);
  const memory = effect && outOfMemory(known, observation);
  const seen = {
    ...(effect?.measured && { measured: effect.measured }),
    ...(memory && { outOfMemory: memory }),
  };
  const skip = (reason: SkipReason, to = live.memorySizeMB): Decision => ({
    action: "skip",
    to,
    reason,
    history,
    ...seen,
  });
  const last = lastChange(history);
  if (!effect || !last || effect.verdict === "none") return skip("observed");
  if (effect.verdict === "outside") return skip("caused-outside");
  const refused = refusal(observation, live, enrolment);
  if (refused) return skip(refused);
  if (live.memorySizeMB !== last.to) return skip("measured-at-another-size");
  if (isHeld(history, live, asked.nowMs)) return skip("held");
  const to = sizeBack(history, effect.harm, last.from, { ...asked, settings });
  if (to <= live.memorySizeMB) return skip("no-change");
  if (recommendsOnly(observation, live, settings, enrolment)) return skip("recommend-mode", to);
  if (live.lastUpdateStatus === "InProgress") return { action: "wait" };
  // What was learnt about durations stays in the profile, which keeps the function from going there again.
  const isLearnt = settings.maxSlowdown !== "off" && (effect.harm === "duration" || effect.harm === "cost");
  return {
    action: "apply",
    to,
    reason: "regression",
    ...detailOf(harmOf(effect.harm, effect.measured, last.to), problem),
    ...(!isLearnt && { holdBy: "regression" as const }),
    ...seen,
    history,
  };
}

function sizeBack(
  history: History,
  harm: Harm,
  fromMB: number,
  { observation, live, settings }: ObservedCase,
): number {
  const floorMB = rememberedNeedMB(history, observation.windowEnd);
  const question = sizeQuestion(history, live.memorySizeMB, floorMB, settings);
  const to =
    harm === "duration" || harm === "cost" ? sizeToGoBackTo(question, fromMB) : Math.max(fromMB, floorMB);
  // An earlier size may be further away than one step. A need beyond it may be forged.
  const most = Math.max(fromMB, highestStepMB(live.memorySizeMB, settings));
  return Math.min(Math.max(Math.min(to, most), settings.minMemoryMB), settings.maxMemoryMB);
}

function harmOf(harm: Harm, measured: MeasuredEffect | undefined, toMB: number): string {
  const percent = (quotient = 1) => `${((quotient - 1) * 100).toFixed(0)}%`;
  switch (harm) {
    case "memory":
      return `it ran out of memory at ${toMB} MB`;
    case "duration":
      return `an invocation takes ${percent(measured?.slowdown)} longer than before the first change`;
    case "cost":
      return `an invocation costs ${percent(measured?.cost)} more than before the first change`;
    case "errors":
    case "timeouts":
      return `${harm} rose at ${toMB} MB`;
  }
}
