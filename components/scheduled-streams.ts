/** What the streams must be where the Flink application doesn't always run. */
import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { DEFAULTS } from "../runtime/deployment";
import { parseArn } from "./arn";
import type { LambdaMemoryOptimizerArgs } from "./args";
import { checkBacklog } from "./flink-backlog";
import { checkRetention, neededRetentionHours, runsOf, type Runs } from "./flink-schedule-config";

/** What an on-demand stream begins with ("On-demand mode", Kinesis Data Streams). */
const ON_DEMAND_SHARDS = 4;

type Args = Pick<LambdaMemoryOptimizerArgs, "flink" | "streams">;

/** How long the streams that the application reads keep a record unless told, in hours; undefined where it always runs. */
export function scheduledRetentionHours({ flink = {} }: Args): number | undefined {
  const runs = runsOf(flink);
  return runs && neededRetentionHours(runs);
}

/** @throws SettingError where the streams that the component makes would lose records, or be read too slowly. */
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
 * The ARN of a stream that the user has brought, once the stream was looked up and found to do. One that can't be looked
 * up, in another account for example, passes with a warning.
 *
 * @param argument that brings the stream, such as `streams.telemetryArn`.
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
