/** What a memory-pressure record may do: anything on the telemetry stream can be forged. Pure. */
import type { Recommendation } from "../contract";
import type { Settings } from "../settings";
import { isSettled, lastChange, pressureStepsOn } from "./history";
import type { History } from "./history-item";
import type { LiveFunction } from "./live-function";
import type { SkipReason } from "./outcome";

/**
 * Why a record needs no look at the function, by its history alone. A change that is pending is looked at first.
 *
 * @param nowMs milliseconds since the epoch, by the updater's clock.
 */
export function settledByHistory(
  recommendation: Recommendation,
  sequenceNumber: string,
  history: History,
  { pressureStepsPerDay }: Pick<Settings, "pressureStepsPerDay">,
  nowMs: number,
): SkipReason | undefined {
  if (history.pending) return undefined;
  if (isSettled(history, sequenceNumber)) return "already-settled";
  const { reason, windowEnd, recommendedMemorySizeMB } = recommendation;
  const last = lastChange(history);
  if (last && Date.parse(windowEnd) < Date.parse(last.windowEnd)) return "older-than-last-change";
  if (reason !== "memory-pressure") return undefined;
  // A hundred warm sandboxes at their cap ask for what the first of them has got already.
  const isAnswered =
    last && Date.parse(windowEnd) <= Date.parse(last.at) && recommendedMemorySizeMB <= last.to;
  if (isAnswered) return "older-than-last-change";
  const steps = pressureStepsOn(history, new Date(nowMs).toISOString());
  return steps >= pressureStepsPerDay ? "pressure-limit" : undefined;
}

/**
 * Whether what a record measured tells of the function's live size.
 *
 * A window does so unless the function was updated since it began. Pressure at another size does so only where the live
 * size came about inside the record's window; of a change that we made, we know what the size was before.
 */
export function tellsOfLiveSize(
  recommendation: Recommendation,
  live: LiveFunction,
  history: History,
): boolean {
  const { memorySizeMB, reason, windowStart, windowEnd } = recommendation;
  if (memorySizeMB === live.memorySizeMB) return true;
  if (reason === "window") return live.lastModifiedMs <= Date.parse(windowStart);
  const last = lastChange(history);
  const isOurs = last?.to === live.memorySizeMB;
  if (isOurs && memorySizeMB !== last.from) return false;
  const cameAboutMs = isOurs ? Date.parse(last.at) : live.lastModifiedMs;
  return Date.parse(windowStart) < cameAboutMs && cameAboutMs <= Date.parse(windowEnd);
}
