/**
 * The cost of a deployment per month of 730 hours, by functions and invocations. If a figure is unknown, the model assumes
 * the higher cost. docs/cost.md lists its assumptions. Pure.
 */
import { SMALL_RISE } from "../layer/flush-policy";
import { durationMs, MS_PER_DAY } from "./duration";
import { LAYER_DEFAULTS } from "./layer-defaults";
import { HOURS_PER_MONTH, MS_PER_MONTH, PRICES } from "./pricing";

const SECONDS_PER_MONTH = MS_PER_MONTH / 1_000;
const DAYS_PER_MONTH = MS_PER_MONTH / MS_PER_DAY;

/** The model's assumptions. */
export const ASSUMED = {
  /** Warm sandboxes per function, at any time. */
  sandboxesPerFunction: 1,
  /** Additional warm sandboxes per invocation a second. */
  sandboxesPerInvocationASecond: 2,
  /** A sandbox's lifetime in hours. Shorter lives mean more records. */
  sandboxHours: 2,
  /** A sandbox's highest memory use ÷ that of its first report. */
  memoryGrowth: 2,
  /** The peak rate of records ÷ their mean rate. */
  peak: 10,
  /** Records a second that a shard takes ("Quotas and limits" of Kinesis Data Streams), and that one KPU processes. */
  recordsPerSecond: 1_000,
  /** The shortest daily run of the Flink application, in minutes: the default of `flinkRunMinutes`. */
  runMinutes: 30,
  /** Telemetry API events per invocation: platform.start, platform.runtimeDone and platform.report. */
  eventsPerInvocation: 3,
  /** The size of a function's item in the history table, in KB. */
  itemKB: 4,
} as const;

/** The fewest minutes that Managed Flink bills per start ("Amazon Managed Service for Apache Flink pricing"). */
const BILLED_MINUTES_AT_LEAST = 10;
/** Running storage per KPU of the job. */
const STORAGE_GB_PER_KPU = 50;

export interface CostQuestion {
  /** Functions that report. */
  readonly functions: number;
  /** All invocations of these functions per month. */
  readonly invocations: number;
  /** How they report. `events`, for comparison, puts a record for every platform event of every invocation on the stream. */
  readonly by: "layer" | "logs" | "events";
  /** When the Flink application runs. */
  readonly flink: "always" | "daily";
  /** Warm sandboxes at any time, all functions together; by default estimated with `ASSUMED`. */
  readonly sandboxes?: number | undefined;
}

/** One part of the cost, with its calculation. */
export interface CostPart {
  readonly part: string;
  readonly calculation: string;
  readonly dollars: number;
}

export interface Cost {
  readonly parts: readonly CostPart[];
  /** The most records per month on the telemetry or logs stream. */
  readonly records: number;
  readonly dollars: number;
}

/**
 * The most records that the layer sends from one sandbox (layer/flush-policy.ts): the first report, one per flush
 * interval, one per rise of 5%, one at the cap and one at shutdown. Each midnight adds the new day's first report, the old
 * day's record in the same flush, and one at the cap. Every record holds at least one report.
 *
 * @param aliveMs from the sandbox's first report to its end.
 * @param growth the sandbox's highest memory use ÷ that of its first report.
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

/** The most records per month on the telemetry or the logs stream. */
export function recordsPerMonth({ functions, invocations, by, sandboxes }: CostQuestion): number {
  // CloudWatch Logs may put several reports in one record; the model assumes one.
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
  // With a logs stream, the telemetry stream keeps a shard for heartbeats. The recommendations stream has one shard.
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

/** A day's run takes as long as its records need. */
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

/** Rounds to two decimal places. */
function round(value: number): number {
  return Math.round(value * 100) / 100;
}
