import assert from "node:assert/strict";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { EmbeddedKinesis } from "../../local/kinesis";
import { mulberry32 } from "../../local/mulberry32";
import { closingHeartbeat } from "../../local/pipeline";
import type { Recommendation, TelemetryRecord } from "../../runtime/contract";
import { durationMs } from "../../runtime/duration";
import { parseSettings, type Settings } from "../../runtime/settings";
import { assertAgree, distinct } from "../support/agreement";
import { JobStreams } from "../support/job-streams";
import { expectedObservations, expectedRecommendations } from "../../local/model/job";
import { alive, awaitMetric, newestCheckpoint, restoreFrom, retainCheckpoints } from "../support/restarts";
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

describe("the Flink job, killed and started again", function () {
  // Three jobs each.
  this.timeout(240_000);

  let kinesis: EmbeddedKinesis;
  let directory: string;
  before(async () => {
    kinesis = await EmbeddedKinesis.start();
    directory = fs.mkdtempSync(path.join(os.tmpdir(), "restart-"));
  });
  after(async () => {
    await kinesis.close();
    fs.rmSync(directory, { recursive: true, force: true });
  });

  for (const [
    windowType,
    {
      values,
      parallelism,
      late: [lateMetric, times],
    },
  ] of Object.entries(RUNS)) {
    it(`${windowType}: recommends the same after two kills`, async () => {
      const settings = parseSettings({ windowType, pressureInterval: "0s", maxClockSkew: "0s", ...values });
      const deliveries = casesOf(settings, CASES, SEED);
      const telemetry = deliveries.map(({ record }) => record);
      const expected = expectedRecommendations(telemetry, settings);
      const streams = await JobStreams.create(kinesis, SHARDS);
      const checkpoints = (job: number) => path.join(directory, `${windowType}-${job}`);

      // How many records have arrived at each point, and how far event time is then.
      const random = mulberry32(SEED);
      const [saved, killed, savedAgain, killedAgain] = [0.35, 0.5, 0.6, 0.75].map((fraction) =>
        Math.floor((fraction + random() / 10) * deliveries.length),
      ) as [number, number, number, number];
      const comesMs = (count: number) => comesAtMs(deliveries[count - 1]!);
      const watermarkMs = (count: number) => comesMs(count) - durationMs(settings.lateness)!;
      const feed = async (from: number, to: number) => {
        await streams.deliver(deliveries.slice(from, to));
        await streams.heartbeat(comesMs(to));
      };
      const start = (job: number) =>
        streams.start(settings, {
          parallelism,
          configuration: {
            ...retainCheckpoints(checkpoints(job)),
            ...(job > 1 ? restoreFrom(newestCheckpoint(checkpoints(job - 1))) : {}),
          },
        });
      let lateRecords = 0;
      /** @param count the least number of records that had arrived when the last checkpoint was written. */
      const feedLate = async (count: number) => {
        const tooLate = lateFor(expected, deliveries, settings, watermarkMs(count));
        assert.ok(tooLate.length > 5, `only ${tooLate.length} records are late`);
        lateRecords = tooLate.length;
        await streams.deliver(tooLate);
      };

      // Killed when it has recommended more than the checkpoint has: those recommendations come twice.
      await alive(start(1), async (flink) => {
        await feed(0, saved);
        await flink.job.awaitWatermark(watermarkMs(saved));
        await flink.job.checkpoint();
        await feed(saved, killed);
        await flink.job.awaitWatermark(watermarkMs(killed));
        await flink.job.awaitSent();
      });
      const early = await streams.recommendations();
      assert.ok(early.some(({ reason }) => reason === "window"));

      // Killed while it reads.
      await feedLate(saved);
      await feed(killed, savedAgain);
      await alive(start(2), async (flink) => {
        await flink.job.awaitWatermark(watermarkMs(savedAgain));
        assert.equal(await awaitMetric(flink, lateMetric, times * lateRecords), times * lateRecords);
        await Promise.all([feed(savedAgain, savedAgain + MEANWHILE), flink.job.checkpoint()]);
        await streams.deliver(deliveries.slice(savedAgain + MEANWHILE));
        await flink.job.awaitWatermark(watermarkMs(killedAgain));
      });

      await feedLate(savedAgain);
      const { heartbeat, watermarkMs: endMs } = closingHeartbeat(
        Math.max(...telemetry.map(({ lastReportAt }) => Date.parse(lastReportAt))),
        settings,
      );
      await streams.heartbeat(Date.parse(heartbeat.heartbeatAt));
      await alive(start(3), async (flink) => {
        await flink.job.awaitWatermark(endMs);
        assert.equal(await awaitMetric(flink, lateMetric, times * lateRecords), times * lateRecords);
        await flink.stop();
      });

      const observed = expectedObservations(telemetry, settings);
      assertAgree(distinct(await streams.observations()), distinct(observed), deliveries, `FC_SEED=${SEED}`);
      const actual = await streams.recommendations();
      // Two different recommendations for one function, reason and window would be one too many.
      assertAgree(distinct(actual), distinct(expected), deliveries, `FC_SEED=${SEED}`);
      assert.ok(actual.length > expected.length, "nothing came twice: the kills were too harmless");
    });
  }
});

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
