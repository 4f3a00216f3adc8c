/** What a memory-pressure record may do. Any record on the telemetry stream can be forged. Pure. */
import type { Recommendation } from "../contract";
import type { Settings } from "../settings";
import { isSettled, lastChange, pressureStepsOn } from "./history";
import type { Change, History } from "./history-item";
import type { LiveFunction } from "./live-function";
import type { SkipReason } from "./outcome";

/**
 * How long a function is assumed to have the size that it was last given, without a look: its owner may set another.
 */
const BELIEVED_FOR_MS = 3_600_000;

/**
 * Returns why a record needs no look at the function, from its history alone. A pending change always needs a look.
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
 * Whether the last change already gave what a pressure record asks for: a hundred warm sandboxes at their cap all ask
 * for what the first of them got.
 *
 * A record measured at the size set last never counts as answered, whatever its time: the job passes on one record per
 * size in each `pressureInterval`, and a forged record with an old time would suppress the honest ones.
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
 * Whether a record's measurement is about the function's live size.
 *
 * A window's is, unless the function was updated since the window began. Pressure at another size is only if the
 * function got its live size inside the record's window. For a change that we made, we know the size before it.
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
