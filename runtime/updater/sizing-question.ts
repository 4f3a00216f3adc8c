/** The inputs for choosing a size: the profile in a function's history, and the limits. Pure. */
import type { Recommendation } from "../contract";
import type { Settings } from "../settings";
import type { SizeQuestion } from "../sizing/choose-size";
import { durationModel } from "../sizing/duration-model";
import { emptyProfile, withCode, withObservation } from "../sizing/profile";
import type { History } from "./history-item";
import { baselineMBOf, believedSizes } from "./known-sizes";
import type { LiveFunction } from "./live-function";
import { omit } from "./omit";
import { highestStepMB, type SizeSettings } from "./target-size";

export type LimitSettings = Pick<Settings, "maxSlowdown" | "minSaving" | "speedUpCost">;

/** The history with the function's code as it is now. New code starts the profile afresh, and ends the watch. */
export function withLiveCode(
  history: History,
  { codeSha256, lastModifiedMs }: Pick<LiveFunction, "codeSha256" | "lastModifiedMs">,
): History {
  const profile = history.profile ?? emptyProfile();
  const now = withCode(profile, codeSha256 === "" ? undefined : codeSha256, lastModifiedMs);
  if (now === profile) return history;
  const isNew = profile.codeSha256 !== undefined;
  return { ...(isNew ? omit(history, "watch") : history), profile: now };
}

/** The history with a window's sums, if the profile has nothing for that size since the window began. */
export function withWindowFigures(history: History, recommendation: Recommendation): History {
  const { atMemorySize, memorySizeMB, windowStart, windowEnd, reason } = recommendation;
  if (reason !== "window" || !atMemorySize) return history;
  const profile = history.profile ?? emptyProfile();
  const startMs = Date.parse(windowStart);
  const isCovered = profile.sizes.some(
    (size) => size.memorySizeMB === memorySizeMB && Date.parse(size.at) > startMs,
  );
  if (isCovered) return history;
  return { ...history, profile: withObservation(profile, { ...atMemorySize, memorySizeMB, windowEnd }) };
}

/** The question of which size pays for a function. The floor is what its memory needs. */
export function sizeQuestion(
  history: History,
  liveMB: number,
  floorMB: number,
  settings: SizeSettings & LimitSettings,
): SizeQuestion {
  const { maxSlowdown, minSaving, speedUpCost } = settings;
  const profile = history.profile ?? emptyProfile();
  // Somebody else set this size, so the owner wants the function to be as fast as it is here.
  const isOurs = history.memorySizeMB === liveMB;
  return {
    floorMB,
    ceilingMB: Math.min(settings.maxMemoryMB, highestStepMB(liveMB, settings)),
    liveMB,
    baselineMB: (isOurs ? baselineMBOf(history) : undefined) ?? liveMB,
    changes: isOurs ? profile.changes : 0,
    model: durationModel(believedSizes(history, liveMB)),
    limits: { maxSlowdown, minSaving, speedUpCost },
  };
}
