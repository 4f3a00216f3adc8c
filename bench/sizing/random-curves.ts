/** Curves of functions that don't exist, drawn from a seed. The rules were not tuned on them. */
import { mulberry32 } from "../../local/mulberry32";
import type { Curve, Point } from "./curves";
import { gaussian } from "./gaussian";

const SIZES_MB = [128, 256, 512, 1_024, 1_536, 2_048, 3_008];
const DRAWS = 200;

/**
 * @param seed gives the same curves each time.
 * @param departure how far a curve is from wait + cpu ÷ size, from one size to the next: a standard deviation of
 * the duration's logarithm.
 */
export function randomCurves(count: number, seed: number, departure = 0.03): Curve[] {
  const random = mulberry32(seed);
  return Array.from({ length: count }, (_, i) => randomCurve(`random-${i + 1}`, random, departure));
}

function randomCurve(name: string, random: () => number, departure: number): Curve {
  // From all waiting to all CPU; both extremes are common.
  const part = Math.min(1, Math.max(0, 1.4 * random() - 0.2));
  const threads = random() < 0.8 ? 1 : 2;
  const durationMs = 20 * 200 ** random();
  const spread = 0.05 + 0.6 * random() ** 2;
  const peakMB = Math.round(40 * 12 ** random());
  let wander = 0;
  const points = SIZES_MB.toReversed()
    .filter((memorySizeMB) => memorySizeMB > peakMB)
    .map((memorySizeMB): Point => {
      const stretch = Math.max(1 / threads, 1_769 / memorySizeMB) / Math.max(1 / threads, 1_769 / 1_024);
      const formula = durationMs * (1 - part + part * stretch);
      const point = {
        memorySizeMB,
        durationMs: formula * Math.exp(wander),
        scatter: scatter(spread, random),
        maxMemoryUsedMB: peakMB,
      };
      wander += departure * gaussian(random);
      return point;
    });
  return { name, points: points.toReversed() };
}

/** Log-normal durations of mean 1, rising. */
function scatter(spread: number, random: () => number): number[] {
  const drawn = Array.from({ length: DRAWS }, () => Math.exp(spread * gaussian(random)));
  const mean = drawn.reduce((sum, value) => sum + value, 0) / DRAWS;
  return drawn.map((value) => value / mean).toSorted((a, b) => a - b);
}
