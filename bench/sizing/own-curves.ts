/** Curves made up for the bench, each for a kind of function: mean durations in ms at 128 … 3,008 MB. */
import type { Curve } from "./curves";

const SIZES_MB = [128, 256, 512, 1_024, 1_536, 2_048, 3_008];

/** Single durations ÷ their mean: a few take twice as long, as behind a network. */
const SCATTER = Array.from({ length: 100 }, (_, i) => (i < 95 ? 0.85 + (0.2 * i) / 94 : 2)).map(
  (value, _, all) => (value * all.length) / all.reduce((sum, each) => sum + each, 0),
);

const CURVES: Readonly<Record<string, { peakMB: number; durationsMs: readonly number[] }>> = {
  /** Asks another service and waits for it. */
  "waits-for-others": { peakMB: 60, durationsMs: [260, 219, 206, 196, 197, 194, 193] },
  /** One thread that is busy from start to end. */
  "one-thread-busy": { peakMB: 70, durationsMs: [4_180, 2_050, 1_011, 502, 336, 291, 290] },
  /** Two threads, both busy. */
  "two-threads-busy": { peakMB: 180, durationsMs: [8_300, 4_080, 2_010, 998, 664, 499, 341] },
  /** Reads a record, works on it, writes it back. */
  "half-and-half": { peakMB: 90, durationsMs: [962, 540, 327, 222, 186, 177, 178] },
  /** Loads a file over a network that is faster in larger sandboxes, too. */
  "network-grows": { peakMB: 300, durationsMs: [2_900, 1_650, 1_010, 720, 610, 560, 520] },
  /** Runs short of memory for its garbage collector below 1,024 MB. */
  "collects-garbage": { peakMB: 110, durationsMs: [2_600, 980, 410, 233, 180, 162, 160] },
};

export const ownCurves: readonly Curve[] = Object.entries(CURVES).map(([name, { peakMB, durationsMs }]) => ({
  name,
  isOdd: name === "collects-garbage",
  points: SIZES_MB.map((memorySizeMB, i) => ({
    memorySizeMB,
    durationMs: durationsMs[i] ?? NaN,
    scatter: SCATTER,
    maxMemoryUsedMB: Math.min(peakMB, memorySizeMB),
  })),
}));
