/**
 * How long an invocation takes at another memory size. Lambda gives CPU in proportion to memory, one vCPU at 1,769 MB
 * ("Configure Lambda function memory"), so
 *
 *     duration(size) = wait + cpu × max(1, 1769 × threads / size)
 *
 * `wait` is the same at any size; `cpu` is the time with all the CPU that the code can use, and grows if the size gives
 * less. The model fits only the form of that curve, with two unknowns: the CPU-bound fraction of the duration at the
 * smallest size measured, and the threads. The measurement at the nearest size gives the curve's height.
 *
 * The fit doesn't choose one value for each unknown. It compares every pair on a grid with the measurements, and all
 * pairs that fit count: with one size and no CPU time they range from all waiting to all CPU, with two sizes or a CPU
 * time the range is small. So a prediction also gives an upper bound.
 */
import { cpuMeanMs, meanMs, relativeError, type Measured } from "./measured";

/** One vCPU's worth of memory, in MB. */
export const MB_PER_VCPU = 1_769;

/** Numbers of threads that code may keep busy; Lambda has at most 6 vCPUs. Below one vCPU they all look the same. */
const THREADS = [1, 2, 3, 4, 5, 6] as const;
/** The prior probability of a single thread; the other numbers share the rest. */
const SINGLE_THREADED = 0.8;
/** Steps of the CPU-bound fraction, from none to all. */
const STEPS = 100;
/**
 * How far a real function departs from the formula between a size and half of it: standard deviation of the logarithm.
 * It grows with the square root of the distance, so near sizes say more about each other than far ones.
 */
const FORMULA_ERROR = 0.05;
/**
 * Standard error of the CPU time that the layer reads, as a fraction: three of them are the 10% by which it may differ
 * from the kernel's figure for the code's process, ...
 */
const CPU_TIME_ERROR = 0.03;
/** ... and, if there is hardly any CPU time, as a fraction of the duration. */
const CPU_TIME_FLOOR = 0.01;
/**
 * A pair fits if it is at most this many standard deviations worse than the best one: one-sided, seven times in eight.
 */
const DEVIATIONS = 1.15;

/** A ratio of durations, or of costs: the likely value, and the smallest and largest that fit the measurements. */
export interface Range {
  readonly expected: number;
  readonly least: number;
  readonly most: number;
}

export interface DurationModel {
  /** Duration at `toMB` divided by the duration at `fromMB`. */
  slowdown(fromMB: number, toMB: number): Range;
  /** Expected mean duration at a size, in ms; undefined if nothing was measured. */
  durationMs(memorySizeMB: number): number | undefined;
  /** Whether CPU time was measured, so that one size is enough to predict the others. */
  readonly knowsCpuTime: boolean;
}

/** The form of a function's curve. */
interface Form {
  /** The CPU-bound fraction of the duration at the reference size. */
  readonly part: number;
  readonly threads: number;
}

const FORMS: readonly Form[] = THREADS.flatMap((threads) =>
  Array.from({ length: STEPS + 1 }, (_, step) => ({ part: step / STEPS, threads })),
);

/** A form that fits, and how much worse it is than the best, in squared standard deviations. */
interface Fit extends Form {
  readonly excess: number;
}

/** The measurements at one size, as the fit needs them. */
interface Point {
  readonly memorySizeMB: number;
  readonly durationMs: number;
  /** Standard error of the duration, as a fraction of it. */
  readonly error: number;
  readonly cpuMs: number | undefined;
  readonly buckets: number;
}

/**
 * The model that fits the measurements. Without any, all forms fit.
 *
 * @param sizes the measurements at each size, each faded to the same moment (`measuredSizes`).
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
  /** Duration at a size by each form that fits, in ms if anything was measured. */
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

/** Caches the function's results, because sizes are compared many times. */
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

/** The shape of each form. Sizes are compared by the hundred, so the threads' part is computed once. */
function shapesOf(forms: readonly Form[], referenceMB: number, memorySizeMB: number): number[] {
  const grown = THREADS.map((threads) => stretch(memorySizeMB, threads) / stretch(referenceMB, threads) - 1);
  return forms.map(({ part, threads }) => 1 + part * (grown[threads - 1] ?? NaN));
}

/** Duration at a size ÷ the duration at the reference size. */
function shape({ part, threads }: Form, referenceMB: number, memorySizeMB: number): number {
  return 1 - part + (part * stretch(memorySizeMB, threads)) / stretch(referenceMB, threads);
}

/** The shortest time that a millisecond of CPU time can take. */
function stretch(memorySizeMB: number, threads: number): number {
  return Math.max(1 / threads, MB_PER_VCPU / memorySizeMB);
}

/** The prior, before anything is measured. */
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
  // Figures that scatter more than they should make every conclusion less certain, in proportion (Birge's ratio).
  const spare = points.length - 1 + (points.some(({ cpuMs }) => cpuMs !== undefined) ? 1 : 0) - 1;
  const scatter = spare > 0 ? Math.max(1, best / spare) : 1;
  return FORMS.map(({ part, threads }, i) => ({
    part,
    threads,
    excess: ((chiSquared[i] ?? Infinity) - best) / scatter,
  })).filter(({ excess }) => excess <= DEVIATIONS ** 2);
}

/**
 * How far the durations are from a form, in squared standard deviations. A function's departure from the form drifts
 * from size to size, so a local-level Kalman filter runs over the sizes, from the smallest up.
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
 * Returns the range of a ratio over all forms that fit, each with its dividend and divisor. A form uses up some of the
 * allowed standard deviations; the rest is left for the error of the ratio itself.
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
