/** How much memory a function was seen to need, and how long the updater remembers it. Pure. */
import type { Recommendation } from "../contract";
import { MS_PER_DAY } from "../duration";
import type { History, Need } from "./history-item";

/**
 * How long a need is remembered, by event time. Otherwise one odd day would decide forever, because it prevents every
 * later change of the function.
 */
export const NEED_REMEMBERED_FOR_MS = 90 * MS_PER_DAY;

/** Far more of each kind than 90 days of daily windows leave. It keeps the item small. */
const NEEDS_KEPT = 200;

/** The needs with what a recommendation saw, without those that it supersedes or that are too old. */
export function withNeedsOf(needs: Need[], recommendation: Recommendation): Need[] {
  const { peakMB, windowEnd: at } = recommendation;
  const cappedAt = cappedMB(recommendation);
  let kept = needs;
  // A peak at the cap doesn't measure the need.
  if (peakMB !== cappedAt) kept = withNeed(kept, { neededMB: Math.ceil(peakMB), at });
  if (cappedAt !== undefined) kept = withNeed(kept, { neededMB: cappedAt + 1, at, lowerBound: true });
  return kept;
}

function withNeed(needs: Need[], need: Need): Need[] {
  const endMs = Date.parse(need.at);
  const ofItsKind = needs.filter(({ lowerBound }) => lowerBound === need.lowerBound);
  if (ofItsKind.some(({ neededMB, at }) => neededMB >= need.neededMB && Date.parse(at) >= endMs))
    return needs;
  const stillTold = ofItsKind.filter(
    ({ neededMB, at }) =>
      endMs - Date.parse(at) <= NEED_REMEMBERED_FOR_MS &&
      (neededMB > need.neededMB || Date.parse(at) > endMs),
  );
  const others = needs.filter(({ lowerBound }) => lowerBound !== need.lowerBound);
  const kept = [...stillTold, need].sort((a, b) => Date.parse(a.at) - Date.parse(b.at)).slice(-NEEDS_KEPT);
  return [...others, ...kept];
}

/** Only the measured needs. A lower bound is about a size that the function no longer has. */
export function measuredNeeds(needs: Need[]): Need[] {
  return needs.filter(({ lowerBound }) => !lowerBound);
}

/**
 * The largest need seen, in MB; 0 if none was seen, or too long ago.
 *
 * @param at ISO 8601; the end of the window that is judged.
 */
export function rememberedNeedMB({ needs }: Pick<History, "needs">, at: string): number {
  const remembered = needs.filter((need) => Date.parse(at) - Date.parse(need.at) <= NEED_REMEMBERED_FOR_MS);
  return Math.max(0, ...remembered.map(({ neededMB }) => neededMB));
}

/**
 * The largest size at which the function ran out of memory, in MB. If the producer doesn't name it and the function ran
 * out of memory, it is the size seen last.
 */
export function cappedMB(recommendation: Recommendation): number | undefined {
  const { cappedMemorySizeMB, outOfMemory, reason, memorySizeMB } = recommendation;
  const ranOut = outOfMemory > 0 || reason === "memory-pressure";
  return cappedMemorySizeMB ?? (ranOut ? memorySizeMB : undefined);
}
