/**
 * Computes what the Flink job must send, in another way: from docs/windows.md and docs/sizing.md alone, with all
 * telemetry in memory and plain loops, without Flink or SQL. The tests compare the job with it, and the back-test runs
 *
 * It treats every record as valid and none as late, in any order.
 */
import type { MemorySizeFigures, Observation, Recommendation, TelemetryRecord } from "../../runtime/contract";
import { BILLION, billionths, ceilDivide, plusFraction } from "../../runtime/fractions";
import { aboveCapMB, isAtCap, pressureRecommendation } from "../../runtime/memory-pressure";
import type { Settings } from "../../runtime/settings";
import { groupBy, sum } from "../collections";
import { billedGBSeconds, clamp, floorTo, highestUse, inTimeOrder, mostInvoked, ms, timeMs } from "./records";
import { windowsOf, type Window } from "./windows";

/** The stream that all the telemetry came from. */
type Source = Recommendation["source"];

/**
 * Everything that the job recommends, in no particular order and with duplicates. With a `pressureInterval`, telemetry
 * must be in the order in which the job reads it, and all of it within that interval.
 */
export function expectedRecommendations(
  telemetry: readonly TelemetryRecord[],
  settings: Settings,
  source: Source = "layer",
): Recommendation[] {
  const ofWindows = [...groupBy(telemetry, (record) => record.functionArn).values()]
    .flatMap((records) => windowsOf(records, settings))
    .flatMap((window) => windowRecommendations(window, settings));
  const atOnce = pressureRecommendations(telemetry, settings);
  return [...ofWindows, ...atOnce].map((recommendation) => ({ ...recommendation, source }));
}

/** The recommendations for records at their cap, which don't wait for a window. */
export function pressureRecommendations(
  telemetry: readonly TelemetryRecord[],
  settings: Settings,
): Recommendation[] {
  return sentAtOnce(telemetry.filter(isAtCap), settings).flatMap(
    (record) => pressureRecommendation(record, settings) ?? [],
  );
}

/** A window's recommendation, if the window has enough days and invocations. */
export function windowRecommendations(window: Window, settings: Settings): Recommendation[] {
  const recommendation = windowRecommendation(window, settings);
  const { activeDays, invocations } = recommendation;
  const isEnough = activeDays >= settings.minActiveDays && invocations >= settings.minInvocations;
  return isEnough ? [recommendation] : [];
}

/** Everything that the job observes: a record for each bucket, function, version and memory size. */
export function expectedObservations(
  telemetry: readonly TelemetryRecord[],
  settings: Settings,
  source: Source = "layer",
): Observation[] {
  const bucketMs = ms(settings.bucketLength);
  const groups = groupBy(telemetry, (record) =>
    [record.functionArn, record.functionVersion, record.memorySizeMB, floorTo(timeMs(record), bucketMs)].join(
      " ",
    ),
  );
  return [...groups.values()].map((records) => {
    const { functionName, functionArn, functionVersion, memorySizeMB } = records[0];
    const startMs = floorTo(timeMs(records[0]), bucketMs);
    return {
      functionName,
      functionArn,
      functionVersion,
      memorySizeMB,
      reason: "observation",
      windowStart: new Date(startMs).toISOString(),
      windowEnd: new Date(startMs + bucketMs).toISOString(),
      ...figuresOf(records),
      source,
    };
  });
}

/** The totals of records of one memory size. */
function figuresOf(records: readonly TelemetryRecord[]): MemorySizeFigures {
  const total = (valueOf: (record: TelemetryRecord) => number | undefined, of = records) =>
    sum(of.map((record) => valueOf(record) ?? 0));
  const totalMs = (of: readonly TelemetryRecord[]) =>
    total(({ durationMs }) => Math.round(durationMs * 1_000), of) / 1_000;
  const withCpu = records.filter(({ cpuMs }) => cpuMs !== undefined);
  return {
    invocations: total(({ invocations }) => invocations),
    durationMs: totalMs(records),
    ...(records.every(({ durationSquaredMs2 }) => durationSquaredMs2 !== undefined) && {
      durationSquaredMs2: total(({ durationSquaredMs2 }) => durationSquaredMs2),
    }),
    ...(withCpu.length > 0 && { cpuMs: total(({ cpuMs }) => cpuMs), cpuDurationMs: totalMs(withCpu) }),
    billedDurationMs: total(({ billedDurationMs }) => billedDurationMs),
    initDurationMs: total(({ initDurationMs }) => initDurationMs),
    coldStarts: total(({ coldStarts }) => coldStarts),
    errors: total(({ errors }) => errors),
    timeouts: total(({ timeouts }) => timeouts),
    outOfMemory: total(({ outOfMemory }) => outOfMemory),
    peakMB: highestUse(records),
  };
}

// Sizes from a window's daily peaks.

/** What is known about one bucket (a day, by default). */
interface DailyPeak {
  readonly peakMB: number;
  /** Whether a sandbox that was not at its cap used that much. Otherwise the peak is only a lower bound. */
  readonly measured: boolean;
}

function dailyPeaks({ records, bucketOriginMs }: Window, bucketMs: number): DailyPeak[] {
  const buckets = groupBy(records, (record) => Math.floor((timeMs(record) - bucketOriginMs) / bucketMs));
  return [...buckets.values()].map((bucket) => {
    const peakMB = highestUse(bucket);
    const free = bucket.filter((record) => !isAtCap(record));
    return { peakMB, measured: free.length > 0 && highestUse(free) === peakMB };
  });
}

function windowRecommendation(window: Window, settings: Settings): Recommendation {
  const { records } = window;
  const days = dailyPeaks(window, ms(settings.bucketLength));
  const peakMB = highestUse(records);
  const measured = days.filter((day) => day.measured).map((day) => day.peakMB);
  // If all days were at the cap, the highest peak stands for them.
  const peaks = measured.length > 0 ? measured : [peakMB];
  const capped = records.filter(isAtCap).map((record) => record.memorySizeMB);
  const cappedMemorySizeMB = capped.length > 0 ? Math.max(...capped) : undefined;
  const size = sizeBySetting(peaks, peakMB, settings);
  const floor = cappedMemorySizeMB === undefined ? 0 : aboveCapMB(cappedMemorySizeMB, settings);
  const last = inTimeOrder(records).at(-1) ?? records[0];
  return {
    functionName: last.functionName,
    functionArn: last.functionArn,
    functionVersion: mostInvoked(records),
    memorySizeMB: last.memorySizeMB,
    recommendedMemorySizeMB: clamp(Math.max(size, floor), settings),
    reason: "window",
    windowStart: new Date(window.startMs).toISOString(),
    windowEnd: new Date(window.endMs).toISOString(),
    activeDays: days.length,
    invocations: sum(records.map((record) => record.invocations)),
    averageDailyPeakMB: sum(peaks) / peaks.length,
    peakMB,
    ...(cappedMemorySizeMB === undefined ? {} : { cappedMemorySizeMB }),
    outOfMemory: sum(records.map((record) => record.outOfMemory)),
    errors: sum(records.map((record) => record.errors)),
    timeouts: sum(records.map((record) => record.timeouts)),
    billedGBSeconds: billedGBSeconds(records),
    atMemorySize: figuresOf(records.filter(({ memorySizeMB }) => memorySizeMB === last.memorySizeMB)),
  };
}

/** @param peaks those that count for the average and the percentile; @param peakMB the highest of all. */
function sizeBySetting(peaks: readonly number[], peakMB: number, settings: Settings): number {
  const fromAverage = () => ceilDivide(sum(peaks), peaks.length) + settings.bufferMB;
  const fromPeak = () => plusFraction(peakMB, settings.peakMargin);
  switch (settings.sizing) {
    case "average":
      return fromAverage();
    case "average-above-peak":
      return Math.max(fromAverage(), fromPeak());
    case "peak":
      return fromPeak();
    case "percentile":
      return fromPercentile(peaks, settings);
  }
}

/** The peak at place (n − 1) × p / 100, interpolated, with the margin on top. */
function fromPercentile(peaks: readonly number[], { sizingPercentile, peakMargin }: Settings): number {
  const sorted = [...peaks].sort((a, b) => a - b);
  const PARTS = 100n * BigInt(BILLION);
  const placeInParts = BigInt(sorted.length - 1) * BigInt(billionths(sizingPercentile));
  const place = placeInParts / PARTS;
  const beyondInParts = placeInParts % PARTS;
  const below = BigInt(sorted[Number(place)] ?? 0);
  const above = BigInt(sorted[Number(place) + (beyondInParts > 0n ? 1 : 0)] ?? 0);
  const percentileInParts = below * PARTS + (above - below) * beyondInParts;
  const product = percentileInParts * BigInt(BILLION + billionths(peakMargin));
  const divisor = PARTS * BigInt(BILLION);
  return Number((product + divisor - 1n) / divisor);
}

// At the cap: recommendations that can't wait for their window.

/** The first record of each function, version and size. */
function sentAtOnce(records: readonly TelemetryRecord[], { pressureInterval }: Settings): TelemetryRecord[] {
  if (ms(pressureInterval) === 0) return [...records];
  const groups = groupBy(
    records,
    ({ functionArn, functionVersion, memorySizeMB }) => `${functionArn} ${functionVersion} ${memorySizeMB}`,
  );
  return [...groups.values()].map(([first]) => first);
}
