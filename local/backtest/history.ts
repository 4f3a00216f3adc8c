/** The history that a back-test walks through: each function's invocations, step by step, independent of its size. */
import type { Architecture } from "../../runtime/pricing";
import type { Duration } from "../fleet/duration";
import { sum } from "../collections";

/**
 * A function's invocations between two moments at which sizes may change, in time order. All columns have the same
 * length.
 */
export interface Step {
  /** Counted from the history's start, from 0. */
  readonly index: number;
  /** The times of the first and the last, in epoch milliseconds. */
  readonly firstMs: number;
  readonly lastMs: number;
  /** The memory that each wanted; a lower bound if it was at its cap. */
  readonly usedMB: ArrayLike<number>;
  /** Each one's duration ÷ its function's. */
  readonly durationFactor: ArrayLike<number>;
  /** How many of the invocations that each stands for fail for reasons of their own. */
  readonly errors: ArrayLike<number>;
  /** Whether the peak is only a lower bound. */
  readonly peakAtCap: boolean;
}

export interface Subject {
  readonly functionName: string;
  readonly functionArn: string;
  readonly architecture: Architecture;
  /** The size that it starts with, in MB. */
  readonly memorySizeMB: number;
  /** How many invocations each one stands for. */
  readonly weight: number;
  /** Whether its CPU time is known. */
  readonly cpu: boolean;
  /** The duration of an invocation whose factor is 1. */
  readonly durationAt: (memorySizeMB: number) => Duration;
  /** The steps with invocations, in order. */
  readonly steps: readonly Step[];
}

export interface History {
  /** Epoch milliseconds; midnight UTC. */
  readonly startMs: number;
  readonly steps: number;
  readonly stepMs: number;
  readonly subjects: readonly Subject[];
}

/** How many function-days, and functions, have a peak that is only a lower bound. */
export interface PeaksAtCap {
  readonly functionDays: number;
  readonly ofFunctionDays: number;
  readonly functions: number;
}

export function peaksAtCap({ subjects, stepMs }: History): PeaksAtCap {
  const stepsPerDay = 86_400_000 / stepMs;
  const daysOf = (steps: readonly Step[]) =>
    new Set(steps.map(({ index }) => Math.floor(index / stepsPerDay))).size;
  const capped = subjects.map(({ steps }) => daysOf(steps.filter(({ peakAtCap }) => peakAtCap)));
  return {
    functionDays: sum(capped),
    ofFunctionDays: sum(subjects.map(({ steps }) => daysOf(steps))),
    functions: capped.filter((days) => days > 0).length,
  };
}
