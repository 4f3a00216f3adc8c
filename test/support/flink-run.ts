/** Runs the jar on telemetry from a stream until all its windows are closed, and returns what it recommends. */
import { EmbeddedFlink } from "../../local/flink";
import { EmbeddedKinesis } from "../../local/kinesis";
import { closingHeartbeat } from "../../local/pipeline";
import type { Observation, Recommendation } from "../../runtime/contract";
import type { Settings } from "../../runtime/settings";
import { closeAtEnd } from "./close-at-end";
import { MANY_JOBS, restoreFrom } from "./cluster";
import { JobStreams } from "./job-streams";
import { temporaryFolder } from "./temporary-folder";

/** The slots of the cluster of FlinkRuns. */
const MAX_PARALLELISM = 2;

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

interface JobOptions {
  /** 1 by default, at most 2. */
  readonly parallelism?: number | undefined;
  /**
   * The savepoint that the job continues from. It ignores the state that no operator claims, as with the component's
   * allowNonRestoredState.
   */
  readonly savepoint?: string | undefined;
}

/**
 * A Kinesis, and one job after another on a cluster that starts with the first job. All test files of a process share
 * them, because a cluster's first job takes as much time as four later ones.
 */
export class FlinkRuns {
  private static shared: Promise<FlinkRuns> | undefined;
  private cluster: EmbeddedFlink | undefined;

  private constructor(readonly kinesis: EmbeddedKinesis) {}

  static get(): Promise<FlinkRuns> {
    return (FlinkRuns.shared ??= FlinkRuns.start());
  }

  private static async start(): Promise<FlinkRuns> {
    const runs = new FlinkRuns(await EmbeddedKinesis.start());
    closeAtEnd(() => runs.close());
    return runs;
  }

  /** Runs a job on streams of its own until all its windows are closed. */
  async run({
    settings,
    records,
    lastReportMs,
    shardCount,
    parallelism,
  }: FlinkRunOptions): Promise<{ recommendations: Recommendation[]; observations: Observation[] }> {
    const streams = await JobStreams.create(this.kinesis, shardCount);
    const { heartbeat, watermarkMs } = closingHeartbeat(lastReportMs, settings);
    await this.kinesis.put(streams.telemetryStreamArn, records);
    await this.kinesis.putOnEachShard(streams.telemetryStreamArn, JSON.stringify(heartbeat));
    await this.use(streams, settings, (flink) => flink.passed(watermarkMs), { parallelism });
    return { recommendations: await streams.recommendations(), observations: await streams.observations() };
  }

  /** Starts a job and stops it once `use` resolves. All its pending output reaches the stream. */
  async use(
    streams: JobStreams,
    settings: Settings,
    use: (flink: EmbeddedFlink) => Promise<unknown>,
    options: JobOptions = {},
  ): Promise<void> {
    await this.onCluster(streams, settings, options, async (flink) => {
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
    return this.onCluster(streams, settings, { savepoint: from }, async (flink) => {
      await isThere(flink);
      await flink.job.awaitSent();
      return flink.stop({ drain: false });
    });
  }

  /** A cluster whose job failed is not used again. */
  private async onCluster<T>(
    streams: JobStreams,
    settings: Settings,
    { parallelism = 1, savepoint }: JobOptions,
    use: (flink: EmbeddedFlink) => Promise<T>,
  ): Promise<T> {
    const running = this.cluster;
    this.cluster = undefined;
    if (running === undefined && savepoint !== undefined)
      throw new Error("Its cluster's savepoints are gone.");
    const flink = running ?? (await this.startCluster());
    try {
      await flink.submit(streams.parameters(settings), {
        "parallelism.default": String(parallelism),
        ...(savepoint !== undefined && restoreFrom(savepoint, { ignoreUnclaimedState: true })),
      });
      const result = await use(flink);
      this.cluster = flink;
      return result;
    } catch (error) {
      await flink.close();
      throw error;
    }
  }

  /** Has no time limit, because it lives as long as the process. */
  private startCluster(): Promise<EmbeddedFlink> {
    return EmbeddedFlink.start({
      kinesisEndpoint: this.kinesis.endpoint,
      parallelism: MAX_PARALLELISM,
      parentDirectory: temporaryFolder(),
      ...MANY_JOBS,
    });
  }

  private async close(): Promise<void> {
    await Promise.all([this.cluster?.close(), this.kinesis.close()]);
  }
}
