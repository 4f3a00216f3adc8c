/**
 * Reads memory pressure from a telemetry record. Every function that joins can write anything to the telemetry stream, so a
 * record must be plausible by the rules of the Flink job's `telemetry.sql`. Pure.
 */
import { z } from "zod";
import { LAMBDA_MAX_MEMORY_MB, readRecord, type Recommendation } from "../contract";
import { durationMs } from "../duration";
import { WHOLE_FUNCTION_NAME } from "../function-arns";
import { pressureRecommendation, type PressureSettings } from "../memory-pressure";
import { functionArnPrefix } from "../parts";
import type { Settings } from "../settings";

/** An invocation takes at most 900 s, and 10 s more for an init that is billed with it but not reported. */
const LONGEST_INVOCATION_MS = 910_000;
const LONGEST_INIT_MS = 900_000;
/** Lambda gives a function at most 6 vCPUs. */
const MOST_CPUS = 6;

/** An optional field; a missing one counts as 0. */
const optional = (type: z.ZodType<number>) => type.nullish().transform((value) => value ?? 0);
const time = z.iso.datetime();

const reportSchema = z
  .object({
    functionArn: z.string(),
    // The job accepts the same number of digits.
    functionVersion: z.string().regex(/^(?:\$LATEST|[1-9]\d{0,13})$/),
    memorySizeMB: z.int().min(1).max(LAMBDA_MAX_MEMORY_MB),
    maxMemoryUsedMB: z.int().min(1),
    invocations: z.int().min(1).max(1_000_000_000),
    durationMs: optional(z.number()),
    durationSquaredMs2: optional(z.int()),
    cpuMs: optional(z.int()),
    billedDurationMs: optional(z.number().transform(Math.trunc)),
    initDurationMs: optional(z.int()),
    coldStarts: optional(z.int()),
    errors: optional(z.int()),
    timeouts: optional(z.int()),
    outOfMemory: z.int().min(0),
    firstReportAt: time.nullish(),
    lastReportAt: time,
  })
  .refine(isPlausible);

interface Figures {
  readonly memorySizeMB: number;
  readonly maxMemoryUsedMB: number;
  readonly invocations: number;
  readonly durationMs: number;
  readonly durationSquaredMs2: number;
  readonly cpuMs: number;
  readonly billedDurationMs: number;
  readonly initDurationMs: number;
  readonly coldStarts: number;
  readonly errors: number;
  readonly timeouts: number;
}

function isPlausible(told: Figures): boolean {
  const longestMs = LONGEST_INVOCATION_MS * told.invocations;
  return (
    told.maxMemoryUsedMB <= 2 * told.memorySizeMB &&
    isWithin(told.durationMs, longestMs) &&
    isWithin(told.durationSquaredMs2, Infinity) &&
    isWithin(told.cpuMs, MOST_CPUS * longestMs) &&
    isWithin(told.coldStarts, told.invocations) &&
    isWithin(told.initDurationMs, LONGEST_INIT_MS * told.coldStarts) &&
    isWithin(told.billedDurationMs, longestMs + told.initDurationMs) &&
    isWithin(told.errors, Infinity) &&
    isWithin(told.timeouts, Infinity)
  );
}

function isWithin(value: number, most: number): boolean {
  return value >= 0 && value <= most;
}

/** How a telemetry record reached the updater. */
export interface Arrival {
  readonly telemetryStreamArn: string;
  /** When Kinesis accepted the record, in epoch milliseconds. */
  readonly arrivedAtMs: number;
}

/**
 * The recommendation for a telemetry record; undefined if the record isn't plausible or isn't at its cap, or if its
 * function may not have more memory.
 *
 * @param json the record's text.
 */
export function pressureOf(
  json: string,
  { telemetryStreamArn, arrivedAtMs }: Arrival,
  settings: PressureSettings & Pick<Settings, "maxClockSkew">,
): Recommendation | undefined {
  const checked = readRecord(reportSchema, json);
  if (!checked.ok) return undefined;
  const { record } = checked;
  const prefix = functionArnPrefix(telemetryStreamArn);
  const { functionArn, lastReportAt } = record;
  if (!functionArn.startsWith(prefix) || !WHOLE_FUNCTION_NAME.test(functionArn.slice(prefix.length)))
    return undefined;
  const atMs = Date.parse(lastReportAt);
  if (atMs <= 0 || atMs > arrivedAtMs + (durationMs(settings.maxClockSkew) ?? 0)) return undefined;
  return pressureRecommendation({ ...record, firstReportAt: record.firstReportAt ?? lastReportAt }, settings);
}
