/** How many records a batch may hold, so that the updater can settle it within one invocation. */
import type { Settings } from "../settings";

/** What Lambda's event source mapping for Kinesis takes unless told. */
const MOST_RECORDS = 100;

/**
 * Calls that `updatesPerSecond` paces, at the most: UpdateFunctionConfiguration alone, or GetAlias, PublishVersion and
 * UpdateAlias besides.
 */
const CALLS_PER_RECORD = 1;
const CALLS_PER_RECORD_WITH_ALIAS = 4;

/** The rest of an invocation is for waiting: until an update is over, a version ready, or a call is not throttled. */
const PART_FOR_CALLS = 0.5;

/**
 * The event source mapping's batch size, if every record of a batch changed its function.
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
