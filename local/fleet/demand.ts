/** What a fleet's invocations want, day by day, whatever their function's size is. Pure, and the same every time. */
import { createHash } from "node:crypto";
import { MS_PER_DAY } from "../../runtime/duration";
import { mulberry32 } from "../mulberry32";
import type { Fleet, FleetFunction } from "./fleet-file";

/** One invocation before it is known how large its function will be. */
export interface Wanted {
  /** Epoch milliseconds. */
  readonly timeMs: number;
  readonly usedMB: number;
  /** By which its duration differs from its function's. */
  readonly durationFactor: number;
  /** Whether it fails of itself. */
  readonly error: boolean;
}

/** By function name: what replaces a function's `usedMB`, in time order. */
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
  const { functionName, invocationsPerDay, usedMB, usedSpread, durationSpread, errorRate } = fn;
  const dayMs = Date.parse(fleet.start) + day * MS_PER_DAY;
  const random = mulberry32(createHash("sha256").update(`${functionName} ${day}`).digest().readUInt32LE());
  const around = (spread: number) => 1 + spread * (2 * random() - 1);
  const rows = recorded?.get(functionName);
  if (rows) {
    return rows
      .filter(({ timeMs }) => timeMs >= dayMs && timeMs < dayMs + MS_PER_DAY)
      .map((row) => ({ ...row, durationFactor: around(durationSpread), error: random() < errorRate }));
  }
  const middleMB = Array.isArray(usedMB) ? (usedMB[day] ?? 1) : usedMB;
  const count = Array.isArray(invocationsPerDay) ? (invocationsPerDay[day] ?? 0) : invocationsPerDay;
  return Array.from({ length: count }, (_, n) => ({
    timeMs: dayMs + Math.floor(((n + random()) / count) * MS_PER_DAY),
    usedMB: Math.max(1, Math.round(middleMB * around(usedSpread))),
    durationFactor: around(durationSpread),
    error: random() < errorRate,
  }));
}
