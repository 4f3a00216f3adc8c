/**
 * What the Flink job must say, worked out another way: from docs/windows.md and docs/sizing.md alone, all telemetry in
 * memory, plain loops, no Flink and no SQL. Margins and steps are whole percent here and percentiles whole hundredths,
 * so that every size is reckoned in whole numbers and rounding up is exact.
 *
 * It takes every record for a valid one, and none for a late one, in whatever order they stand.
 */
import type { MemorySizeFigures, Observation, Recommendation, TelemetryRecord } from "../../runtime/contract";
import { durationMs } from "../../runtime/duration";
import type { Settings } from "../../runtime/settings";

/**
 * Everything that the job recommends, in no particular order; what comes twice is there twice. Where there is a
 * `pressureInterval`, telemetry is in the order in which the job reads it, and all of it within that interval.
 */
export function expectedRecommendations(
  telemetry: readonly TelemetryRecord[],
  settings: Settings,
): Recommendation[] {
  const ofWindows = [...groupBy(telemetry, (record) => record.functionArn).values()]
    .flatMap((records) => windowsOf(records, settings))
    .map((window) => windowRecommendation(window, settings))
    .filter(({ activeDays, invocations }) => {
      return activeDays >= settings.minActiveDays && invocations >= settings.minInvocations;
    });
  const atOnce = sentAtOnce(telemetry.filter(isAtCap), settings)
    .map((record) => pressureRecommendation(record, settings))
    .filter(({ recommendedMemorySizeMB, memorySizeMB }) => recommendedMemorySizeMB > memorySizeMB);
  return [...ofWindows, ...atOnce];
}

/** Everything that the job observes: a record for each bucket, function, version and memory size. */
export function expectedObservations(
  telemetry: readonly TelemetryRecord[],
  settings: Settings,
): Observation[] {
  const bucketMs = ms(settings.bucketLength);
  const groups = groupBy(telemetry, (record) =>
    [record.functionArn, record.functionVersion, record.memorySizeMB, floorTo(timeMs(record), bucketMs)].join(
      " ",
    ),
  );
  return [...groups.values()].map((records) => {
    const { functionName, functionArn, functionVersion, memorySizeMB } = records[0]!;
    const startMs = floorTo(timeMs(records[0]!), bucketMs);
    return {
      functionName,
      functionArn,
      functionVersion,
      memorySizeMB,
      reason: "observation",
      windowStart: new Date(startMs).toISOString(),
      windowEnd: new Date(startMs + bucketMs).toISOString(),
      ...figuresOf(records),
    };
  });
}

/** What records of one memory size come to. */
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

// Windows: which records make a window, and what its times are.

/** One window of one function. */
interface Window {
  readonly startMs: number;
  readonly endMs: number;
  /** At least one. */
  readonly records: readonly TelemetryRecord[];
  /** A moment at which a bucket starts. */
  readonly bucketOriginMs: number;
}

function windowsOf(records: readonly TelemetryRecord[], settings: Settings): Window[] {
  switch (settings.windowType) {
    case "tumbling":
      return tumblingWindows(records, ms(settings.windowLength));
    case "sliding":
      return slidingWindows(records, ms(settings.windowLength), ms(settings.slide));
    case "session":
      return sessionWindows(records, ms(settings.sessionGap));
    case "per-function":
      return perFunctionWindows(records, ms(settings.windowLength));
  }
}

function tumblingWindows(records: readonly TelemetryRecord[], lengthMs: number): Window[] {
  const groups = groupBy(records, (record) => Math.floor(timeMs(record) / lengthMs) * lengthMs);
  return [...groups].map(([startMs, records]) => {
    return { startMs, endMs: startMs + lengthMs, records, bucketOriginMs: 0 };
  });
}

function slidingWindows(records: readonly TelemetryRecord[], lengthMs: number, slideMs: number): Window[] {
  const windows: Window[] = [];
  const firstMs = Math.min(...records.map(timeMs));
  const lastMs = Math.max(...records.map(timeMs));
  for (let endMs = floorTo(firstMs, slideMs) + slideMs; endMs - lengthMs <= lastMs; endMs += slideMs) {
    const startMs = endMs - lengthMs;
    const within = records.filter((record) => timeMs(record) >= startMs && timeMs(record) < endMs);
    if (within.length > 0) windows.push({ startMs, endMs, records: within, bucketOriginMs: 0 });
  }
  return windows;
}

function sessionWindows(records: readonly TelemetryRecord[], gapMs: number): Window[] {
  const sessions: TelemetryRecord[][] = [];
  for (const record of inTimeOrder(records)) {
    const last = sessions.at(-1)?.at(-1);
    if (last && timeMs(record) - timeMs(last) <= gapMs) sessions.at(-1)?.push(record);
    else sessions.push([record]);
  }
  return sessions.map((records) => {
    const times = records.map(timeMs);
    return {
      startMs: Math.min(...times),
      endMs: Math.max(...times) + gapMs,
      records,
      bucketOriginMs: 0,
    };
  });
}

function perFunctionWindows(records: readonly TelemetryRecord[], lengthMs: number): Window[] {
  const windows: (Window & { records: TelemetryRecord[] })[] = [];
  for (const record of inTimeOrder(records)) {
    const current = windows.at(-1);
    const startMs = timeMs(record);
    if (current && startMs < current.endMs) current.records.push(record);
    else windows.push({ startMs, endMs: startMs + lengthMs, records: [record], bucketOriginMs: startMs });
  }
  return windows;
}

// Sizes: what a window's daily peaks come to.

/** What is known of one bucket (a day, by default). */
interface DailyPeak {
  readonly peakMB: number;
  /** Whether a sandbox that was not at its cap used that much: otherwise the peak is only a lower bound. */
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
  // Were all days at the cap, the highest peak stands for them.
  const peaks = measured.length > 0 ? measured : [peakMB];
  const capped = records.filter(isAtCap).map((record) => record.memorySizeMB);
  const cappedMemorySizeMB = capped.length > 0 ? Math.max(...capped) : undefined;
  const size = sizeBySetting(peaks, peakMB, settings);
  const floor = cappedMemorySizeMB === undefined ? 0 : stepUp(cappedMemorySizeMB, settings);
  const last = inTimeOrder(records).at(-1)!;
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

/** @param peaks what counts in the average and the percentile; @param peakMB the highest of all. */
function sizeBySetting(peaks: readonly number[], peakMB: number, settings: Settings): number {
  const fromAverage = () => ceilDivide(sum(peaks), peaks.length) + settings.bufferMB;
  const fromPeak = () => plusPart(peakMB, settings.peakMargin);
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
  const PARTS = 10_000;
  const sorted = [...peaks].sort((a, b) => a - b);
  const placeInParts = (sorted.length - 1) * hundredths(sizingPercentile);
  const below = sorted[Math.floor(placeInParts / PARTS)]!;
  const above = sorted[Math.ceil(placeInParts / PARTS)]!;
  const percentileInParts = below * PARTS + (above - below) * (placeInParts % PARTS);
  return ceilDivide(percentileInParts * (100 + hundredths(peakMargin)), 100 * PARTS);
}

// At the cap: what can't wait for its window.

/** It used all it had, or more than it had: what it needs isn't known. */
function isAtCap({ outOfMemory, maxMemoryUsedMB, memorySizeMB }: TelemetryRecord): boolean {
  return outOfMemory > 0 || maxMemoryUsedMB >= memorySizeMB;
}

/** Of each function, version and size the first. */
function sentAtOnce(records: readonly TelemetryRecord[], { pressureInterval }: Settings): TelemetryRecord[] {
  if (ms(pressureInterval) === 0) return [...records];
  const groups = groupBy(
    records,
    ({ functionArn, functionVersion, memorySizeMB }) => `${functionArn} ${functionVersion} ${memorySizeMB}`,
  );
  return [...groups.values()].map(([first]) => first!);
}

/** The least that a function needs that was at its cap with this size. */
function stepUp(memorySizeMB: number, { pressureStep, bufferMB }: Settings): number {
  return Math.max(plusPart(memorySizeMB, pressureStep), memorySizeMB + bufferMB);
}

function pressureRecommendation(record: TelemetryRecord, settings: Settings): Recommendation {
  return {
    functionName: record.functionName,
    functionArn: record.functionArn,
    functionVersion: record.functionVersion,
    memorySizeMB: record.memorySizeMB,
    recommendedMemorySizeMB: clamp(stepUp(record.memorySizeMB, settings), settings),
    reason: "memory-pressure",
    windowStart: record.firstReportAt,
    windowEnd: record.lastReportAt,
    activeDays: 1,
    invocations: record.invocations,
    averageDailyPeakMB: record.maxMemoryUsedMB,
    peakMB: record.maxMemoryUsedMB,
    cappedMemorySizeMB: record.memorySizeMB,
    outOfMemory: record.outOfMemory,
    errors: record.errors,
    timeouts: record.timeouts,
    billedGBSeconds: billedGBSeconds([record]),
  };
}

// Records and numbers.

function timeMs({ lastReportAt }: TelemetryRecord): number {
  return Date.parse(lastReportAt);
}

/** The version that most invocations had; of two with as many the later, and any is later than $LATEST. */
function mostInvoked(records: readonly TelemetryRecord[]): string {
  const counts = [...groupBy(records, ({ functionVersion }) => functionVersion)].map(([version, some]) => ({
    version,
    number: version === "$LATEST" ? 0 : Number(version),
    invocations: sum(some.map(({ invocations }) => invocations)),
  }));
  counts.sort((a, b) => a.invocations - b.invocations || a.number - b.number);
  return counts.at(-1)!.version;
}

/** By time; of two in the same millisecond the larger size is the later. */
function inTimeOrder(records: readonly TelemetryRecord[]): TelemetryRecord[] {
  const order = ({ lastReportAt, memorySizeMB }: TelemetryRecord) =>
    `${lastReportAt} ${String(memorySizeMB).padStart(5, "0")}`;
  return [...records].sort((a, b) => (order(a) < order(b) ? -1 : order(a) > order(b) ? 1 : 0));
}

function highestUse(records: readonly TelemetryRecord[]): number {
  return Math.max(...records.map((record) => record.maxMemoryUsedMB));
}

/** MB × ms is summed up in whole numbers, and only then made GB and seconds. */
function billedGBSeconds(records: readonly TelemetryRecord[]): number {
  return sum(records.map((record) => record.billedDurationMs * record.memorySizeMB)) / 1_024 / 1_000;
}

function clamp(memorySizeMB: number, { minMemoryMB, maxMemoryMB }: Settings): number {
  return Math.min(Math.max(memorySizeMB, minMemoryMB), maxMemoryMB);
}

/** A whole number times (1 + part), rounded up. */
function plusPart(megabytes: number, part: number): number {
  return ceilDivide(megabytes * (100 + hundredths(part)), 100);
}

function hundredths(value: number): number {
  const result = Math.round(value * 100);
  if (result / 100 !== value) throw new Error(`${value} is not in whole hundredths.`);
  return result;
}

/** Of whole numbers, none of them negative. */
function ceilDivide(dividend: number, divisor: number): number {
  const rest = dividend % divisor;
  return (dividend - rest) / divisor + (rest > 0 ? 1 : 0);
}

function floorTo(value: number, step: number): number {
  return Math.floor(value / step) * step;
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}

function ms(duration: string): number {
  return durationMs(duration)!;
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
