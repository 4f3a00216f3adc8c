/** A curve of durations, with everything that a chart shows at each size. Pure. */
import type { Curve, FunctionData } from "../../data";

/** One size of the curve. */
export interface CurvePoint {
  readonly sizeMB: number;
  readonly durationMs: number;
  readonly leastMs: number | undefined;
  readonly mostMs: number | undefined;
  readonly measuredMs: number | undefined;
  /** The cost of a million invocations, without the charge for requests. */
  readonly cost: number;
}

/** Points at the curve's own sizes, the function's sizes, and the measured ones. */
export function pointsOf(
  fn: FunctionData,
  curve: Curve,
  sizesMB: readonly number[],
  cost: (sizeMB: number, durationMs: number) => number,
): CurvePoint[] {
  const measured = new Map(curve.measured.map((one) => [one.memorySizeMB, one.meanDurationMs]));
  const own = [fn.fromMB, fn.toMB, ...measured.keys()];
  const endMB = 2 * Math.max(...own);
  const sizes = [...new Set([...sizesMB.filter((size) => size <= endMB), ...own])].sort((a, b) => a - b);
  const exact = new Map([
    [fn.fromMB, curve.fromMs],
    [fn.toMB, curve.toMs],
  ]);
  return sizes.map((sizeMB) => {
    const durationMs = exact.get(sizeMB) ?? between(sizesMB, curve.durationMs, sizeMB);
    return {
      sizeMB,
      durationMs,
      leastMs: curve.leastMs && between(sizesMB, curve.leastMs, sizeMB),
      mostMs: curve.mostMs && between(sizesMB, curve.mostMs, sizeMB),
      measuredMs: measured.get(sizeMB),
      cost: cost(sizeMB, durationMs),
    };
  });
}

/** Interpolates between two sizes, linear over 1/size like CPU-bound work. */
function between(sizesMB: readonly number[], values: readonly number[], sizeMB: number): number {
  const at = Math.max(
    1,
    sizesMB.findIndex((size) => size >= sizeMB),
  );
  const [a = sizeMB, b = sizeMB] = [sizesMB[at - 1], sizesMB[at]];
  const [from = 0, to = from] = [values[at - 1], values[at]];
  return a === b ? from : from + ((to - from) * (1 / a - 1 / sizeMB)) / (1 / a - 1 / b);
}
