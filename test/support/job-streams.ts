/** The job's streams. They outlive a job, and telemetry comes in batches. */
import { LOCAL_HOME } from "../../local/home";
import type { Report } from "../../local/input/report";
import type { EmbeddedKinesis } from "../../local/kinesis";
import { controlMessage, subscriptionRecords, type SubscriptionRecord } from "../../local/log-subscription";
import { reportLog, type LogFormat } from "../../local/report-log";
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

let streams = 0;

export class JobStreams {
  private constructor(
    private readonly kinesis: EmbeddedKinesis,
    readonly telemetryStreamArn: string,
    readonly recommendationsStreamArn: string,
    /** Undefined if the job reads no logs. */
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

  /** The same telemetry stream, for another job with a recommendations stream of its own. */
  async withOtherRecommendations(): Promise<JobStreams> {
    const recommendations = await this.kinesis.createStream(`recommendations-${streams++}`);
    return new JobStreams(this.kinesis, this.telemetryStreamArn, recommendations);
  }

  /** Another telemetry stream, for a job that writes to the same recommendations stream. */
  async withOtherTelemetry(): Promise<JobStreams> {
    const telemetry = await this.kinesis.createStream(`telemetry-${streams++}`);
    return new JobStreams(this.kinesis, telemetry, this.recommendationsStreamArn);
  }

  /** The properties of a job that reads and writes these streams. */
  parameters(settings: Settings): Record<string, string> {
    const { telemetryStreamArn, recommendationsStreamArn, logsStreamArn } = this;
    return flinkProperties(settings, {
      telemetryStreamArn,
      recommendationsStreamArn,
      functionArnPrefixes: [functionArnPrefix(telemetryStreamArn)],
      ...(logsStreamArn !== undefined && {
        logs: { streamArn: logsStreamArn, logGroupFunctions: { "/team/mapped": "mapped" } },
      }),
    });
  }

  async deliver(deliveries: readonly Delivery[]): Promise<void> {
    await this.kinesis.put(
      this.telemetryStreamArn,
      deliveries.map(({ record, partitionKey }) => ({ data: JSON.stringify(record), partitionKey })),
    );
  }

  /** Puts reports on the logs stream, as CloudWatch Logs would deliver them. */
  async deliverLogs(reports: readonly Report[], format: LogFormat): Promise<void> {
    await this.deliverLogRecords(subscriptionRecords(LOCAL_HOME, reportLog(reports, format)));
  }

  async deliverLogRecords(records: readonly SubscriptionRecord[]): Promise<void> {
    if (this.logsStreamArn === undefined) throw new Error("There is no logs stream.");
    await this.kinesis.put(this.logsStreamArn, records);
  }

  /** Advances event time on the logs stream, as `heartbeat` does on the telemetry stream. */
  async closeLogs(atMs: number): Promise<void> {
    await this.deliverLogRecords([controlMessage(atMs)]);
  }

  /** Puts a heartbeat on every shard. */
  async heartbeat(atMs: number): Promise<void> {
    const heartbeat = { heartbeatAt: new Date(atMs).toISOString() };
    await this.kinesis.putOnEachShard(this.telemetryStreamArn, JSON.stringify(heartbeat));
  }

  /** Everything that any job has recommended so far, exactly as written, with unknown fields. */
  async recommendations(): Promise<Recommendation[]> {
    return (await this.records()).filter((record) => record.reason !== "observation");
  }

  /** Everything that any job has observed so far. */
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
