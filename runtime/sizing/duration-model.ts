/**
 * How long an invocation takes at another memory size. Lambda gives CPU in proportion to memory, one vCPU at 1,769 MB
 * ("Configure Lambda function memory"), so
 *
 *     duration(size) = wait + cpu × max(1, 1769 × threads / size)
 *
 * `wait` passes at any size; `cpu` is the time with all the CPU that the code can use, and grows where the size gives
 * less. Only the form of that curve is fitted, by two unknowns: which part of the duration is CPU-bound at the smallest
 * size measured, and the threads. Its height is what was measured at the nearest size.
 *
 * The unknowns are not fitted to one value each. Every pair on a grid is held against what was measured, and all that
 * fit count: with one size and no CPU time that is anything from all waiting to all CPU, with two sizes or a CPU time
 * it is little. So a prediction says the most that it can be, too.
 */
import { cpuMeanMs, meanMs, relativeError, type Measured } from "./measured";

/** One vCPU's worth of memory, in MB. */
export const MB_PER_VCPU = 1_769;

/** Threads that code may keep busy; Lambda has at most 6 vCPUs. Below one vCPU all of them look alike. */
const THREADS = [1, 2, 3, 4, 5, 6] as const;
/** How likely one thread is as long as nothing else was seen; the others share the rest. */
const SINGLE_THREADED = 0.8;
/** Steps of the CPU-bound part, from none to all. */
const STEPS = 100;
/**
 * How far a real function departs from the formula from a size to half of it: standard deviation of the logarithm. It
 * grows with the square root of the distance, so that near sizes say more of each other than far ones.
 */
const FORMULA_ERROR = 0.05;
/**
 * Standard error of the CPU time that the layer reads, as a part of it: three of them are the 10% that it may be off
 * from the kernel's account of the code's process, ...
 */
const CPU_TIME_ERROR = 0.03;
/** ... and, where there is next to none, as a part of the duration. */
const CPU_TIME_FLOOR = 0.01;
/** A pair fits that is at most this many standard deviations off the best one: one-sided, seven times in eight. */
const DEVIATIONS = 1.15;

/** A quotient of durations, or of costs: what is likely, and the least and the most that fits what was measured. */
export interface Range {
  readonly expected: number;
  readonly least: number;
  readonly most: number;
}

export interface DurationModel {
  /** Duration at `toMB` divided by the duration at `fromMB`. */
  slowdown(fromMB: number, toMB: number): Range;
  /** Mean duration at a size, in ms, as expected; undefined where nothing was measured. */
  durationMs(memorySizeMB: number): number | undefined;
  /** Whether CPU time was measured, so that one size tells of the others. */
  readonly knowsCpuTime: boolean;
}

/** The form of a function's curve. */
interface Form {
  /** The CPU-bound part of the duration at the reference size. */
  readonly part: number;
  readonly threads: number;
}

const FORMS: readonly Form[] = THREADS.flatMap((threads) =>
  Array.from({ length: STEPS + 1 }, (_, step) => ({ part: step / STEPS, threads })),
);

/** A form that fits, and by how much worse than the best: squared standard deviations. */
interface Fit extends Form {
  readonly excess: number;
}

/** What was measured at one size, as the fit needs it. */
interface Point {
  readonly memorySizeMB: number;
  readonly durationMs: number;
  /** Standard error of the duration, as a part of it. */
  readonly error: number;
  readonly cpuMs: number | undefined;
  readonly buckets: number;
}

/**
 * The model that fits what was measured. Where nothing was, all forms fit.
 *
 * @param sizes what was measured at each size, each faded to the same moment (`measuredSizes`).
 */
export function durationModel(sizes: readonly Measured[]): DurationModel {
  const points = sizes
    .filter((size) => size.invocations > 0 && meanMs(size) > 0)
    .map((size) => ({
      memorySizeMB: size.memorySizeMB,
      durationMs: meanMs(size),
      error: relativeError(size),
      cpuMs: cpuMeanMs(size),
      buckets: size.buckets,
    }))
    .toSorted((a, b) => a.memorySizeMB - b.memorySizeMB);
  const referenceMB = points[0]?.memorySizeMB ?? MB_PER_VCPU;
  const fits = fitting(points, referenceMB);
  const anchorOf = memoized((memorySizeMB: number) => nearest(points, memorySizeMB));
  const shapes = memoized((memorySizeMB: number) => shapesOf(fits, referenceMB, memorySizeMB));
  /** Duration at a size by each form that fits, in ms where anything was measured. */
  const durations = memoized((memorySizeMB: number) => {
    const anchor = anchorOf(memorySizeMB);
    if (!anchor) return shapes(memorySizeMB);
    const atAnchor = shapes(anchor.memorySizeMB);
    return shapes(memorySizeMB).map((value, i) => (anchor.durationMs * value) / (atAnchor[i] ?? NaN));
  });
  const range = rangeOver(fits);
  return {
    knowsCpuTime: points.some(({ cpuMs }) => cpuMs !== undefined),
    slowdown(fromMB, toMB) {
      const [from, to] = [anchorOf(fromMB), anchorOf(toMB)];
      const error = from === to ? 0 : Math.hypot(from?.error ?? 0, to?.error ?? 0);
      return range(durations(toMB), durations(fromMB), error);
    },
    durationMs(memorySizeMB) {
      if (points.length === 0) return undefined;
      return range(
        durations(memorySizeMB),
        fits.map(() => 1),
        0,
      ).expected;
    },
  };
}

/** The function with its answers kept: sizes are held against each other many times over. */
function memoized<T>(of: (key: number) => T): (key: number) => T {
  const kept = new Map<number, T>();
  return (key) => {
    const known = kept.get(key);
    if (known !== undefined || kept.has(key)) return known as T;
    const value = of(key);
    kept.set(key, value);
    return value;
  };
}

function nearest(points: readonly Point[], memorySizeMB: number): Point | undefined {
  const distance = (point: Point) => octaves(point.memorySizeMB, memorySizeMB);
  return points.toSorted((a, b) => distance(a) - distance(b))[0];
}

/** Of each form. Sizes are held against each other by the hundred, so the threads' part is worked out once. */
function shapesOf(forms: readonly Form[], referenceMB: number, memorySizeMB: number): number[] {
  const grown = THREADS.map((threads) => stretch(memorySizeMB, threads) / stretch(referenceMB, threads) - 1);
  return forms.map(({ part, threads }) => 1 + part * (grown[threads - 1] ?? NaN));
}

/** Duration at a size ÷ the duration at the reference size. */
function shape({ part, threads }: Form, referenceMB: number, memorySizeMB: number): number {
  return 1 - part + (part * stretch(memorySizeMB, threads)) / stretch(referenceMB, threads);
}

/** How long a millisecond of CPU time takes at best. */
function stretch(memorySizeMB: number, threads: number): number {
  return Math.max(1 / threads, MB_PER_VCPU / memorySizeMB);
}

/** Before anything is measured. */
function likelihoodOf(threads: number): number {
  return threads === 1 ? SINGLE_THREADED : (1 - SINGLE_THREADED) / (THREADS.length - 1);
}

function octaves(aMB: number, bMB: number): number {
  return Math.abs(Math.log2(aMB / bMB));
}

/** Every form that fits about as well as the best one. */
function fitting(points: readonly Point[], referenceMB: number): Fit[] {
  const chiSquared = FORMS.map(
    (form) => durationsOff(form, points, referenceMB) + cpuTimeOff(form, points, referenceMB),
  );
  const best = Math.min(...chiSquared);
  // Figures that scatter more than they should make every conclusion less sure, in proportion (Birge's ratio).
  const spare = points.length - 1 + (points.some(({ cpuMs }) => cpuMs !== undefined) ? 1 : 0) - 1;
  const scatter = spare > 0 ? Math.max(1, best / spare) : 1;
  return FORMS.map(({ part, threads }, i) => ({
    part,
    threads,
    excess: ((chiSquared[i] ?? Infinity) - best) / scatter,
  })).filter(({ excess }) => excess <= DEVIATIONS ** 2);
}

/**
 * How far the durations are from a form, in squared standard deviations. What a function departs from the form by
 * wanders from size to size, so a Kalman filter of one level walks over them, from the smallest up.
 */
function durationsOff(form: Form, points: readonly Point[], referenceMB: number): number {
  let chiSquared = 0;
  let at: { level: number; variance: number; memorySizeMB: number } | undefined;
  for (const { memorySizeMB, durationMs, error } of points) {
    const variance = error ** 2;
    const level = Math.log(durationMs / shape(form, referenceMB, memorySizeMB));
    if (!at) {
      at = { level, variance, memorySizeMB };
      continue;
    }
    const foreseen = at.variance + FORMULA_ERROR ** 2 * octaves(at.memorySizeMB, memorySizeMB);
    const gain = foreseen / (foreseen + variance);
    chiSquared += (level - at.level) ** 2 / (foreseen + variance);
    at = { level: at.level + gain * (level - at.level), variance: (1 - gain) * foreseen, memorySizeMB };
  }
  return chiSquared;
}

/** How far the CPU times are from a form, in squared standard deviations; all sizes count as one measurement. */
function cpuTimeOff(form: Form, points: readonly Point[], referenceMB: number): number {
  let [total, buckets] = [0, 0];
  for (const { memorySizeMB, durationMs, cpuMs, buckets: weight } of points) {
    if (cpuMs === undefined) continue;
    const bound = (cpuMs / durationMs) * stretch(memorySizeMB, form.threads);
    const expected =
      (form.part * stretch(memorySizeMB, form.threads)) /
      stretch(referenceMB, form.threads) /
      shape(form, referenceMB, memorySizeMB);
    const error = Math.hypot(CPU_TIME_ERROR * bound, CPU_TIME_FLOOR);
    total += weight * ((bound - expected) / error) ** 2;
    buckets += weight;
  }
  return buckets > 0 ? total / buckets : 0;
}

/**
 * Gives the range of a quotient over all forms that fit, of which each has its dividend and divisor. A form uses up some
 * of the standard deviations that are allowed; what it leaves is for the error of the quotient itself.
 */
function rangeOver(fits: readonly Fit[]) {
  const weights = fits.map(({ excess, threads }) => Math.exp(-excess / 2) * likelihoodOf(threads));
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  const margins = memoized((error) =>
    fits.map(({ excess }) => Math.exp(error * Math.sqrt(Math.max(0, DEVIATIONS ** 2 - excess)))),
  );
  return (dividends: readonly number[], divisors: readonly number[], error: number): Range => {
    const margin = margins(error);
    let [sum, least, most] = [0, Infinity, 0];
    for (let i = 0; i < fits.length; i += 1) {
      const value = (dividends[i] ?? NaN) / (divisors[i] ?? NaN);
      sum += value * (weights[i] ?? NaN);
      least = Math.min(least, value / (margin[i] ?? NaN));
      most = Math.max(most, value * (margin[i] ?? NaN));
    }
    return { expected: sum / total, least, most };
  };
}
