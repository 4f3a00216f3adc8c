/** Figures of made-up functions, for the tests of sizes. */
import { MS_PER_DAY } from "../../runtime/duration";
import { measuredFrom, plus, type Measured, type Observation } from "../../runtime/sizing/measured";

const START_MS = Date.parse("2026-01-01T00:00:00.000Z");

/** The end of a day's bucket, counted from 0. */
export function endOfDay(day: number): string {
  return new Date(START_MS + (day + 1) * MS_PER_DAY).toISOString();
}

interface Day extends Partial<Omit<Observation, "durationMs" | "cpuMs" | "windowEnd">> {
  readonly day?: number;
  /** Mean duration of an invocation, in ms. */
  readonly meanMs?: number;
  /** Standard deviation of single durations, as a fraction of the mean. */
  readonly spread?: number;
  /** CPU time of an invocation, in ms. */
  readonly cpuMs?: number;
}

/** One day's figures: 1,000 invocations of 100 ms at 1,024 MB, without CPU time. */
export function observation({
  day = 0,
  meanMs = 100,
  spread = 0.1,
  cpuMs,
  invocations = 1_000,
  ...fields
}: Day = {}): Observation {
  return {
    memorySizeMB: 1_024,
    windowEnd: endOfDay(day),
    invocations,
    durationMs: invocations * meanMs,
    durationSquaredMs2: invocations * meanMs ** 2 * (1 + spread ** 2),
    ...(cpuMs !== undefined && { cpuMs: invocations * cpuMs, cpuDurationMs: invocations * meanMs }),
    errors: 0,
    timeouts: 0,
    outOfMemory: 0,
    ...fields,
  };
}

/** This many days that are all alike. */
export function measured(fields: Day = {}, days = 14): Measured {
  const first = measuredFrom(observation(fields));
  return Array.from({ length: days - 1 }, (_, i) =>
    measuredFrom(observation({ ...fields, day: i + 1 })),
  ).reduce(plus, first);
}

/** Mean duration by the formula, in ms, from waiting, CPU time and threads. */
export function formulaMs(memorySizeMB: number, waitMs: number, cpuMs: number, threads = 1): number {
  return waitMs + (cpuMs / threads) * Math.max(1, (1_769 * threads) / memorySizeMB);
}
