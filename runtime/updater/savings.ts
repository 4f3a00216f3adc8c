/** What a function costs a month, and would cost at another size, estimated from one window. */
import type { Recommendation } from "../contract";
import { monthly } from "../pricing";
import type { LiveFunction } from "./live-function";
import type { ForecastOf } from "./outcome";

/**
 * Dollars a month of 730 hours at a size, if invocations stay as many and as long as in the window; undefined if the
 * record has no billed time, or its window no length.
 */
export function dollarsPerMonth(
  { functionArn, billedGBSeconds, memorySizeMB, windowStart, windowEnd }: Recommendation,
  sizeMB: number,
  architecture: LiveFunction["architecture"],
): number | undefined {
  const windowMs = Date.parse(windowEnd) - Date.parse(windowStart);
  if (billedGBSeconds === undefined || windowMs === 0) return undefined;
  const [, , , region = ""] = functionArn.split(":");
  return monthly(billedGBSeconds * (sizeMB / memorySizeMB), windowMs, region, architecture).dollars;
}

/** What a change saves of that, by the forecast if there is one; negative if the function becomes more expensive. */
export function saved(
  dollarsNow: number,
  { from, to }: { from: number; to: number },
  forecast?: ForecastOf,
): number {
  return dollarsNow * (1 - (forecast?.toMB === to ? forecast.cost.expected : to / from));
}
