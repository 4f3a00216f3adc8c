/** The job's two streams, which outlive a job: telemetry comes in parts, jobs come and go. */
import { EmbeddedFlink, type EmbeddedFlinkOptions } from "../../local/flink";
import { LOCAL_HOME } from "../../local/home";
import type { Report } from "../../local/input/report";
import type { EmbeddedKinesis } from "../../local/kinesis";
import { subscriptionRecords, type SubscriptionRecord } from "../../local/log-subscription";
import { closingLog, reportLog, type LogFormat } from "../../local/report-log";
import {
  readRecord,
  recommendationStreamRecordSchema,
  type Observation,
  type Recommendation,
  type RecommendationStreamRecord,
} from "../../runtime/contract";
import { flinkProperties, functionArnPrefix } from "../../runtime/parts";
import type { Settings } from "../../runtime/settings";
import type { Delivery } from "./telemetry";

/** A job that makes no more headway fails its own test, and leaves the machine to the next. */
const TIMEOUT_MS = 100_000;

let streams = 0;

export class JobStreams {
  private constructor(
    private readonly kinesis: EmbeddedKinesis,
    readonly telemetryStreamArn: string,
    readonly recommendationsStreamArn: string,
    /** Undefined where the job reads no logs. */
    readonly logsStreamArn?: string,
  ) {}

  static async create(kinesis: EmbeddedKinesis, shardCount = 1): Promise<JobStreams> {
    const number = streams++;
    return new JobStreams(
      kinesis,
      await kinesis.createStream(`telemetry-${number}`, shardCount),
      await kinesis.createStream(`recommendations-${number}`),
    );
  }

  /** The same streams, for a job that reads logs as well. */
  async withLogs(): Promise<JobStreams> {
    const { kinesis, telemetryStreamArn, recommendationsStreamArn } = this;
    const logs = await kinesis.createStream(`logs-${streams++}`);
    return new JobStreams(kinesis, telemetryStreamArn, recommendationsStreamArn, logs);
  }

  /** The same streams, for a job that reads no logs. */
  withoutLogs(): JobStreams {
    return new JobStreams(this.kinesis, this.telemetryStreamArn, this.recommendationsStreamArn);
  }

  /** The same telemetry, for another job whose recommendations are to be told from this one's. */
  async withOtherRecommendations(): Promise<JobStreams> {
    const recommendations = await this.kinesis.createStream(`recommendations-${streams++}`);
    return new JobStreams(this.kinesis, this.telemetryStreamArn, recommendations);
  }

  /** Another telemetry stream, for a job that writes where this one's does. */
  async withOtherTelemetry(): Promise<JobStreams> {
    const telemetry = await this.kinesis.createStream(`telemetry-${streams++}`);
    return new JobStreams(this.kinesis, telemetry, this.recommendationsStreamArn);
  }

  async start(
    settings: Settings,
    options: Partial<Pick<EmbeddedFlinkOptions, "parallelism" | "configuration" | "kinesisEndpoint">> = {},
  ): Promise<EmbeddedFlink> {
    const { telemetryStreamArn, recommendationsStreamArn, logsStreamArn, kinesis } = this;
    return EmbeddedFlink.start({
      kinesisEndpoint: kinesis.endpoint,
      ...options,
      parameters: flinkProperties(settings, {
        telemetryStreamArn,
        recommendationsStreamArn,
        functionArnPrefixes: [functionArnPrefix(telemetryStreamArn)],
        ...(logsStreamArn !== undefined && {
          logs: { streamArn: logsStreamArn, logGroupFunctions: { "/team/mapped": "mapped" } },
        }),
      }),
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
  }

  async deliver(deliveries: readonly Delivery[]): Promise<void> {
    await this.kinesis.put(
      this.telemetryStreamArn,
      deliveries.map(({ record, partitionKey }) => ({ data: JSON.stringify(record), partitionKey })),
    );
  }

  /** Some functions' reports, as CloudWatch Logs would deliver them. */
  async deliverLogs(reports: readonly Report[], format: LogFormat): Promise<void> {
    await this.deliverLogRecords(subscriptionRecords(LOCAL_HOME, reportLog(reports, format)));
  }

  async deliverLogRecords(records: readonly SubscriptionRecord[]): Promise<void> {
    if (this.logsStreamArn === undefined) throw new Error("There is no logs stream.");
    await this.kinesis.put(this.logsStreamArn, records);
  }

  /** As `heartbeat`, on the logs stream. */
  async closeLogs(atMs: number): Promise<void> {
    await this.deliverLogRecords(closingLog(LOCAL_HOME, { heartbeatAt: new Date(atMs).toISOString() }));
  }

  /** The last word of every shard for now. */
  async heartbeat(atMs: number): Promise<void> {
    const heartbeat = { heartbeatAt: new Date(atMs).toISOString() };
    await this.kinesis.putOnEachShard(this.telemetryStreamArn, JSON.stringify(heartbeat));
  }

  /** All that any job has recommended so far, each as it wrote it, with whatever else is in it. */
  async recommendations(): Promise<Recommendation[]> {
    return (await this.records()).filter((record) => record.reason !== "observation");
  }

  /** All that any job has observed so far. */
  async observations(): Promise<Observation[]> {
    return (await this.records()).filter((record) => record.reason === "observation");
  }

  private async records(): Promise<RecommendationStreamRecord[]> {
    const texts = await this.kinesis.readAll(this.recommendationsStreamArn);
    return texts.map((text) => {
      const checked = readRecord(recommendationStreamRecordSchema, text);
      if (!checked.ok) throw new Error(`${checked.problem} in ${text}`);
      return JSON.parse(text) as RecommendationStreamRecord;
    });
  }
}
