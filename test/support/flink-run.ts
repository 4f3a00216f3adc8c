/** Runs the jar on telemetry from a stream until all its windows are closed, and returns what it recommends. */
import type { EmbeddedFlinkOptions } from "../../local/flink";
import type { EmbeddedKinesis } from "../../local/kinesis";
import { closingHeartbeat } from "../../local/pipeline";
import type { Observation, Recommendation } from "../../runtime/contract";
import type { Settings } from "../../runtime/settings";
import { JobStreams } from "./job-streams";

export interface FlinkRunOptions extends Pick<EmbeddedFlinkOptions, "parallelism"> {
  readonly kinesis: EmbeddedKinesis;
  readonly settings: Settings;
  /** Texts and partition keys, in order of arrival. */
  readonly records: readonly { data: string; partitionKey: string }[];
  /** Event time advances until every window that holds a report of this time is closed. */
  readonly lastReportMs: number;
  /** How many shards the telemetry stream has, 1 by default. */
  readonly shardCount?: number;
}

export async function runFlink({
  kinesis,
  settings,
  records,
  lastReportMs,
  shardCount,
  parallelism = 1,
}: FlinkRunOptions): Promise<{ recommendations: Recommendation[]; observations: Observation[] }> {
  const streams = await JobStreams.create(kinesis, shardCount);
  const { heartbeat, watermarkMs } = closingHeartbeat(lastReportMs, settings);
  await kinesis.put(streams.telemetryStreamArn, records);
  await kinesis.putOnEachShard(streams.telemetryStreamArn, JSON.stringify(heartbeat));
  const flink = await streams.start(settings, { parallelism });
  try {
    await flink.awaitWatermark(watermarkMs);
    await flink.stop();
  } finally {
    await flink.close();
  }
  return { recommendations: await streams.recommendations(), observations: await streams.observations() };
}
