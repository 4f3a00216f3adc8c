/** One function under the updater: simulated days of telemetry, a window every two weeks, and the outcome. */
import { mulberry32 } from "../../local/mulberry32";
import type { MemorySizeFigures, Observation, Recommendation } from "../../runtime/contract";
import { MS_PER_DAY } from "../../runtime/duration";
import type { Settings } from "../../runtime/settings";
import { cpuTimeOf, durationAt, durationsAt, peakAt, type Curve } from "./curves";
import { gaussian } from "./gaussian";
import { FUNCTION, UpdatedFunction } from "./updater";

const WINDOW_DAYS = 14;
const START_MS = Date.parse("2026-01-01T00:00:00.000Z");
/** `lateness`: a day's figures come this long after its end. */
const LATENESS_MS = 3_600_000;

export interface Telemetry {
  readonly seed: number;
  readonly days: number;
  readonly invocationsPerDay: number;
  /** Whether the layer could read CPU time. */
  readonly cpu: boolean;
  /** Standard deviation of the load between days, as a fraction of it, because requests differ. */
  readonly betweenDays: number;
  /** The CPU time reading is off by up to this fraction of itself, the same for all of a function's readings, ... */
  readonly cpuBias: number;
  /** ... and by a random fraction with this standard deviation, day by day. */
  readonly cpuNoise: number;
  /** The load of a day's requests, as a multiple of the usual: 1 is as always. */
  readonly load?: (day: number) => number;
}

export const TELEMETRY: Telemetry = {
  seed: 1,
  days: 26 * WINDOW_DAYS,
  invocationsPerDay: 1_000,
  cpu: true,
  betweenDays: 0.03,
  cpuBias: 0.05,
  cpuNoise: 0.05,
};

export interface Outcome {
  readonly endMB: number;
  /** Durations of the true curve, at the end and at the worst point on the way, ÷ that at the start. */
  readonly slowdown: number;
  readonly worstSlowdown: number;
  /** The saving as a fraction of an invocation's cost, by the true curve. */
  readonly saving: number;
  readonly changes: number;
  /** Every size it had, the first one included. */
  readonly sizesMB: readonly number[];
}

/** The size that memory alone asks for: the default `average-above-peak` of days that are all alike. */
export function neededMB(curve: Curve, memorySizeMB: number): number {
  const peakMB = peakAt(curve, memorySizeMB);
  return Math.max(128, Math.ceil(Math.max(peakMB + 100, peakMB * 1.15)));
}

export function runClosedLoop(
  settings: Settings,
  curve: Curve,
  startMB: number,
  telemetry: Telemetry,
): Outcome & { readonly updated: UpdatedFunction } {
  const random = mulberry32(telemetry.seed);
  const bias = 1 + telemetry.cpuBias * (2 * random() - 1);
  const cpuTimeMs = cpuTimeOf(curve) * bias;
  const updated = new UpdatedFunction(settings, startMB, START_MS);
  const sizesMB = [startMB];
  let window: Observation[] = [];
  for (let day = 0; day < telemetry.days; day += 1) {
    const load = (telemetry.load?.(day) ?? 1) * Math.exp(telemetry.betweenDays * gaussian(random));
    const observation = observationOf(
      curve,
      updated.live.memorySizeMB,
      day,
      load,
      cpuTimeMs,
      telemetry,
      random,
    );
    const nowMs = Date.parse(observation.windowEnd) + LATENESS_MS;
    const changes = updated.history.changes.length;
    window.push(observation);
    updated.observed(observation, nowMs);
    if ((day + 1) % WINDOW_DAYS === 0) {
      updated.recommended(recommendationOf(curve, window), nowMs + 1);
      window = [];
    }
    if (updated.history.changes.length > changes) sizesMB.push(updated.live.memorySizeMB);
  }
  return { ...outcome(curve, startMB, sizesMB), updated };
}

/** The job's observation of a day. */
function observationOf(
  curve: Curve,
  memorySizeMB: number,
  day: number,
  load: number,
  cpuTimeMs: number,
  telemetry: Telemetry,
  random: () => number,
): Observation {
  const { invocationsPerDay: invocations, cpu, cpuNoise } = telemetry;
  const { durationMs, durationSquaredMs2 } = drawDay(curve, memorySizeMB, load, telemetry, random);
  const cpuMs = cpuTimeMs * load * invocations * (1 + cpuNoise * gaussian(random));
  return {
    ...FUNCTION,
    memorySizeMB,
    reason: "observation",
    windowStart: new Date(START_MS + day * MS_PER_DAY).toISOString(),
    windowEnd: new Date(START_MS + (day + 1) * MS_PER_DAY).toISOString(),
    invocations,
    durationMs,
    durationSquaredMs2,
    ...(cpu && { cpuMs: Math.max(0, Math.round(cpuMs)), cpuDurationMs: durationMs }),
    billedDurationMs: Math.ceil(durationMs),
    initDurationMs: 0,
    coldStarts: 0,
    errors: 0,
    timeouts: 0,
    outOfMemory: 0,
    peakMB: Math.min(peakAt(curve, memorySizeMB), memorySizeMB),
  };
}

/** The job's recommendation for a window's days, whose sizes may differ. */
function recommendationOf(curve: Curve, days: readonly Observation[]): Recommendation {
  const memorySizeMB = days.at(-1)?.memorySizeMB ?? 0;
  const atMemorySize = days
    .filter((day) => day.memorySizeMB === memorySizeMB)
    .reduce<MemorySizeFigures | undefined>((sum, day) => (sum ? plus(sum, day) : day), undefined);
  const peakMB = Math.max(...days.map((day) => day.peakMB));
  const sum = (of: (day: Observation) => number) => days.reduce((total, day) => total + of(day), 0);
  return {
    ...FUNCTION,
    memorySizeMB,
    recommendedMemorySizeMB: neededMB(curve, memorySizeMB),
    reason: "window",
    windowStart: days[0]?.windowStart ?? "",
    windowEnd: days.at(-1)?.windowEnd ?? "",
    activeDays: days.length,
    invocations: sum(({ invocations }) => invocations),
    averageDailyPeakMB: sum((day) => day.peakMB) / days.length,
    peakMB,
    outOfMemory: 0,
    errors: 0,
    timeouts: 0,
    billedGBSeconds: sum((day) => ((day.billedDurationMs / 1_000) * day.memorySizeMB) / 1_024),
    ...(atMemorySize && { atMemorySize }),
  };
}

function plus(a: MemorySizeFigures, b: MemorySizeFigures): MemorySizeFigures {
  const both = (x: number | undefined, y: number | undefined) =>
    x === undefined || y === undefined ? undefined : x + y;
  const [squares, cpuMs, cpuDurationMs] = (["durationSquaredMs2", "cpuMs", "cpuDurationMs"] as const).map(
    (field) => both(a[field], b[field]),
  );
  return {
    invocations: a.invocations + b.invocations,
    durationMs: a.durationMs + b.durationMs,
    durationSquaredMs2: squares,
    cpuMs,
    cpuDurationMs,
    billedDurationMs: a.billedDurationMs + b.billedDurationMs,
    initDurationMs: a.initDurationMs + b.initDurationMs,
    coldStarts: a.coldStarts + b.coldStarts,
    errors: a.errors + b.errors,
    timeouts: a.timeouts + b.timeouts,
    outOfMemory: a.outOfMemory + b.outOfMemory,
    peakMB: Math.max(a.peakMB, b.peakMB),
  };
}

/** The outcome of the sizes that a function had, by the true curve. */
export function outcome(curve: Curve, startMB: number, sizesMB: readonly number[]): Outcome {
  const slowdownAt = (sizeMB: number) => durationAt(curve, sizeMB) / durationAt(curve, startMB);
  const endMB = sizesMB.at(-1) ?? startMB;
  return {
    endMB,
    slowdown: slowdownAt(endMB),
    worstSlowdown: Math.max(...sizesMB.map(slowdownAt)),
    saving: 1 - (endMB * slowdownAt(endMB)) / startMB,
    changes: sizesMB.length - 1,
    sizesMB,
  };
}

/** The cheapest size within the limit, chosen with knowledge of every duration. */
export function oracle(curve: Curve, startMB: number, maxSlowdown: number): Outcome {
  const startMs = durationAt(curve, startMB);
  let best = startMB;
  for (let sizeMB = neededMB(curve, startMB); sizeMB < startMB; sizeMB += 1) {
    const durationMs = durationAt(curve, sizeMB);
    if (durationMs <= (1 + maxSlowdown) * startMs && sizeMB * durationMs < best * durationAt(curve, best)) {
      best = sizeMB;
    }
  }
  return outcome(curve, startMB, best === startMB ? [startMB] : [startMB, best]);
}

function drawDay(
  curve: Curve,
  sizeMB: number,
  load: number,
  { invocationsPerDay }: Telemetry,
  random: () => number,
) {
  const draw = durationsAt(curve, sizeMB, random);
  let [durationMs, durationSquaredMs2] = [0, 0];
  for (let i = 0; i < invocationsPerDay; i += 1) {
    const duration = draw() * load;
    durationMs += duration;
    durationSquaredMs2 += duration ** 2;
  }
  return { durationMs, durationSquaredMs2: Math.round(durationSquaredMs2) };
}
