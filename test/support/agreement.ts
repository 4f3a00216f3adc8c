/** Compares the job's output with the model's, and shows the simplest difference. */
import assert from "node:assert/strict";
import type { RecommendationStreamRecord } from "../../runtime/contract";
import type { Delivery } from "./telemetry";

/** Sorts recommendations or observations and writes their times alike, so that two lists can be compared. */
export function comparable<T extends RecommendationStreamRecord>(recommendations: readonly T[]): T[] {
  const iso = (time: string) => new Date(time).toISOString();
  return recommendations
    .map((r) => ({ ...r, windowStart: iso(r.windowStart), windowEnd: iso(r.windowEnd) }))
    .map((recommendation) => ({ recommendation, key: key(recommendation) }))
    .sort((a, b) => (a.key < b.key ? -1 : 1))
    .map(({ recommendation }) => recommendation);
}

/** Removes duplicates, because a recommendation may come again after a restart. */
export function distinct<T extends RecommendationStreamRecord>(recommendations: readonly T[]): T[] {
  const keys = new Set<string>();
  return comparable(recommendations).filter((recommendation) => {
    const isNew = !keys.has(key(recommendation));
    keys.add(key(recommendation));
    return isNew;
  });
}

function key({ functionArn, windowStart, windowEnd, reason, ...rest }: RecommendationStreamRecord): string {
  return JSON.stringify([functionArn, windowStart, windowEnd, reason, inOrder(rest)]);
}

/** Sorts the keys of a recommendation, so that equal ones have equal texts. */
function inOrder<T extends object>(recommendation: T): T {
  const entries = Object.entries(recommendation).sort(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(entries) as T;
}

/**
 * Throws if two lists of recommendations differ in anything but their order.
 *
 * @param deliveries the job's input. The message shows that of the function.
 * @param where how to reproduce it, such as the seed.
 */
export function assertAgree(
  actual: readonly RecommendationStreamRecord[],
  expected: readonly RecommendationStreamRecord[],
  deliveries: readonly Delivery[],
  where: string,
): void {
  const [actuals, expecteds] = [byFunction(actual), byFunction(expected)];
  const names = [...new Set([...actuals.keys(), ...expecteds.keys()])];
  const differing = names.filter(
    (name) => JSON.stringify(actuals.get(name)) !== JSON.stringify(expecteds.get(name)),
  );
  // The function with the least telemetry is the easiest to understand.
  const [shortest] = differing
    .map((name) => ({ name, given: deliveries.filter(({ record }) => record.functionName === name) }))
    .sort((a, b) => a.given.length - b.given.length);
  if (!shortest) return;
  const { name, given } = shortest;
  assert.fail(
    [
      `${differing.length} of ${names.length} functions differ (${where}); ${name} was given`,
      ...given.map(line),
      ...difference("the job says, and the model doesn't", actuals.get(name), expecteds.get(name)),
      ...difference("the model says, and the job doesn't", expecteds.get(name), actuals.get(name)),
    ].join("\n"),
  );
}

function byFunction(
  recommendations: readonly RecommendationStreamRecord[],
): Map<string, RecommendationStreamRecord[]> {
  const groups = new Map<string, RecommendationStreamRecord[]>();
  for (const recommendation of comparable(recommendations)) {
    const group = groups.get(recommendation.functionName);
    if (group) group.push(inOrder(recommendation));
    else groups.set(recommendation.functionName, [inOrder(recommendation)]);
  }
  return groups;
}

function difference(
  title: string,
  these: readonly RecommendationStreamRecord[] = [],
  those: readonly RecommendationStreamRecord[] = [],
): string[] {
  const missing = those.map((that) => JSON.stringify(that));
  const only = these
    .map((one) => JSON.stringify(one))
    .filter((text) => {
      const at = missing.indexOf(text);
      if (at >= 0) missing.splice(at, 1);
      return at < 0;
    });
  return only.length === 0 ? [] : [`${title}:`, ...only.map((text) => `  ${text}`)];
}

function line({ record, delayMs }: Delivery): string {
  const { lastReportAt, memorySizeMB, maxMemoryUsedMB, outOfMemory, invocations, functionVersion } = record;
  return (
    `  ${lastReportAt} + ${delayMs} ms: used ${maxMemoryUsedMB} of ${memorySizeMB} MB, ` +
    `${outOfMemory} out of memory, ${invocations} invocations, version ${functionVersion}`
  );
}
