/** Whether a change down did harm: compares measurements after it with the window before it. Pure. */
import type { Recommendation } from "../contract";
import { MS_PER_DAY } from "../duration";
import { figures } from "./history";
import type { Change, Figures } from "./history-item";
import { cappedMB } from "./needs";
import { isMoreFrequent } from "../rates";

/** A change is watched for three windows. Later problems have other causes. */
const WINDOWS_WATCHED = 3;
/** The fraction of a window that may lie before the change if the window is to count as one after it. */
const PART_BEFORE = 0.1;

export interface Regression {
  /** What got worse, as one clause. */
  readonly detail: string;
  /**
   * Whether to hold the function. A hold takes a whole window's evidence: a single record of memory pressure only
   * raises the remembered need.
   */
  readonly holds: boolean;
}

/**
 * What got worse since a change down; undefined if nothing did, or if it is too early to tell.
 *
 * @param change the last change; a change up is never watched.
 * @param recommendation what was measured at the new size.
 * @param liveMB the size now: measurements at another size are no evidence.
 * @param regressionLimit how much cost and failures per invocation may grow, as a fraction.
 * @param isObserved whether observations judge the change's cost and failures: then the window doesn't.
 */
export function regressionSince(
  change: Change | undefined,
  recommendation: Recommendation,
  liveMB: number,
  regressionLimit: number,
  isObserved = false,
): Regression | undefined {
  if (!change || change.to >= change.from) return undefined;
  if (recommendation.memorySizeMB !== change.to || liveMB !== change.to) return undefined;
  if (Date.parse(recommendation.windowEnd) > watchedUntilMs(change)) return undefined;
  if (recommendation.reason === "memory-pressure") {
    const isSince = Date.parse(recommendation.windowEnd) > Date.parse(change.at);
    return isSince ? { detail: `it ran out of memory at ${change.to} MB`, holds: false } : undefined;
  }
  if (!isAfter(recommendation, change)) return undefined;
  // Running out of memory at another size, before the change, says nothing against the size after it.
  if (recommendation.outOfMemory > 0 && cappedMB(recommendation) === change.to) {
    return {
      detail: `${recommendation.outOfMemory} invocations ran out of memory at ${change.to} MB`,
      holds: true,
    };
  }
  if (isObserved) return undefined;
  const detail = change.before && worsened(change.before, figures(recommendation), regressionLimit);
  return detail === undefined ? undefined : { detail, holds: true };
}

function watchedUntilMs({ at, windowStart, windowEnd }: Change): number {
  const windowMs = Date.parse(windowEnd) - Date.parse(windowStart);
  // The next three windows, and at least a day if windows are short.
  return Math.max(Date.parse(at), Date.parse(windowEnd)) + Math.max(WINDOWS_WATCHED * windowMs, MS_PER_DAY);
}

function isAfter({ windowStart, windowEnd }: Recommendation, { at }: Change): boolean {
  const windowMs = Date.parse(windowEnd) - Date.parse(windowStart);
  return Date.parse(at) - Date.parse(windowStart) <= PART_BEFORE * windowMs;
}

function worsened(before: Figures, after: Figures, limit: number): string | undefined {
  const [then, now] = [costOf(before), costOf(after)];
  if (then !== undefined && now !== undefined && then > 0 && now > then * (1 + limit)) {
    return `billed GB-seconds per invocation rose by ${((now / then - 1) * 100).toFixed(0)}%`;
  }
  for (const what of ["errors", "timeouts"] as const) {
    const [was, is] = [before[what], after[what]];
    if (was === undefined || is === undefined) continue;
    const [rateBefore, rateAfter] = [
      { count: was, of: before.invocations },
      { count: is, of: after.invocations },
    ];
    if (isMoreFrequent(rateBefore, rateAfter, limit)) {
      return `${what} rose from ${was} of ${before.invocations} to ${is} of ${after.invocations} invocations`;
    }
  }
  return undefined;
}

function costOf({ billedGBSeconds, invocations }: Figures): number | undefined {
  return billedGBSeconds === undefined ? undefined : billedGBSeconds / invocations;
}
