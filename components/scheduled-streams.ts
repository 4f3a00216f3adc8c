/** Checks and sets up the streams that a scheduled Flink application reads. */
import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { DEFAULTS } from "../runtime/deployment";
import { parseArn } from "./arn";
import type { LambdaMemoryOptimizerArgs } from "./args";
import { checkBacklog } from "./flink-backlog";
import { checkRetention, neededRetentionHours, runsOf, type Runs } from "./flink-schedule-config";

/** The initial shards of an on-demand stream ("On-demand mode", Kinesis Data Streams). */
const ON_DEMAND_SHARDS = 4;

type Args = Pick<LambdaMemoryOptimizerArgs, "flink" | "streams">;

/** The default retention, in hours, of the streams that the application reads; undefined if it always runs. */
export function scheduledRetentionHours({ flink = {} }: Args): number | undefined {
  const runs = runsOf(flink);
  return runs && neededRetentionHours(runs);
}

/** @throws SettingError if the component's own streams would lose records, or be read too slowly. */
export function checkScheduledStreams({ flink = {}, streams = {} }: Args): void {
  const runs = runsOf(flink);
  if (runs === undefined) return;
  const { retentionHours, mode, shards = DEFAULTS.streamsShards } = streams;
  if (retentionHours !== undefined) {
    checkRetention(`streams.retentionHours is ${retentionHours}`, retentionHours, runs);
  }
  if (streams.telemetryArn !== undefined) return;
  checkShards(mode === "ON_DEMAND" ? ON_DEMAND_SHARDS : shards, flink, runs);
}

/**
 * Looks up and checks a stream that the user brought. A stream that can't be looked up, for example in another account,
 * passes with a warning.
 *
 * @param argument the argument that names the stream, such as `streams.telemetryArn`.
 * @returns the stream's ARN.
 */
export function broughtStream<Arn extends pulumi.Input<string> | undefined>(
  argument: "streams.telemetryArn" | "logs.streamArn",
  arn: Arn,
  { flink = {} }: Args,
  parent: pulumi.Resource,
): Arn | pulumi.Output<string> {
  const runs = runsOf(flink);
  if (runs === undefined || arn === undefined) return arn;
  return pulumi.output<string>(arn).apply(async (known) => {
    const { region, resource } = parseArn(known);
    const name = resource.replace(/^stream\//, "");
    const stream = await aws.kinesis.getStream({ name, region }, { parent }).catch(() => undefined);
    if (stream === undefined) {
      void pulumi.log.warn(
        `The stream of ${argument} can't be looked up; it must keep records for at least ${neededRetentionHours(runs)} hours.`,
        parent,
      );
      return known;
    }
    checkRetention(
      `The stream of ${argument} keeps records for ${stream.retentionPeriod} hours`,
      stream.retentionPeriod,
      runs,
    );
    if (argument === "streams.telemetryArn") checkShards(stream.openShards.length, flink, runs);
    return known;
  });
}

function checkShards(shards: number, flink: NonNullable<Args["flink"]>, runs: Runs): void {
  checkBacklog({
    gapMinutes: runs.longestGap,
    runMinutes: runs.runMinutes,
    recordsPerSecond: flink.recordsPerSecond ?? DEFAULTS.flinkRecordsPerSecond,
    shards,
    parallelism: flink.parallelism ?? DEFAULTS.flinkParallelism,
  });
}
