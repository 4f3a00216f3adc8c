/** How long a function takes at each size: the true curve that the closed loop draws its telemetry from. */
import { parse } from "csv-parse/sync";
import { readFileSync } from "node:fs";
import { gunzipSync } from "node:zlib";
import { groupBy } from "../../local/collections";
import { medianOf } from "../median";

export interface Point {
  readonly memorySizeMB: number;
  readonly durationMs: number;
  /** Durations of single invocations ÷ their mean, in ascending order: their scatter. */
  readonly scatter: readonly number[];
  readonly maxMemoryUsedMB: number;
}

export interface Curve {
  readonly name: string;
  /** By size, rising. */
  readonly points: readonly Point[];
  /**
   * Gets slower by more than it loses CPU, which no rule foresees: the bounds apply only to the end, not to the way.
   */
  readonly isOdd?: boolean;
}

/**
 * The warm, successful invocations of a file in the format of SeBS's results (CSV, gzipped or not): per function and
 * size the median duration, and the scatter of single durations. It uses the median because a size has 200 to 250
 * invocations, and a few of ten seconds move the mean of one size by half, but not that of the next.
 */
export function curvesFrom(file: string): Curve[] {
  const bytes = readFileSync(file);
  const text = bytes[0] === 0x1f && bytes[1] === 0x8b ? gunzipSync(bytes) : bytes;
  const rows = parse<Record<string, string>>(text, { columns: true, skip_empty_lines: true });
  const warm = rows.filter(({ start, status }) => start === "warm" && status === "success");
  return [...groupBy(warm, ({ functionName = "" }) => functionName)]
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, ofFunction]) => ({
      name,
      points: [...groupBy(ofFunction, ({ memorySizeMB = "" }) => memorySizeMB)]
        .map(([memorySizeMB, ofSize]) => pointFrom(Number(memorySizeMB), ofSize))
        .toSorted((a, b) => a.memorySizeMB - b.memorySizeMB),
    }));
}

function pointFrom(memorySizeMB: number, rows: readonly Record<string, string>[]): Point {
  const durations = rows.map((row) => Number(row.durationMs)).toSorted((a, b) => a - b);
  const mean = durations.reduce((sum, duration) => sum + duration, 0) / durations.length;
  return {
    memorySizeMB,
    durationMs: medianOf(durations),
    scatter: durations.map((duration) => duration / mean),
    maxMemoryUsedMB: Math.max(...rows.map((row) => Number(row.maxMemoryUsedMB))),
  };
}

/** Mean duration at any size, in ms; between measured sizes in proportion to 1/size, as CPU-bound time is. */
export function durationAt(curve: Curve, memorySizeMB: number): number {
  const [below, above, part] = around(curve, memorySizeMB);
  return above.durationMs + part * (below.durationMs - above.durationMs);
}

/** Returns a function that draws one invocation's duration, in ms, from those of the nearest measured sizes. */
export function durationsAt(curve: Curve, memorySizeMB: number, random: () => number): () => number {
  const [below, above, part] = around(curve, memorySizeMB);
  const mean = durationAt(curve, memorySizeMB);
  return () => {
    const quantile = random();
    const at = ({ scatter }: Point) => scatter[Math.floor(quantile * scatter.length)] ?? 1;
    return mean * (at(above) + part * (at(below) - at(above)));
  };
}

/** The memory that a sandbox of this size is seen to use at most, in MB. */
export function peakAt(curve: Curve, memorySizeMB: number): number {
  const [below, above, part] = around(curve, memorySizeMB);
  return Math.round(above.maxMemoryUsedMB + part * (below.maxMemoryUsedMB - above.maxMemoryUsedMB));
}

/** The measured sizes on both sides, and how far towards the smaller one 1/size is. */
function around({ points }: Curve, memorySizeMB: number): [Point, Point, number] {
  const i = points.findIndex((point) => point.memorySizeMB >= memorySizeMB);
  const above = points.at(i);
  if (!above || i === 0 || above.memorySizeMB === memorySizeMB) return [above, above, 0] as [Point, Point, 0];
  const below = points[i - 1];
  if (!below || i === -1) return [above, above, 0];
  return [
    below,
    above,
    (1 / memorySizeMB - 1 / above.memorySizeMB) / (1 / below.memorySizeMB - 1 / above.memorySizeMB),
  ];
}

/**
 * CPU time of an invocation, in ms, from the slope of the durations over 1/size: the best fit to all points (least
 * squares of the relative error) over all numbers of threads.
 */
export function cpuTimeOf({ points }: Curve): number {
  let best = { error: Infinity, cpuMs: 0 };
  for (let threads = 1; threads <= 3; threads += 0.05) {
    let [xx, x1, xy, y1, n] = [0, 0, 0, 0, 0];
    const terms = points.map(({ memorySizeMB, durationMs }) => ({
      x: Math.max(1 / threads, 1_769 / memorySizeMB) / durationMs,
      one: 1 / durationMs,
    }));
    for (const { x, one } of terms) {
      xx += x * x;
      x1 += x * one;
      n += one * one;
      xy += x;
      y1 += one;
    }
    const determinant = xx * n - x1 * x1;
    const free = { cpuMs: (xy * n - x1 * y1) / determinant, waitMs: (xx * y1 - x1 * xy) / determinant };
    const { cpuMs, waitMs } = free.waitMs >= 0 ? free : { cpuMs: xy / xx, waitMs: 0 };
    const error = terms.reduce((sum, { x, one }) => sum + (cpuMs * x + waitMs * one - 1) ** 2, 0);
    if (error < best.error && cpuMs >= 0) best = { error, cpuMs };
  }
  return best.cpuMs;
}
