/**
 * The two records that travel through the system, written once: their shapes, and the run-time check of
 * each. The layer imports the types alone (they cost it nothing), the updater and the local run the checks too.
 */
import { z } from "zod";
import { FUNCTION_ARN } from "./arns";

/** Lambda's own limits for a function's memory, in MB ("Configure Lambda function memory"). */
export const LAMBDA_MIN_MEMORY_MB = 128;
export const LAMBDA_MAX_MEMORY_MB = 10_240;

const count = z.int().nonnegative();
const megabytes = z.int().positive();
const megabytesMeasured = z.number().nonnegative();
const milliseconds = z.number().nonnegative();
const isoTime = z.iso.datetime({
  error: "must be an ISO 8601 time in UTC, such as 2026-01-31T23:59:59.999Z",
});
const name = z.string().min(1);
const functionArn = z
  .string()
  .regex(new RegExp(`^${FUNCTION_ARN}$`), "must be an unqualified Lambda function ARN");

/** Layer → telemetry stream: what one sandbox saw of one memory size on one UTC day since its last flush. */
export const telemetryRecordSchema = z.object({
  functionName: name,
  functionArn,
  functionVersion: name,
  /** As configured for these invocations. */
  memorySizeMB: megabytes.max(LAMBDA_MAX_MEMORY_MB),
  /** The highest over the folded reports. */
  maxMemoryUsedMB: megabytes,
  /** How many reports were folded, at least 1. */
  invocations: z.int().positive(),
  /** Sums over the folded reports. */
  durationMs: milliseconds,
  billedDurationMs: milliseconds,
  /** Counts over the folded reports. */
  errors: count,
  timeouts: count,
  outOfMemory: count,
  /** Times of the first and the last folded report; `lastReportAt` is the record's event time. */
  firstReportAt: isoTime,
  lastReportAt: isoTime,
  /** Together they identify a flush, so that a duplicate can be told. */
  sandboxId: name,
  sequence: count,
});
export type TelemetryRecord = z.infer<typeof telemetryRecordSchema>;

/** EventBridge Scheduler → telemetry stream: moves event time while the whole fleet sleeps, and nothing else. */
export const heartbeatRecordSchema = z.object({ heartbeatAt: isoTime });
export type HeartbeatRecord = z.infer<typeof heartbeatRecordSchema>;

/** Flink → recommendations stream: a size for one function, and what it rests on. */
export const recommendationSchema = z.object({
  functionName: name,
  functionArn,
  /** The version and the memory size seen last, by event time. */
  functionVersion: name,
  memorySizeMB: megabytes,
  /** Rounded up and clamped to [minMemoryMB, maxMemoryMB]. */
  recommendedMemorySizeMB: z.int().min(LAMBDA_MIN_MEMORY_MB).max(LAMBDA_MAX_MEMORY_MB),
  /** `window`: a window closed; `memory-pressure`: a sandbox was at its cap. */
  reason: z.enum(["window", "memory-pressure"]),
  windowStart: isoTime,
  windowEnd: isoTime,
  /** Buckets (days, by default) with telemetry. */
  activeDays: z.int().positive(),
  invocations: z.int().positive(),
  /** Of the days whose peak was not at the cap; the highest peak where every day's was. */
  averageDailyPeakMB: megabytesMeasured,
  peakMB: megabytesMeasured,
  /** The largest memory size at which the function was at its cap or out of memory; absent where it never was. */
  cappedMemorySizeMB: megabytes.optional(),
  outOfMemory: count,
  /** Sums over the same invocations, by which the effect of a change is judged; absent from older producers. */
  errors: count.optional(),
  timeouts: count.optional(),
  /** Billed duration in seconds times memory size in GB (1,024 MB), each report at its own memory size. */
  billedGBSeconds: z.number().nonnegative().optional(),
});
export type Recommendation = z.infer<typeof recommendationSchema>;

/** What became of reading a record: the record, or one sentence that says what is wrong with it. */
export type Checked<T> = { ok: true; record: T } | { ok: false; problem: string };

/**
 * Reads one record from its JSON text.
 *
 * @param schema which contract the text must keep.
 * @param json the record's text, as it stood on the stream.
 */
export function readRecord<T>(schema: z.ZodType<T>, json: string): Checked<T> {
  let value: unknown;
  try {
    value = JSON.parse(json);
  } catch {
    return { ok: false, problem: "the record is not JSON" };
  }
  const result = schema.safeParse(value);
  if (result.success) return { ok: true, record: result.data };
  const [issue] = result.error.issues;
  const where = issue?.path.join(".") ?? "";
  return {
    ok: false,
    problem: `${where === "" ? "the record" : where}: ${issue?.message ?? "not as the contract has it"}`,
  };
}
