/** How much memory a function was seen to need, and for how long that is remembered. Pure. */
import type { Recommendation } from "../contract";
import { MS_PER_DAY } from "../duration";
import type { History, Need } from "./history-item";

/**
 * How long a need is remembered, by event time. One odd day would otherwise decide for all time, in a function that is
 * never changed again because of it.
 */
export const NEED_REMEMBERED_FOR_MS = 90 * MS_PER_DAY;

/** Far more of each kind than 90 days of daily windows leave, so that an item stays small whatever comes. */
const NEEDS_KEPT = 200;

/** The needs with what a recommendation saw, less those that it makes up for or that are too long ago. */
export function withNeedsOf(needs: Need[], recommendation: Recommendation): Need[] {
  const { peakMB, windowEnd: at } = recommendation;
  const cappedAt = cappedMB(recommendation);
  let kept = needs;
  // A peak at the cap is no measurement of the need.
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

/** The measured needs alone. A lower bound tells of a size that the function no longer has. */
export function measuredNeeds(needs: Need[]): Need[] {
  return needs.filter(({ lowerBound }) => !lowerBound);
}

/**
 * The most that was seen to be needed, in MB; 0 where nothing was, or too long ago.
 *
 * @param at ISO 8601; the end of the window that is judged.
 */
export function rememberedNeedMB({ needs }: Pick<History, "needs">, at: string): number {
  const remembered = needs.filter((need) => Date.parse(at) - Date.parse(need.at) <= NEED_REMEMBERED_FOR_MS);
  return Math.max(0, ...remembered.map(({ neededMB }) => neededMB));
}

/**
 * The largest size at which the function ran out of memory, in MB. A producer that doesn't tell may mean the size seen
 * last, if the function ran out at all.
 */
export function cappedMB(recommendation: Recommendation): number | undefined {
  const { cappedMemorySizeMB, outOfMemory, reason, memorySizeMB } = recommendation;
  const ranOut = outOfMemory > 0 || reason === "memory-pressure";
  return cappedMemorySizeMB ?? (ranOut ? memorySizeMB : undefined);
}
