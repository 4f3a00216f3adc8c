/** What a memory-pressure record may do: anything on the telemetry stream can be forged. Pure. */
import type { Recommendation } from "../contract";
import type { Settings } from "../settings";
import { isSettled, lastChange, pressureStepsOn } from "./history";
import type { Change, History } from "./history-item";
import type { LiveFunction } from "./live-function";
import type { SkipReason } from "./outcome";

/** How long a function is believed to have the size that it was given last, where nobody looks: its owner may set another. */
const BELIEVED_FOR_MS = 3_600_000;

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
  const last = lastChange(history);
  if (recommendation.reason !== "memory-pressure") {
    const isOlder = last && Date.parse(recommendation.windowEnd) < Date.parse(last.windowEnd);
    return isOlder ? "older-than-last-change" : undefined;
  }
  if (last && isAnswered(recommendation, last, nowMs)) return "older-than-last-change";
  const steps = pressureStepsOn(history, new Date(nowMs).toISOString());
  return steps >= pressureStepsPerDay ? "pressure-limit" : undefined;
}

/**
 * Whether the last change gave a pressure record what it asks for: a hundred warm sandboxes at their cap ask for what the
 * first of them has got already.
 *
 * What was measured at the size set last is never answered, whenever it says it was: the job passes on one record of a
 * size in each `pressureInterval`, and a forged one with an old time would keep the honest ones back.
 */
function isAnswered(
  { memorySizeMB, recommendedMemorySizeMB, windowEnd }: Recommendation,
  last: Change,
  nowMs: number,
): boolean {
  const changedMs = Date.parse(last.at);
  if (memorySizeMB === last.to || nowMs - changedMs > BELIEVED_FOR_MS) return false;
  return Date.parse(windowEnd) <= changedMs && recommendedMemorySizeMB <= last.to;
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
