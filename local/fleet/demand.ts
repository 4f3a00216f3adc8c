/**
 * The memory that a fleet's invocations want, day by day, independent of their function's size. Pure, and always the
 * same.
 */
import { createHash } from "node:crypto";
import { MS_PER_DAY } from "../../runtime/duration";
import { mulberry32 } from "../mulberry32";
import type { Fleet, FleetFunction } from "./fleet-file";

/** An invocation, before its function's size at that time is known. */
export interface Wanted {
  /** Epoch milliseconds. */
  readonly timeMs: number;
  readonly usedMB: number;
  /** Its duration ÷ its function's. */
  readonly durationFactor: number;
  /** How many of the invocations that it stands for fail for reasons of their own. */
  readonly errors: number;
}

/** The values that replace a function's `usedMB`, by function name, in time order. */
export type RecordedDemand = ReadonlyMap<
  string,
  readonly { readonly timeMs: number; readonly usedMB: number }[]
>;

/**
 * A function's invocations of one day, in time order.
 *
 * @param day counted from the fleet's start, from 0.
 */
export function demandOf(fn: FleetFunction, day: number, fleet: Fleet, recorded?: RecordedDemand): Wanted[] {
  const { functionName, invocationsPerDay, usedMB, usedSpread, durationSpread, errorRate, weight } = fn;
  const dayMs = Date.parse(fleet.start) + day * MS_PER_DAY;
  const random = mulberry32(createHash("sha256").update(`${functionName} ${day}`).digest().readUInt32LE());
  const around = (spread: number) => 1 + spread * (2 * random() - 1);
  const rows = recorded
    ?.get(functionName)
    ?.filter(({ timeMs }) => timeMs >= dayMs && timeMs < dayMs + MS_PER_DAY);
  const middleMB = Array.isArray(usedMB) ? (usedMB[day] ?? 1) : usedMB;
  const count = Array.isArray(invocationsPerDay) ? (invocationsPerDay[day] ?? 0) : invocationsPerDay;
  const invocations =
    rows ??
    Array.from({ length: count }, (_, n) => ({
      timeMs: dayMs + Math.floor(((n + random()) / count) * MS_PER_DAY),
      usedMB: Math.max(1, Math.round(middleMB * around(usedSpread))),
    }));
  const places = weight > 1 ? shuffled(invocations.length, random) : undefined;
  return invocations.map((one, n) => ({
    ...one,
    durationFactor: places
      ? 1 + durationSpread * ((2 * ((places[n] ?? 0) + random())) / places.length - 1)
      : around(durationSpread),
    errors: failing(weight, errorRate, random),
  }));
}

/**
 * Numbers from 0 up in random order: each invocation gets one of the equal parts of a spread. If each stands for many,
 * their mean is as close to the function's own as the mean of that many would be.
 */
function shuffled(count: number, random: () => number): number[] {
  const places = Array.from({ length: count }, (_, n) => n);
  for (let n = count - 1; n > 0; n--) {
    const other = Math.floor(random() * (n + 1));
    [places[n], places[other]] = [places[other] ?? 0, places[n] ?? 0];
  }
  return places;
}

/** How many of `count` fail: a binomial number, approximated by the normal distribution if there are many. */
function failing(count: number, rate: number, random: () => number): number {
  if (rate === 0) return 0;
  if (count === 1) return Number(random() < rate);
  const normal = Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
  const drawn = Math.round(count * rate + normal * Math.sqrt(count * rate * (1 - rate)));
  return Math.min(count, Math.max(0, drawn));
}
