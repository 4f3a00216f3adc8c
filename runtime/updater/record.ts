/** Which records of the stream the updater accepts: the contract, and checks that only the updater can make. */
import {
  LAMBDA_MAX_MEMORY_MB,
  readRecord,
  recommendationStreamRecordSchema,
  type Checked,
  type RecommendationStreamRecord,
} from "../contract";
import { MS_PER_DAY } from "../duration";
import { WHOLE_FUNCTION_NAME } from "../function-arns";

const FUNCTION_VERSION = /^(?:\$LATEST|\d{1,20})$/;
const LONGEST_WINDOW_MS = 400 * MS_PER_DAY;
/** Four times the longest timeout ("Lambda quotas"). */
const LONGEST_INVOCATION_MS = 3_600_000;

/**
 * Reads a recommendation or an observation. It refuses any that can't be about a function of this account and region.
 *
 * @param json the record's text.
 * @param updaterArn the updater's own ARN: it ignores functions of other accounts and regions.
 * @param latestMs milliseconds since the epoch; no window ends after it.
 */
export function readRecommendation(
  json: string,
  updaterArn: string,
  latestMs: number,
): Checked<RecommendationStreamRecord> {
  const checked = readRecord(recommendationStreamRecordSchema, json);
  if (!checked.ok) return checked;
  const problem = problemOf(checked.record, updaterArn, latestMs);
  return problem === undefined ? checked : { ok: false, problem };
}

/** Why a record that meets the contract can't be one of this account's and region's functions. */
export function problemOf(
  record: RecommendationStreamRecord,
  updaterArn: string,
  latestMs: number,
): string | undefined {
  const { functionName, functionArn, functionVersion, memorySizeMB, peakMB } = record;
  const averageDailyPeakMB = record.reason === "observation" ? 0 : record.averageDailyPeakMB;
  if (!WHOLE_FUNCTION_NAME.test(functionName)) {
    return "functionName: must be at most 64 letters, digits, - and _";
  }
  const home = updaterArn.split(":").slice(0, 5).join(":");
  if (functionArn !== `${home}:function:${functionName}`) {
    return `functionArn: must be ${home}:function:${functionName}, in the updater's own account and region`;
  }
  if (!FUNCTION_VERSION.test(functionVersion)) return "functionVersion: must be $LATEST or a number";
  if (Math.max(memorySizeMB, peakMB, averageDailyPeakMB) > 2 * LAMBDA_MAX_MEMORY_MB) {
    return "memorySizeMB, peakMB, averageDailyPeakMB: more memory than a function can have";
  }
  const figures = record.reason === "observation" ? record : record.atMemorySize;
  if (figures && figures.durationMs > figures.invocations * LONGEST_INVOCATION_MS) {
    return "durationMs: longer than a function can run";
  }
  const [startMs, endMs] = [Date.parse(record.windowStart), Date.parse(record.windowEnd)];
  // Memory pressure may have been seen in a single moment.
  if (endMs < startMs || endMs - startMs > LONGEST_WINDOW_MS) {
    return "windowEnd: must not be before windowStart, nor more than 400 days after it";
  }
  // A window far ahead would make every honest window older than the change that it causes.
  if (endMs > latestMs) return "windowEnd: must not be further ahead than maxClockSkew";
  return undefined;
}
