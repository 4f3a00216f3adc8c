/** Whether a scheduled Flink application reads its whole backlog before it is stopped. Pure. */
import { SettingError } from "../runtime/settings";

/** All "shared-throughput consumers" together read 2 MB a second from a shard ("Quotas and limits", Kinesis). */
const READ_BYTES_PER_SECOND = 2_000_000;
/** Rounded up; a telemetry record has about 470 bytes (docs/layer.md). */
const RECORD_BYTES = 500;
/** What one task of the job can safely process; docs/windows.md has the measured figure. */
const RECORDS_PER_SECOND_OF_TASK = 10_000;
/** A start takes one to three minutes, and a stop takes a snapshot. */
const MINUTES_TO_START_AND_STOP = 5;

export interface Backlog {
  /** The longest time from one start to the next, in minutes. */
  readonly gapMinutes: number;
  readonly runMinutes: number;
  /** Records that reach the telemetry stream, on average. */
  readonly recordsPerSecond: number;
  readonly shards: number;
  /** How many tasks read. More tasks than shards don't help. */
  readonly parallelism: number;
}

/** How many minutes a run needs, from its start to its stop; Infinity if it never catches up. */
export function minutesToCatchUp({
  gapMinutes,
  recordsPerSecond,
  shards,
  parallelism,
}: Omit<Backlog, "runMinutes">): number {
  const read = (READ_BYTES_PER_SECOND / RECORD_BYTES) * shards;
  const taken = RECORDS_PER_SECOND_OF_TASK * Math.min(parallelism, shards);
  // New records are read twice: by the job, and by the updater for memory pressure.
  const gain = Math.min(read - recordsPerSecond, taken) - recordsPerSecond;
  if (gain <= 0) return Infinity;
  return MINUTES_TO_START_AND_STOP + Math.ceil((gapMinutes * recordsPerSecond) / gain);
}

/** @throws SettingError if a run is too short. */
export function checkBacklog(backlog: Backlog): void {
  const { gapMinutes, runMinutes, recordsPerSecond, shards } = backlog;
  const needed = minutesToCatchUp(backlog);
  if (needed <= runMinutes) return;
  const wanted = `${Math.round(gapMinutes / 60)} hours of flink.recordsPerSecond = ${recordsPerSecond} on ${shards} ${shards === 1 ? "shard" : "shards"}`;
  throw new SettingError(
    Number.isFinite(needed)
      ? `flink.runMinutes is ${runMinutes}; it must be at least ${needed} to catch up with ${wanted}.`
      : `flink.schedule can't catch up with ${wanted}; it must be always, or the stream must have more shards.`,
  );
}
