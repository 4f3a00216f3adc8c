/**
 * The records that travel through the system: their shapes, and the runtime check of each. The layer imports only the
 * types, which add nothing to its bundle; the updater and the local run import the checks too.
 */
import { z } from "zod";
import { FUNCTION_ARN } from "./function-arns";

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

/** Layer → telemetry stream: one sandbox's figures at one memory size on one UTC day since its last flush. */
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
  /** CPU time of the sandbox while the folded invocations ran, less the layer's own; absent if it can't be read. */
  cpuMs: count.optional(),
  /** The sum of each folded report's duration squared, in ms², for the variance of a mean; absent from older layers. */
  durationSquaredMs2: count.optional(),
  /** Sum and count of the init (or restore) durations in the folded reports; both absent if there was none. */
  initDurationMs: count.optional(),
  coldStarts: z.int().positive().optional(),
  /** Times of the first and the last folded report; `lastReportAt` is the record's event time. */
  firstReportAt: isoTime,
  lastReportAt: isoTime,
  /** Together they identify a flush, so that a duplicate can be recognized. */
  sandboxId: name,
  sequence: count,
});
export type TelemetryRecord = z.infer<typeof telemetryRecordSchema>;

/** EventBridge Scheduler → telemetry stream: only advances event time while the whole fleet is silent. */
export const heartbeatRecordSchema = z.object({ heartbeatAt: isoTime });
export type HeartbeatRecord = z.infer<typeof heartbeatRecordSchema>;

/**
 * The totals of one memory size's reports over a window or a bucket. Sums stop at 2^53 − 1. Memory is in MB, durations
 * are in ms.
 */
const figures = {
  invocations: z.int().positive(),
  durationMs: milliseconds,
  /** Absent unless all records had it. */
  durationSquaredMs2: count.optional(),
  /** CPU time of the records that had it, and the duration of those records; both absent if none had it. */
  cpuMs: count.optional(),
  cpuDurationMs: milliseconds.optional(),
  billedDurationMs: count,
  /** 0 if there was no cold start. */
  initDurationMs: count,
  coldStarts: count,
  errors: count,
  timeouts: count,
  outOfMemory: count,
  peakMB: megabytes,
};
export const memorySizeFiguresSchema = z.object(figures);
export type MemorySizeFigures = z.infer<typeof memorySizeFiguresSchema>;

/**
 * The stream that a record's figures came from: `layer` is the telemetry stream, which functions write to; `logs` is
 * the logs stream, which only CloudWatch Logs writes to. Absent from older producers, which had only the layer.
 */
const source = z.enum(["layer", "logs"]).optional();

/** Flink → recommendations stream: a size for one function, and the figures behind it. */
export const recommendationSchema = z.object({
  functionName: name,
  functionArn,
  /** The version that most invocations had. */
  functionVersion: name,
  /** The size seen last, by event time. */
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
  /** Over the days whose peak was not at the cap; if every day's was, the highest peak. */
  averageDailyPeakMB: megabytesMeasured,
  peakMB: megabytesMeasured,
  /** The largest memory size at which the function was at its cap or out of memory; absent if it never was. */
  cappedMemorySizeMB: megabytes.optional(),
  outOfMemory: count,
  /** Sums over the same invocations, to judge a change's effect; absent from older producers. */
  errors: count.optional(),
  timeouts: count.optional(),
  /** Billed duration in seconds times memory size in GB (1,024 MB), each report at its own memory size. */
  billedGBSeconds: z.number().nonnegative().optional(),
  /** For `window`: the totals of the window's reports at `memorySizeMB`; absent from older producers. */
  atMemorySize: memorySizeFiguresSchema.optional(),
  source,
});
export type Recommendation = z.infer<typeof recommendationSchema>;

/** Flink → recommendations stream: the totals of one version of a function in one bucket, at one memory size. */
export const observationSchema = z.object({
  functionName: name,
  functionArn,
  functionVersion: name,
  /** The size that the figures were measured at. */
  memorySizeMB: megabytes,
  reason: z.literal("observation"),
  /** The bucket, a UTC day by default. */
  windowStart: isoTime,
  windowEnd: isoTime,
  ...figures,
  source,
});
export type Observation = z.infer<typeof observationSchema>;

/** All records of the recommendations stream, told apart by `reason`. */
export const recommendationStreamRecordSchema = z.discriminatedUnion("reason", [
  recommendationSchema,
  observationSchema,
]);
export type RecommendationStreamRecord = z.infer<typeof recommendationStreamRecordSchema>;

/** The result of reading a record: the record, or one sentence that says what is wrong with it. */
export type Checked<T> = { ok: true; record: T } | { ok: false; problem: string };

/**
 * Reads one record from its JSON text.
 *
 * @param schema the contract that the text must meet.
 * @param json the record's text, as read from the stream.
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
    problem: `${where === "" ? "the record" : where}: ${issue?.message ?? "doesn't match the contract"}`,
  };
}
