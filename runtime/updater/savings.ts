/** What a change of size saves, as far as one window tells. */
import type { Recommendation } from "../contract";
import { MS_PER_DAY } from "../duration";
import { DOLLARS_PER_GB_SECOND } from "../pricing";
import type { LiveFunction } from "./live-function";

const DAYS_PER_MONTH = 30;

/**
 * Dollars a month, if invocations stay as many and as long as in the window; less than zero for a change up, and
 * undefined where the record has no billed time, or its
 * window no length.
 */
export function dollarsPerMonth(
  { billedGBSeconds, memorySizeMB, windowStart, windowEnd }: Recommendation,
  { from, to, architecture }: { from: number; to: number } & Pick<LiveFunction, "architecture">,
): number | undefined {
  const windowDays = (Date.parse(windowEnd) - Date.parse(windowStart)) / MS_PER_DAY;
  if (billedGBSeconds === undefined || windowDays === 0) return undefined;
  const gbSecondsPerMonth = (billedGBSeconds / windowDays) * DAYS_PER_MONTH;
  return gbSecondsPerMonth * ((from - to) / memorySizeMB) * DOLLARS_PER_GB_SECOND[architecture];
}
