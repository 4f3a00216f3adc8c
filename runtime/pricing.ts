/**
 * AWS's public list prices, in US dollars, copied by hand on the date below. A bill may have others (Savings Plans,
 * tiers from six billion GB-seconds on).
 */

/** When the prices below were in force. */
export const PRICES_OF = "2025-10-01";

/** A month, as in the AWS Pricing Calculator. */
export const HOURS_PER_MONTH = 730;
export const MS_PER_MONTH = HOURS_PER_MONTH * 3_600_000;

/** For a GB-second of duration in the first tier, in most regions ("AWS Lambda Pricing"). */
export const DOLLARS_PER_GB_SECOND = { x86_64: 0.0000166667, arm64: 0.0000133334 } as const;
export type Architecture = keyof typeof DOLLARS_PER_GB_SECOND;

/** The regions with other prices. */
const OTHER_REGIONS: Readonly<Record<string, Readonly<Record<Architecture, number>>>> = {
  "af-south-1": { x86_64: 0.0000221, arm64: 0.00001768 },
  "ap-east-1": { x86_64: 0.00002292, arm64: 0.0000183 },
  "ap-southeast-5": { x86_64: 0.000015, arm64: 0.000012 },
  "eu-central-2": { x86_64: 0.0000183334, arm64: 0.0000146667 },
  "eu-south-1": { x86_64: 0.0000195172, arm64: 0.0000156138 },
  "il-central-1": { x86_64: 0.0000175, arm64: 0.000014 },
  "me-central-1": { x86_64: 0.0000206667, arm64: 0.0000165334 },
  "me-south-1": { x86_64: 0.0000206667, arm64: 0.0000165334 },
};

/**
 * @param region such as `eu-central-1`; an unknown region has the common price, and so have China's, whose prices are
 * in yuan.
 */
export function dollarsPerGBSecond(region: string, architecture: Architecture): number {
  return (OTHER_REGIONS[region] ?? DOLLARS_PER_GB_SECOND)[architecture];
}

/** GB-seconds and dollars in a month, scaled from durations that were billed in a part of it. */
export function monthly(
  gbSeconds: number,
  observedMs: number,
  region: string,
  architecture: Architecture,
): { readonly gbSeconds: number; readonly dollars: number } {
  const perMonth = (gbSeconds * MS_PER_MONTH) / observedMs;
  return { gbSeconds: perMonth, dollars: perMonth * dollarsPerGBSecond(region, architecture) };
}

/** Prices of a deployment's parts in us-east-1, in dollars. runtime/cost.ts adds them up. */
export const PRICES = {
  /** A Kinesis processing unit (KPU) of Managed Flink, per hour ("Amazon Managed Service for Apache Flink pricing"). */
  kpuHour: 0.11,
  /** Running application storage, per GB and month; each KPU of the job has 50 GB. */
  storageGBMonth: 0.1,
  /** A shard of a Kinesis stream, per hour ("Amazon Kinesis Data Streams pricing"); it includes the first 24 hours of retention. */
  shardHour: 0.015,
  /** Retention beyond 24 hours and up to seven days, per shard and hour. */
  extendedRetentionShardHour: 0.02,
  /** A million PUT payload units. A record has one per 25 KB, rounded up. */
  millionPutUnits: 0.014,
  /** A million request units of an on-demand table ("Amazon DynamoDB pricing"): one writes 1 KB, or consistently reads 4 KB. */
  millionWriteUnits: 0.625,
  millionReadUnits: 0.125,
} as const;

/** CloudWatch, per month: a dashboard beyond an account's first three, and a metric that an alarm evaluates. */
const CLOUDWATCH = { dashboard: 3, alarmMetric: 0.1 } as const;

/** The most that the dashboard and the alarms cost per month; the first three dashboards and ten metrics are free. */
export function monitoringDollarsPerMonth(alarmMetrics: number): number {
  return CLOUDWATCH.dashboard + CLOUDWATCH.alarmMetric * alarmMetrics;
}
