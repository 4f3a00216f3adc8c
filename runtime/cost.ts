/**
 * What a deployment costs in a month of 730 hours, by the number of functions and invocations. Where something isn't
 * known, the model takes what costs more; docs/cost.md says all that it assumes. Pure.
 */
import { SMALL_RISE } from "../layer/flush-policy";
import { durationMs, MS_PER_DAY } from "./duration";
import { LAYER_DEFAULTS } from "./layer-defaults";
import { HOURS_PER_MONTH, MS_PER_MONTH, PRICES } from "./pricing";

const SECONDS_PER_MONTH = MS_PER_MONTH / 1_000;
const DAYS_PER_MONTH = MS_PER_MONTH / MS_PER_DAY;

/** What is assumed where the question doesn't tell. */
export const ASSUMED = {
  /** Warm sandboxes of each function at any time, ... */
  sandboxesPerFunction: 1,
  /** ... and for each invocation a second. */
  sandboxesPerInvocationASecond: 2,
  /** How long a sandbox lives, in hours; a shorter life sends more records. */
  sandboxHours: 2,
  /** By how much a sandbox's memory grows after its first report. */
  memoryGrowth: 2,
  /** The busiest second's records ÷ the mean second's. */
  peak: 10,
  /** Records a second that a shard takes ("Quotas and limits" of Kinesis Data Streams), and one KPU works off. */
  recordsPerSecond: 1_000,
  /** How long a daily run of the Flink application takes at least, in minutes. */
  runMinutes: 30,
  /** Telemetry API events of an invocation: platform.start, platform.runtimeDone and platform.report. */
  eventsPerInvocation: 3,
  /** Reads and writes of the history table for each function and day, with its item's size in KB. */
  itemKB: 4,
} as const;

/** Managed Flink bills at least so many minutes of each start. */
const BILLED_MINUTES_AT_LEAST = 10;
/** Running storage that comes with each KPU of the job. */
const STORAGE_GB_PER_KPU = 50;

export interface CostQuestion {
  /** Functions that report. */
  readonly functions: number;
  /** Their invocations in a month, all together. */
  readonly invocations: number;
  /** How they report: `events` is a record for every platform event of every invocation, for comparison. */
  readonly by: "layer" | "logs" | "events";
  /** Whether the Flink application always runs, or once a day. */
  readonly flink: "always" | "daily";
  /** How many of the functions' sandboxes are warm at any time; without it, what `ASSUMED` makes of the rest. */
  readonly sandboxes?: number | undefined;
}

/** A part of the cost, with the sum that it comes from. */
export interface CostPart {
  readonly part: string;
  readonly calculation: string;
  readonly dollars: number;
}

export interface Cost {
  readonly parts: readonly CostPart[];
  /** Records on the telemetry or logs stream in a month, at most. */
  readonly records: number;
  readonly dollars: number;
}

/**
 * The most records that the layer sends from one sandbox (layer/flush-policy.ts): the first report, one a flush
 * interval, one for each rise of 5%, one at the cap and one at shutdown; at each midnight the new day's first report,
 * the old day's in the same flush, and one at the cap. None is sent without a report.
 *
 * @param aliveMs from the sandbox's first report to its end.
 * @param growth the highest memory use ÷ that of the first report.
 */
export function mostRecordsOfSandbox({
  aliveMs,
  invocations,
  growth,
}: {
  readonly aliveMs: number;
  readonly invocations: number;
  readonly growth: number;
}): number {
  const intervals = Math.floor(aliveMs / (durationMs(LAYER_DEFAULTS.flushInterval) ?? 0));
  const rises = Math.floor(Math.log(growth) / Math.log(1 + SMALL_RISE));
  const midnights = Math.ceil(aliveMs / MS_PER_DAY);
  return Math.min(invocations, 1 + intervals + rises + 1 + 1 + 3 * midnights);
}

/** The most records that reach the telemetry or the logs stream in a month. */
export function recordsPerMonth({ functions, invocations, by, sandboxes }: CostQuestion): number {
  // The logs stream's records hold several reports each; at worst, one.
  if (by === "logs") return invocations;
  if (by === "events") return invocations * ASSUMED.eventsPerInvocation;
  const warm =
    sandboxes ??
    functions * ASSUMED.sandboxesPerFunction +
      (invocations / SECONDS_PER_MONTH) * ASSUMED.sandboxesPerInvocationASecond;
  const lives = (warm * HOURS_PER_MONTH) / ASSUMED.sandboxHours;
  const ofOne = mostRecordsOfSandbox({
    aliveMs: ASSUMED.sandboxHours * 3_600_000,
    invocations: Infinity,
    growth: ASSUMED.memoryGrowth,
  });
  return Math.min(invocations, lives * ofOne);
}

export function costOf(question: CostQuestion): Cost {
  const { functions, by, flink } = question;
  const records = recordsPerMonth(question);
  const perSecond = records / SECONDS_PER_MONTH;
  const inShards = Math.max(1, Math.ceil((perSecond * ASSUMED.peak) / ASSUMED.recordsPerSecond));
  // Beside a logs stream, the telemetry stream has a shard for heartbeats. Recommendations have one, which nothing keeps waiting.
  const shardsRead = inShards + (by === "logs" ? 1 : 0);
  const shards = shardsRead + 1;
  const kpus = Math.max(1, Math.ceil(perSecond / ASSUMED.recordsPerSecond));
  const hours = flink === "always" ? HOURS_PER_MONTH : dailyHours(records, kpus);
  const dailyRecords = functions * (DAYS_PER_MONTH + 1);
  const parts: CostPart[] = [
    {
      part: "Flink application",
      calculation: `${kpus} KPU + 1 for orchestration, × $${PRICES.kpuHour} × ${round(hours)} h`,
      dollars: (kpus + 1) * PRICES.kpuHour * hours,
    },
    {
      part: "its working storage",
      calculation: `${kpus * STORAGE_GB_PER_KPU} GB × $${PRICES.storageGBMonth} × ${round(hours)} of ${HOURS_PER_MONTH} h`,
      dollars: kpus * STORAGE_GB_PER_KPU * PRICES.storageGBMonth * (hours / HOURS_PER_MONTH),
    },
    {
      part: "streams",
      calculation: `${counted(shards, "shard")} × $${PRICES.shardHour} × ${HOURS_PER_MONTH} h`,
      dollars: shards * PRICES.shardHour * HOURS_PER_MONTH,
    },
    ...(flink === "always"
      ? []
      : [
          {
            part: "retention of 48 h",
            calculation: `${counted(shardsRead, "shard")} × $${PRICES.extendedRetentionShardHour} × ${HOURS_PER_MONTH} h`,
            dollars: shardsRead * PRICES.extendedRetentionShardHour * HOURS_PER_MONTH,
          },
        ]),
    {
      part: "records",
      calculation: `${millions(records)} million × $${PRICES.millionPutUnits}`,
      dollars: (records / 1e6) * PRICES.millionPutUnits,
    },
    {
      part: "history table",
      calculation: `${millions(dailyRecords)} million times ${ASSUMED.itemKB} KB read and written`,
      dollars:
        (dailyRecords / 1e6) *
        ((PRICES.millionReadUnits * ASSUMED.itemKB) / 4 + PRICES.millionWriteUnits * ASSUMED.itemKB),
    },
  ];
  return { parts, records, dollars: parts.reduce((sum, { dollars }) => sum + dollars, 0) };
}

/** What one deployment costs in a month at the defaults, for any number of functions that one KPU holds. */
export const RUNNING_DOLLARS_PER_MONTH = costOf({
  functions: 0,
  invocations: 0,
  by: "layer",
  flink: "always",
}).dollars;

/** Each day's run takes as long as its records take, and is billed for ten minutes at least. */
function dailyHours(records: number, kpus: number): number {
  const workMinutes = records / DAYS_PER_MONTH / (kpus * ASSUMED.recordsPerSecond) / 60;
  return (DAYS_PER_MONTH * Math.max(BILLED_MINUTES_AT_LEAST, ASSUMED.runMinutes, workMinutes)) / 60;
}

function counted(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? "" : "s"}`;
}

function millions(count: number): string {
  return String(round(count / 1e6));
}

/** Two digits after the point at most. */
function round(value: number): number {
  return Math.round(value * 100) / 100;
}
