/** Whether a Flink application that doesn't always run reads all that has gathered before it is stopped. Pure. */
import { SettingError } from "../runtime/settings";

/** "Shared-throughput consumers" read 2 MB a second from a shard, all together ("Quotas and limits", Kinesis). */
const READ_BYTES_PER_SECOND = 2_000_000;
/** A telemetry record has about 470 bytes (docs/layer.md). */
const RECORD_BYTES = 500;
/** What one task of the job is sure to take in; docs/windows.md has the measured figure. */
const RECORDS_PER_SECOND_OF_TASK = 10_000;
/** A start takes one to three minutes, and a stop its snapshot. */
const MINUTES_TO_START_AND_STOP = 5;

export interface Backlog {
  /** The longest time from one start to the next, in minutes. */
  readonly gapMinutes: number;
  readonly runMinutes: number;
  /** What is put on the telemetry stream, on average. */
  readonly recordsPerSecond: number;
  readonly shards: number;
  /** How many tasks read. More tasks than shards don't help. */
  readonly parallelism: number;
}

/** How many minutes a run needs, from its start to its stop; Infinity where it never catches up. */
export function minutesToCatchUp({
  gapMinutes,
  recordsPerSecond,
  shards,
  parallelism,
}: Omit<Backlog, "runMinutes">): number {
  const read = (READ_BYTES_PER_SECOND / RECORD_BYTES) * shards;
  const taken = RECORDS_PER_SECOND_OF_TASK * Math.min(parallelism, shards);
  // What comes meanwhile is read twice: by the job, and by the updater for memory pressure.
  const gain = Math.min(read - recordsPerSecond, taken) - recordsPerSecond;
  if (gain <= 0) return Infinity;
  return MINUTES_TO_START_AND_STOP + Math.ceil((gapMinutes * recordsPerSecond) / gain);
}

/** @throws SettingError where a run is too short. */
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
