/** What a function costs a month, and would cost at another size, estimated from one window. */
import type { Observation, Recommendation } from "../contract";
import { monthly } from "../pricing";
import type { LiveFunction } from "./live-function";
import type { ForecastOf, Outcome } from "./outcome";

/**
 * Dollars a month of 730 hours at a size, if invocations stay as many and as long as in the window; undefined if the
 * record has no billed time, or its window no length.
 */
export function dollarsPerMonth(
  record: Recommendation | Observation,
  sizeMB: number,
  architecture: LiveFunction["architecture"],
): number | undefined {
  const { functionArn, memorySizeMB, windowStart, windowEnd } = record;
  const billedGBSeconds = billed(record);
  const windowMs = Date.parse(windowEnd) - Date.parse(windowStart);
  if (billedGBSeconds === undefined || windowMs === 0) return undefined;
  const [, , , region = ""] = functionArn.split(":");
  return monthly(billedGBSeconds * (sizeMB / memorySizeMB), windowMs, region, architecture).dollars;
}

function billed(record: Recommendation | Observation): number | undefined {
  if (record.reason !== "observation") return record.billedGBSeconds;
  return (record.billedDurationMs / 1_000) * (record.memorySizeMB / 1_024);
}

/**
 * How much of that a change saves, by the forecast if there is one; negative if the function becomes more expensive. A
 * change that takes back another one ends its measured saving or extra cost.
 */
export function saved(
  dollarsNow: number,
  { from, to }: { from: number; to: number },
  { forecast, measured }: { forecast?: ForecastOf | undefined } & Pick<Outcome, "measured">,
): number {
  // Going back doesn't make an invocation longer, so it costs at most what the memory ratio alone gives.
  if (measured) return dollarsNow * Math.max(1 - 1 / measured.cost, 1 - to / from);
  return dollarsNow * (1 - (forecast?.toMB === to ? forecast.cost.expected : to / from));
}
