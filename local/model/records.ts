/** Record and number helpers for the model of the Flink job. */
import type { TelemetryRecord } from "../../runtime/contract";
import { durationMs } from "../../runtime/duration";
import type { Settings } from "../../runtime/settings";
import { groupBy, sum } from "../collections";

/** At least one. */
export type Some<T> = readonly [T, ...T[]];

const times = new WeakMap<TelemetryRecord, number>();

/** A record's event time. */
export function timeMs(record: TelemetryRecord): number {
  let time = times.get(record);
  if (time === undefined) times.set(record, (time = Date.parse(record.lastReportAt)));
  return time;
}

/**
 * The version that most invocations had. If two have equally many, it is the later one; any number is later than
 * $LATEST.
 */
export function mostInvoked(records: Some<TelemetryRecord>): string {
  const counts = [...groupBy(records, ({ functionVersion }) => functionVersion)].map(([version, some]) => ({
    version,
    number: version === "$LATEST" ? 0 : Number(version),
    invocations: sum(some.map(({ invocations }) => invocations)),
  }));
  counts.sort((a, b) => a.invocations - b.invocations || a.number - b.number);
  return counts.at(-1)?.version ?? records[0].functionVersion;
}

/** Sorts records by time. If two have the same millisecond, the one with the larger size is the later. */
export function inTimeOrder(records: Some<TelemetryRecord>): Some<TelemetryRecord> {
  const order = ({ lastReportAt, memorySizeMB }: TelemetryRecord) =>
    `${lastReportAt} ${String(memorySizeMB).padStart(5, "0")}`;
  const ordered: [TelemetryRecord, ...TelemetryRecord[]] = [...records];
  ordered.sort((a, b) => (order(a) < order(b) ? -1 : order(a) > order(b) ? 1 : 0));
  return ordered;
}

export function highestUse(records: readonly TelemetryRecord[]): number {
  return Math.max(...records.map((record) => record.maxMemoryUsedMB));
}

/** Sums MB × ms in whole numbers, and only then converts to GB and seconds. */
export function billedGBSeconds(records: readonly TelemetryRecord[]): number {
  return sum(records.map((record) => record.billedDurationMs * record.memorySizeMB)) / 1_024 / 1_000;
}

export function clamp(memorySizeMB: number, { minMemoryMB, maxMemoryMB }: Settings): number {
  return Math.min(Math.max(memorySizeMB, minMemoryMB), maxMemoryMB);
}

export function floorTo(value: number, step: number): number {
  return Math.floor(value / step) * step;
}

export function ms(duration: string): number {
  return durationMs(duration) ?? 0;
}
