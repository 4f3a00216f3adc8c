/** Runs the jar on telemetry from a stream until all its windows are closed, and returns what it recommends. */
import type { EmbeddedFlink } from "../../local/flink";
import { EmbeddedKinesis } from "../../local/kinesis";
import { closingHeartbeat } from "../../local/pipeline";
import type { Observation, Recommendation } from "../../runtime/contract";
import type { Settings } from "../../runtime/settings";
import { JobStreams } from "./job-streams";

export interface FlinkRunOptions {
  readonly settings: Settings;
  /** Texts and partition keys, in order of arrival. */
  readonly records: readonly { data: string; partitionKey: string }[];
  /** Event time advances until every window that holds a report of this time is closed. */
  readonly lastReportMs: number;
  /** How many shards the telemetry stream has, 1 by default. */
  readonly shardCount?: number;
  /** 1 by default. */
  readonly parallelism?: number;
}

/** A Kinesis, and one job after another on a cluster for each parallelism, which starts with its first job. */
export class FlinkRuns {
  private readonly clusters = new Map<number, EmbeddedFlink>();

  private constructor(readonly kinesis: EmbeddedKinesis) {}

  static async start(): Promise<FlinkRuns> {
    return new FlinkRuns(await EmbeddedKinesis.start());
  }

  /** Runs a job on streams of its own until all its windows are closed. */
  async run({
    settings,
    records,
    lastReportMs,
    shardCount,
    parallelism = 1,
  }: FlinkRunOptions): Promise<{ recommendations: Recommendation[]; observations: Observation[] }> {
    const streams = await JobStreams.create(this.kinesis, shardCount);
    const { heartbeat, watermarkMs } = closingHeartbeat(lastReportMs, settings);
    await this.kinesis.put(streams.telemetryStreamArn, records);
    await this.kinesis.putOnEachShard(streams.telemetryStreamArn, JSON.stringify(heartbeat));
    await this.use(streams, settings, (flink) => flink.job.awaitWatermark(watermarkMs), {
      parallelism,
    });
    return { recommendations: await streams.recommendations(), observations: await streams.observations() };
  }

  /**
   * Starts a job and stops it once `use` resolves. All its pending output reaches the stream.
   *
   * @param savepoint the savepoint that the job continues from.
   */
  async use(
    streams: JobStreams,
    settings: Settings,
    use: (flink: EmbeddedFlink) => Promise<void>,
    {
      parallelism = 1,
      savepoint,
    }: { readonly parallelism?: number; readonly savepoint?: string | undefined } = {},
  ): Promise<void> {
    await this.onCluster(streams, settings, parallelism, savepoint, async (flink) => {
      await use(flink);
      await flink.stop();
    });
  }

  /** Starts a job and stops it with a savepoint once `isThere` resolves and it has sent everything. */
  async savepoint(
    streams: JobStreams,
    settings: Settings,
    isThere: (flink: EmbeddedFlink) => Promise<void>,
    from?: string,
  ): Promise<string> {
    return this.onCluster(streams, settings, 1, from, async (flink) => {
      await isThere(flink);
      await flink.job.awaitSent();
      return flink.stop({ drain: false });
    });
  }

  /** A cluster whose job failed is not used again. */
  private async onCluster<T>(
    streams: JobStreams,
    settings: Settings,
    parallelism: number,
    savepoint: string | undefined,
    use: (flink: EmbeddedFlink) => Promise<T>,
  ): Promise<T> {
    const running = this.clusters.get(parallelism);
    this.clusters.delete(parallelism);
    if (running === undefined && savepoint !== undefined)
      throw new Error("Its cluster's savepoints are gone.");
    const flink = running ?? (await streams.start(settings, { parallelism }));
    try {
      if (running) await running.submit(streams.parameters(settings), savepoint);
      const result = await use(flink);
      this.clusters.set(parallelism, flink);
      return result;
    } catch (error) {
      await flink.close();
      throw error;
    }
  }

  async close(): Promise<void> {
    await Promise.all([...this.clusters.values()].map((flink) => flink.close()));
    await this.kinesis.close();
  }
}
