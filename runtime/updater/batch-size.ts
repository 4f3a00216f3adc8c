/** How many records a batch may hold, so that the updater can settle it within one invocation. */
import type { Settings } from "../settings";

/** The default batch size of Lambda's event source mapping for Kinesis. */
const MOST_RECORDS = 100;

/**
 * The most calls for one record that `updatesPerSecond` paces: UpdateFunctionConfiguration alone, or GetAlias,
 * PublishVersion and UpdateAlias as well.
 */
const CALLS_PER_RECORD = 1;
const CALLS_PER_RECORD_WITH_ALIAS = 4;

/**
 * The rest of an invocation is for waiting: until an update is over, a version is ready, or a call is no longer
 * throttled.
 */
const PART_FOR_CALLS = 0.5;

/**
 * The event source mapping's batch size, small enough even if every record of a batch changes its function.
 *
 * @param timeoutSeconds of the updater.
 */
export function batchSize(
  { updatesPerSecond, aliasName }: Pick<Settings, "updatesPerSecond" | "aliasName">,
  timeoutSeconds: number,
): number {
  const callsPerRecord = aliasName === "" ? CALLS_PER_RECORD : CALLS_PER_RECORD_WITH_ALIAS;
  const fitting = Math.floor((updatesPerSecond * timeoutSeconds * PART_FOR_CALLS) / callsPerRecord);
  return Math.min(Math.max(fitting, 1), MOST_RECORDS);
}
