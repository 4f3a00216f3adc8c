/** Predicts the duration at another memory size with the updater's own model, from the figures of one size. Pure. */
import { durationModel } from "../../runtime/sizing/duration-model";
import { measuredFrom } from "../../runtime/sizing/measured";

export interface Seen {
  readonly memorySizeMB: number;
  readonly invocations: number;
  /** Means, per invocation. */
  readonly durationMs: number;
  readonly cpuMs: number;
}

/** @returns milliseconds. */
export function predictDurationMs(seen: Seen, toMB: number): number {
  const durationMs = seen.durationMs * seen.invocations;
  const figures = { errors: 0, timeouts: 0, outOfMemory: 0 };
  const measured = measuredFrom({
    ...{ ...figures, memorySizeMB: seen.memorySizeMB, invocations: seen.invocations },
    ...{ durationMs, cpuMs: seen.cpuMs * seen.invocations, cpuDurationMs: durationMs },
    windowEnd: new Date(0).toISOString(),
  });
  return durationModel([measured]).durationMs(toMB) ?? NaN;
}
