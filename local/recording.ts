/**
 * A recording of a fleet's reports, cut for replay into slices of event time: a slice ends at every bucket's and
 * every UTC day's end, so that what one sandbox folds never straddles either.
 */
import { MS_PER_DAY } from "../runtime/duration";
import type { Report } from "./input/report";

/** What one sandbox goes through: the reports of one function version at one memory size within one slice. */
export interface Life {
  readonly functionName: string;
  readonly functionArn: string;
  readonly functionVersion: string;
  readonly memorySizeMB: number;
  readonly reports: Report[];
}

/** What a whole recording says of one function. */
export interface Observed {
  readonly functionName: string;
  readonly functionArn: string;
  /** As its latest report has it. */
  memorySizeMB: number;
  firstReportMs: number;
  lastReportMs: number;
  invocations: number;
  billedDurationMs: number;
}

/**
 * Where the slice of a moment starts.
 *
 * @param timeMs the moment, in epoch milliseconds.
 * @param bucketMs the length of a bucket; buckets are aligned to the epoch.
 */
export function sliceStartMs(timeMs: number, bucketMs: number): number {
  return Math.max(Math.floor(timeMs / bucketMs) * bucketMs, Math.floor(timeMs / MS_PER_DAY) * MS_PER_DAY);
}
