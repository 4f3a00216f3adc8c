/** Records what happened to a fleet, day by day, and every change of a size. */
import { MS_PER_DAY } from "../../runtime/duration";
import type { Decision } from "../decision";
import type { Played } from "./invocations";

/** One function's day. */
export interface FleetDay {
  readonly functionName: string;
  /** ISO 8601, `2026-01-31`. */
  readonly day: string;
  /** The size at the beginning of the day. */
  readonly memorySizeMB: number;
  readonly invocations: number;
  readonly outOfMemory: number;
  /** 0 if there was no invocation, and so is the mean. */
  readonly peakUsedMB: number;
  readonly meanDurationMs: number;
  readonly billedGBSeconds: number;
}

/** A size that was changed; sizes in MB. */
export interface Change {
  /** ISO 8601, by the fleet's clock. */
  readonly at: string;
  readonly functionName: string;
  readonly from: number;
  readonly to: number;
  readonly reason: string;
}

export class DayBook {
  readonly changes: Change[] = [];
  /** Step by step, in the order of the functions' names; each function's own in the order in which they were made. */
  readonly decisions: Decision[] = [];
  private readonly sums = new Map<string, Omit<FleetDay, "meanDurationMs"> & { durationMs: number }>();

  add(functionName: string, atMs: number, memorySizeMB: number, played: Played): void {
    const day = new Date(Math.floor(atMs / MS_PER_DAY) * MS_PER_DAY).toISOString().slice(0, 10);
    const key = `${day} ${functionName}`;
    const before = this.sums.get(key);
    this.sums.set(key, {
      functionName,
      day,
      memorySizeMB: before?.memorySizeMB ?? memorySizeMB,
      invocations: (before?.invocations ?? 0) + played.invocations,
      outOfMemory: (before?.outOfMemory ?? 0) + played.outOfMemory,
      peakUsedMB: Math.max(before?.peakUsedMB ?? 0, played.peakUsedMB),
      durationMs: (before?.durationMs ?? 0) + played.durationMs,
      billedGBSeconds: (before?.billedGBSeconds ?? 0) + played.billedGBSeconds,
    });
  }

  /**
   * Adds the decisions that are new.
   *
   * @param decisions all decisions so far.
   * @param atMs when the new ones were made, in epoch milliseconds.
   * @returns the changes among the new ones.
   */
  settle(decisions: readonly Decision[], atMs: number): Change[] {
    const news = decisions
      .slice(this.decisions.length)
      .sort((a, b) => (a.functionName < b.functionName ? -1 : a.functionName > b.functionName ? 1 : 0));
    this.decisions.push(...news);
    const changes = news.flatMap(({ status, functionName, from, to, reason }) =>
      status === "applied" && from !== null && to !== null
        ? [{ at: new Date(atMs).toISOString(), functionName, from, to, reason }]
        : [],
    );
    this.changes.push(...changes);
    return changes;
  }

  /** In the order of the days, and within a day in the order of the functions. */
  get days(): FleetDay[] {
    return [...this.sums.values()].map(({ durationMs, ...day }) => ({
      functionName: day.functionName,
      day: day.day,
      memorySizeMB: day.memorySizeMB,
      invocations: day.invocations,
      outOfMemory: day.outOfMemory,
      peakUsedMB: day.peakUsedMB,
      meanDurationMs: day.invocations === 0 ? 0 : durationMs / day.invocations,
      billedGBSeconds: day.billedGBSeconds,
    }));
  }
}
