/** A function's duration by memory size, as a report draws it: the measurements, and a curve through them. Pure. */
import type { FleetDay } from "../local/fleet/day-book";
import type { Decision } from "../local/decision";
import { LAMBDA_MAX_MEMORY_MB, LAMBDA_MIN_MEMORY_MB } from "../runtime/contract";
import { durationModel } from "../runtime/sizing/duration-model";
import { meanMs, measuredFrom, plus, type Measured } from "../runtime/sizing/measured";
import { omit } from "../runtime/updater/omit";
import type { ChangeData, Curve, MeasuredSize } from "./data";

/** Points of a curve from a size to twice it. */
const POINTS_PER_DOUBLING = 8;

/** The sizes at which a curve is computed, in MB. */
export interface CurveSizes {
  readonly sizesMB: readonly number[];
  readonly fromMB: number;
  readonly toMB: number;
}

/** Sizes from Lambda's smallest to twice the largest in use, evenly spaced on a logarithmic scale. */
export function curveSizesMB(usedMB: readonly number[]): number[] {
  const largest = usedMB.reduce((most, size) => Math.max(most, size), LAMBDA_MIN_MEMORY_MB);
  const endMB = Math.min(LAMBDA_MAX_MEMORY_MB, 2 * largest);
  const points = Math.ceil(Math.log2(endMB / LAMBDA_MIN_MEMORY_MB) * POINTS_PER_DOUBLING);
  const sizes = Array.from({ length: points }, (_, n) =>
    Math.round(LAMBDA_MIN_MEMORY_MB * 2 ** (n / POINTS_PER_DOUBLING)),
  );
  return [...sizes, endMB];
}

const MIDNIGHT = /T00:00(:00(\.0+)?)?Z$/;

/**
 * Means by size, from days with only one size.
 *
 * @param changes the function's own: a day with a change in its middle has invocations at two sizes.
 */
export function measuredByDay(days: readonly FleetDay[], changes: readonly ChangeData[]): MeasuredSize[] {
  const mixed = new Set(changes.filter(({ at }) => !MIDNIGHT.test(at)).map(({ at }) => at.slice(0, 10)));
  const sums = new Map<number, { invocations: number; durationMs: number }>();
  for (const { day, memorySizeMB, invocations, meanDurationMs } of days) {
    if (invocations === 0 || mixed.has(day)) continue;
    const before = sums.get(memorySizeMB);
    sums.set(memorySizeMB, {
      invocations: (before?.invocations ?? 0) + invocations,
      durationMs: (before?.durationMs ?? 0) + invocations * meanDurationMs,
    });
  }
  return [...sums]
    .map(([memorySizeMB, { invocations, durationMs }]) => ({
      memorySizeMB,
      meanDurationMs: short(durationMs / invocations),
      invocations,
    }))
    .sort((a, b) => a.memorySizeMB - b.memorySizeMB);
}

/**
 * The windows' measurements by size. Windows that share days count once. CPU time is left out: if layer processes ran,
 * it is this machine's, not the recorded invocations'.
 */
export function measuredByWindow(decisions: readonly Decision[]): Measured[] {
  const bySize = new Map<number, Measured>();
  let takenUntilMs = -Infinity;
  for (const { recommendation } of decisions) {
    if (!recommendation) continue;
    const { memorySizeMB, windowStart, windowEnd, atMemorySize } = recommendation;
    if (!atMemorySize || Date.parse(windowStart) < takenUntilMs) continue;
    takenUntilMs = Date.parse(windowEnd);
    const figures = measuredFrom({
      ...omit(atMemorySize, "cpuMs", "cpuDurationMs"),
      memorySizeMB,
      windowEnd,
    });
    const before = bySize.get(memorySizeMB);
    bySize.set(memorySizeMB, before ? plus(before, figures) : figures);
  }
  // A recording may have no durations.
  return [...bySize.values()]
    .filter((measured) => meanMs(measured) > 0)
    .sort((a, b) => a.memorySizeMB - b.memorySizeMB);
}

/**
 * @param durationMs the known or predicted duration at any size.
 * @param measured the days' measurements in a run with known durations; undefined if durations are predicted.
 */
export function knownCurve(
  durationMs: (memorySizeMB: number) => number,
  measured: readonly MeasuredSize[] | undefined,
  { sizesMB, fromMB, toMB }: CurveSizes,
): Curve {
  return {
    source: measured ? "given" : "predicted",
    durationMs: sizesMB.map((size) => short(durationMs(size))),
    fromMs: short(durationMs(fromMB)),
    toMs: short(durationMs(toMB)),
    measured: measured ?? [],
  };
}

/** The curve that the updater's own model predicts from the measurements; undefined without any. */
export function predictedCurve(
  measured: readonly Measured[],
  { sizesMB, fromMB, toMB }: CurveSizes,
): Curve | undefined {
  const [reference] = measured.toSorted((a, b) => b.invocations - a.invocations);
  if (!reference) return undefined;
  const model = durationModel(measured);
  const at = (size: number) => model.slowdown(reference.memorySizeMB, size);
  const ms = (slowdown: number) => short(meanMs(reference) * slowdown);
  const ranges = sizesMB.map(at);
  return {
    source: "predicted",
    durationMs: ranges.map(({ expected }) => ms(expected)),
    leastMs: ranges.map(({ least }) => ms(least)),
    mostMs: ranges.map(({ most }) => ms(most)),
    fromMs: ms(at(fromMB).expected),
    toMs: ms(at(toMB).expected),
    measured: measured.map((size) => ({
      memorySizeMB: size.memorySizeMB,
      meanDurationMs: short(meanMs(size)),
      invocations: size.invocations,
    })),
  };
}

/** Rounds to as many digits as a chart shows. */
function short(value: number): number {
  return Number(value.toPrecision(5));
}
