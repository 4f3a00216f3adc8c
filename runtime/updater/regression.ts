/** Whether a change down did harm: the windows after it held against the window before it. */
import { MS_PER_DAY } from "../duration";
import type { Recommendation } from "../contract";
import { cappedMB, figures, type Change, type Figures } from "./history";

/** A change is watched for three windows; what goes wrong later has other causes. */
const WINDOWS_WATCHED = 3;
/** The part of a window that may lie before the change for the window to count as one after it. */
const PART_BEFORE = 0.1;
/** Errors and timeouts less frequent than this, one in a hundred invocations more than before, are noise. */
const RATE_NOISE = 0.01;

/**
 * What got worse since a change down, as one clause; undefined where nothing did, or it can't be told yet.
 *
 * @param change the last change; one up is never watched.
 * @param recommendation what was measured at the new size.
 * @param regressionLimit by how much the cost of an invocation may grow, as a part of it.
 */
export function regressionSince(
  change: Change | undefined,
  recommendation: Recommendation,
  regressionLimit: number,
): string | undefined {
  if (!change || change.to >= change.from || recommendation.memorySizeMB !== change.to) return undefined;
  if (Date.parse(recommendation.windowEnd) > watchedUntilMs(change)) return undefined;
  if (recommendation.reason === "memory-pressure") return `it ran out of memory at ${change.to} MB`;
  if (!isAfter(recommendation, change)) return undefined;
  const cappedAt = cappedMB(recommendation);
  // What ran out at the small size of before the change says nothing against the one of after it.
  if (recommendation.outOfMemory > 0 && cappedAt !== undefined && cappedAt >= change.to) {
    return `${recommendation.outOfMemory} invocations ran out of memory at ${change.to} MB`;
  }
  return change.before && worsened(change.before, figures(recommendation), regressionLimit);
}

function watchedUntilMs({ at, windowStart, windowEnd }: Change): number {
  const windowMs = Date.parse(windowEnd) - Date.parse(windowStart);
  // Some of it is over by the time the change is made; a day at least, for short windows.
  return Math.max(Date.parse(at), Date.parse(windowEnd)) + Math.max(WINDOWS_WATCHED * windowMs, MS_PER_DAY);
}

function isAfter({ windowStart, windowEnd }: Recommendation, { at }: Change): boolean {
  const windowMs = Date.parse(windowEnd) - Date.parse(windowStart);
  return Date.parse(at) - Date.parse(windowStart) <= PART_BEFORE * windowMs;
}

function worsened(before: Figures, after: Figures, limit: number): string | undefined {
  const cost = growth(before, after, "billedGBSeconds");
  if (cost && cost.now > cost.then * (1 + limit)) {
    const percent = ((cost.now / cost.then - 1) * 100).toFixed(0);
    return `billed GB-seconds per invocation rose by ${percent}%`;
  }
  for (const what of ["errors", "timeouts"] as const) {
    const rate = growth(before, after, what);
    if (rate && rate.now > rate.then * (1 + limit) && rate.now - rate.then > RATE_NOISE) {
      return `${what} rose from ${percentage(rate.then)} to ${percentage(rate.now)} of invocations`;
    }
  }
  return undefined;
}

/** A figure per invocation, then and now; undefined where one isn't known. */
function growth(before: Figures, after: Figures, what: "billedGBSeconds" | "errors" | "timeouts") {
  const [then, now] = [before[what], after[what]];
  if (then === undefined || now === undefined || (what === "billedGBSeconds" && then === 0)) return undefined;
  return { then: then / before.invocations, now: now / after.invocations };
}

function percentage(rate: number): string {
  return `${(rate * 100).toFixed(1)}%`;
}
