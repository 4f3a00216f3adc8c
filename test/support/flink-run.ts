/** The jar in a whole run: telemetry on a stream, the job until all its windows are closed, what it recommends. */
import { EmbeddedFlink, type EmbeddedFlinkOptions } from "../../local/flink";
import type { EmbeddedKinesis } from "../../local/kinesis";
import { closingHeartbeat } from "../../local/pipeline";
import { readRecord, recommendationSchema, type Recommendation } from "../../runtime/contract";
import { flinkProperties } from "../../runtime/parts";
import type { Settings } from "../../runtime/settings";

export interface FlinkRunOptions extends Pick<EmbeddedFlinkOptions, "parallelism"> {
  readonly kinesis: EmbeddedKinesis;
  readonly settings: Settings;
  /** Texts and partition keys, in the order in which they come. */
  readonly records: readonly { data: string; partitionKey: string }[];
  /** Event time goes on until every window is closed that a report of this time is in. */
  readonly lastReportMs: number;
  /** How many shards the telemetry stream has, 1 by default. */
  readonly shardCount?: number;
}

/** A job that makes no more headway fails its own test, and leaves the machine to the next. */
const TIMEOUT_MS = 100_000;

let runs = 0;

export async function runFlink({
  kinesis,
  settings,
  records,
  lastReportMs,
  shardCount = 1,
  parallelism = 1,
}: FlinkRunOptions): Promise<Recommendation[]> {
  const run = runs++;
  const telemetryStreamArn = await kinesis.createStream(`telemetry-${run}`, shardCount);
  const recommendationsStreamArn = await kinesis.createStream(`recommendations-${run}`);
  const { heartbeat, watermarkMs } = closingHeartbeat(lastReportMs, settings);
  await kinesis.put(telemetryStreamArn, records);
  await kinesis.putOnEachShard(telemetryStreamArn, JSON.stringify(heartbeat));
  const flink = await EmbeddedFlink.start({
    parameters: { ...flinkProperties(settings), telemetryStreamArn, recommendationsStreamArn },
    kinesisEndpoint: kinesis.endpoint,
    parallelism,
    signal: AbortSignal.timeout(TIMEOUT_MS),
  });
  try {
    await flink.awaitWatermark(watermarkMs);
    await flink.stop();
  } finally {
    await flink.close();
  }
  return (await kinesis.readAll(recommendationsStreamArn)).map(recommendationOf);
}

/** As the job wrote it, with whatever else is in it. */
function recommendationOf(text: string): Recommendation {
  const checked = readRecord(recommendationSchema, text);
  if (!checked.ok) throw new Error(`${checked.problem} in ${text}`);
  return JSON.parse(text) as Recommendation;
}
