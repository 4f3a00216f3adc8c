import assert from "node:assert/strict";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { EmbeddedKinesis } from "../../local/kinesis";
import { mulberry32 } from "../../local/mulberry32";
import { closingHeartbeat } from "../../local/pipeline";
import type { FlinkJob } from "../../local/flink-job";
import type { Recommendation, TelemetryRecord } from "../../runtime/contract";
import { durationMs } from "../../runtime/duration";
import { parseSettings, type Settings } from "../../runtime/settings";
import { assertAgree, distinct } from "../support/agreement";
import { JobStreams } from "../support/job-streams";
import { expectedObservations, expectedRecommendations } from "../../local/model/job";
import { awaitMetric, runLives, type MortalJob } from "../support/restarts";
import { casesOf, comesAtMs, type Delivery } from "../support/telemetry";

const SEED = Number(process.env.FC_SEED ?? 1);
const CASES = 60;
const SHARDS = 2;
/** How many records arrive while the second checkpoint is written. */
const MEANWHILE = 40;

/**
 * `late` names the metric of late records, and how often it counts one: Flink's counts for the window and the bucket.
 */
const RUNS: Record<
  Settings["windowType"],
  { values: Values; parallelism: number; late: readonly [name: string, times: number] }
> = {
  tumbling: { values: { windowLength: "3d" }, parallelism: 2, late: ["numLateRecordsDropped", 2] },
  sliding: {
    values: { windowLength: "12h", slide: "3h", bucketLength: "1h", lateness: "10m", sizing: "percentile" },
    parallelism: 1,
    late: ["numLateRecordsDropped", 2],
  },
  session: {
    values: { sessionGap: "6h", lateness: "26h" },
    parallelism: 1,
    late: ["numLateRecordsDropped", 2],
  },
  "per-function": { values: { windowLength: "3d" }, parallelism: 2, late: ["lateRecords", 1] },
};
type Values = Parameters<typeof parseSettings>[0];

describe("the Flink job, killed and started again twice", function () {
  this.timeout(300_000);

  let kinesis: EmbeddedKinesis;
  let cases: readonly RestartCase[];
  before(async () => {
    kinesis = await EmbeddedKinesis.start();
    cases = await Promise.all(
      Object.keys(RUNS).map(async (windowType) => {
        return new RestartCase(
          windowType as Settings["windowType"],
          await JobStreams.create(kinesis, SHARDS),
        );
      }),
    );
    const directory = fs.mkdtempSync(path.join(os.tmpdir(), "restart-"));
    try {
      const jobs = cases.map((each) => each.job());
      await runLives(jobs, directory, kinesis.endpoint);
    } finally {
      fs.rmSync(directory, { recursive: true, force: true });
    }
  });
  after(() => kinesis.close());

  for (const [n, windowType] of Object.keys(RUNS).entries()) {
    it(`${windowType}: recommends the same`, () => cases[n]!.check());
  }
});

/** The job for one type of windows, what it is sent, and what it must answer. */
class RestartCase {
  private readonly settings: Settings;
  private readonly deliveries: readonly Delivery[];
  private readonly telemetry: readonly TelemetryRecord[];
  private readonly expected: readonly Recommendation[];
  private lateRecords = 0;
  private early: readonly Recommendation[] = [];

  constructor(
    private readonly windowType: Settings["windowType"],
    private readonly streams: JobStreams,
  ) {
    const { values } = RUNS[windowType];
    this.settings = parseSettings({ windowType, pressureInterval: "0s", maxClockSkew: "0s", ...values });
    this.deliveries = casesOf(this.settings, CASES, SEED);
    this.telemetry = this.deliveries.map(({ record }) => record);
    this.expected = expectedRecommendations(this.telemetry, this.settings);
  }

  job(): MortalJob {
    const { settings, streams, deliveries } = this;
    // How many records have arrived at each point, and how far event time is then.
    const random = mulberry32(SEED);
    const [saved, killed, savedAgain, killedAgain] = [0.35, 0.5, 0.6, 0.75].map((fraction) =>
      Math.floor((fraction + random() / 10) * deliveries.length),
    ) as [number, number, number, number];
    const feed = async (from: number, to: number) => {
      await streams.deliver(deliveries.slice(from, to));
      await streams.heartbeat(comesAtMs(deliveries[to - 1]!));
    };
    const lastReportMs = Math.max(...this.telemetry.map(({ lastReportAt }) => Date.parse(lastReportAt)));
    const closing = closingHeartbeat(lastReportMs, settings);
    return {
      parameters: streams.parameters(settings),
      parallelism: RUNS[this.windowType].parallelism,
      lives: [
        {
          during: async (job) => {
            await feed(0, saved);
            await job.awaitWatermark(this.watermarkMs(saved));
            await job.checkpoint();
          },
          // Killed when it has recommended more than the checkpoint has: those recommendations come twice.
          last: async (job) => {
            await feed(saved, killed);
            await job.awaitWatermark(this.watermarkMs(killed));
            await job.awaitSent();
          },
        },
        {
          before: async () => {
            this.early = await streams.recommendations();
            await this.feedLate(saved);
            await feed(killed, savedAgain);
          },
          during: async (job) => {
            await job.awaitWatermark(this.watermarkMs(savedAgain));
            await this.assertLate(job);
            await Promise.all([feed(savedAgain, savedAgain + MEANWHILE), job.checkpoint()]);
          },
          // Killed while it reads.
          last: async (job) => {
            await streams.deliver(deliveries.slice(savedAgain + MEANWHILE));
            await job.awaitWatermark(this.watermarkMs(killedAgain));
          },
        },
        {
          before: async () => {
            await this.feedLate(savedAgain);
            await streams.heartbeat(Date.parse(closing.heartbeat.heartbeatAt));
          },
          during: async (job) => {
            await job.awaitWatermark(closing.watermarkMs);
            await this.assertLate(job);
          },
        },
      ],
    };
  }

  async check(): Promise<void> {
    const { streams, telemetry, settings, deliveries, expected } = this;
    assert.ok(this.early.some(({ reason }) => reason === "window"));
    const observed = expectedObservations(telemetry, settings);
    assertAgree(distinct(await streams.observations()), distinct(observed), deliveries, `FC_SEED=${SEED}`);
    const actual = await streams.recommendations();
    // Two different recommendations for one function, reason and window would be one too many.
    assertAgree(distinct(actual), distinct(expected), deliveries, `FC_SEED=${SEED}`);
    assert.ok(actual.length > expected.length, "nothing came twice: the kills were too harmless");
  }

  /** How far event time is once `count` records have arrived. */
  private watermarkMs(count: number): number {
    return comesAtMs(this.deliveries[count - 1]!) - durationMs(this.settings.lateness)!;
  }

  /** @param count the least number of records that had arrived when the last checkpoint was written. */
  private async feedLate(count: number): Promise<void> {
    const tooLate = lateFor(this.expected, this.deliveries, this.settings, this.watermarkMs(count));
    assert.ok(tooLate.length > 5, `only ${tooLate.length} records are late`);
    this.lateRecords = tooLate.length;
    await this.streams.deliver(tooLate);
  }

  private async assertLate(job: FlinkJob): Promise<void> {
    const [name, times] = RUNS[this.windowType].late;
    const expected = times * this.lateRecords;
    assert.equal(await awaitMetric(job, name, expected), expected, this.windowType);
  }
}

/** One more report for each closed window, with a size that would show in any window that takes it. */
function lateFor(
  expected: readonly Recommendation[],
  deliveries: readonly Delivery[],
  settings: Settings,
  closedMs: number,
): Delivery[] {
  // Sliding windows overlap: a report that is too late for one may be in time for the next, and for its bucket.
  const isTooLate = ({ lastReportAt }: TelemetryRecord) =>
    (settings.windowType !== "sliding" ||
      closingHeartbeat(Date.parse(lastReportAt), settings).watermarkMs <= closedMs) &&
    bucketEndMs(lastReportAt, settings) <= closedMs;
  return expected
    .filter(({ reason, windowEnd }) => reason === "window" && Date.parse(windowEnd) <= closedMs)
    .flatMap(({ functionArn, windowStart, windowEnd }) => {
      const within = deliveries.find(
        ({ record }) =>
          record.functionArn === functionArn &&
          record.lastReportAt >= windowStart &&
          record.lastReportAt < windowEnd &&
          isTooLate(record),
      );
      if (!within) return [];
      const record = { ...within.record, memorySizeMB: 10_240, maxMemoryUsedMB: 10_000, outOfMemory: 0 };
      return [{ ...within, record }];
    });
}

function bucketEndMs(time: string, { bucketLength }: Settings): number {
  const bucketMs = durationMs(bucketLength)!;
  return Math.floor(Date.parse(time) / bucketMs) * bucketMs + bucketMs;
}
