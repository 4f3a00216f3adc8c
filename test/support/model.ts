/**
 * What the Flink job must say, worked out another way: all telemetry in memory, plain loops, no Flink and no SQL.
 * Margins are whole percent here, so that even the rounding is reckoned in whole numbers.
 */
import type { Recommendation, TelemetryRecord } from "../../runtime/contract";
import { durationMs } from "../../runtime/duration";
import type { Settings } from "../../runtime/settings";

export function expectedRecommendations(
  telemetry: readonly TelemetryRecord[],
  settings: Settings,
): Recommendation[] {
  const windowMs = durationMs(settings.windowLength)!;
  const bucketMs = durationMs(settings.bucketLength)!;
  const byFunctionAndWindow = groupBy(
    telemetry,
    (record) => `${record.functionArn} ${Math.floor(Date.parse(record.lastReportAt) / windowMs)}`,
  );
  return [...byFunctionAndWindow].map(([key, records]) => {
    const window = Number(key.split(" ")[1]);
    const buckets = groupBy(records, (record) => Math.floor(Date.parse(record.lastReportAt) / bucketMs));
    const peaks = [...buckets.values()].map((bucket) => Math.max(...bucket.map((r) => r.maxMemoryUsedMB)));
    const sum = peaks.reduce((a, b) => a + b, 0);
    const peakMB = Math.max(...peaks);
    const fromAverage = Math.floor((sum + peaks.length - 1) / peaks.length) + settings.bufferMB;
    const fromPeak = Math.floor((peakMB * (100 + Math.round(settings.peakMargin * 100)) + 99) / 100);
    const size = {
      average: fromAverage,
      peak: fromPeak,
      "average-above-peak": Math.max(fromAverage, fromPeak),
      percentile: NaN,
    };
    const last = records.reduce((a, b) => (order(b) > order(a) ? b : a));
    return {
      functionName: last.functionName,
      functionArn: last.functionArn,
      functionVersion: last.functionVersion,
      memorySizeMB: last.memorySizeMB,
      recommendedMemorySizeMB: Math.min(
        Math.max(size[settings.sizing], settings.minMemoryMB),
        settings.maxMemoryMB,
      ),
      reason: "window",
      windowStart: new Date(window * windowMs).toISOString(),
      windowEnd: new Date((window + 1) * windowMs).toISOString(),
      activeDays: peaks.length,
      invocations: records.reduce((total, r) => total + r.invocations, 0),
      averageDailyPeakMB: sum / peaks.length,
      peakMB,
      outOfMemory: records.reduce((total, r) => total + r.outOfMemory, 0),
      errors: records.reduce((total, r) => total + r.errors, 0),
      timeouts: records.reduce((total, r) => total + r.timeouts, 0),
      billedGBSeconds:
        records.reduce((total, r) => total + r.billedDurationMs * r.memorySizeMB, 0) / 1_024 / 1_000,
    };
  });
}

/** The record seen last wins; of two in the same millisecond the larger size, then the later version. */
function order({ lastReportAt, memorySizeMB, functionVersion }: TelemetryRecord): string {
  return `${lastReportAt} ${String(memorySizeMB).padStart(5, "0")} ${functionVersion}`;
}

/** Recommendations in an order of their own and with times written alike, so that two lists can be compared. */
export function comparable(recommendations: readonly Recommendation[]): Recommendation[] {
  const iso = (time: string) => new Date(time).toISOString();
  return recommendations
    .map((r) => ({ ...r, windowStart: iso(r.windowStart), windowEnd: iso(r.windowEnd) }))
    .sort((a, b) => (key(a) < key(b) ? -1 : 1));
}

function key({ functionArn, windowStart }: Recommendation): string {
  return `${functionArn} ${windowStart}`;
}

function groupBy<T, K>(items: readonly T[], keyOf: (item: T) => K): Map<K, T[]> {
  const groups = new Map<K, T[]>();
  for (const item of items) {
    const group = groups.get(keyOf(item));
    if (group) group.push(item);
    else groups.set(keyOf(item), [item]);
  }
  return groups;
}
