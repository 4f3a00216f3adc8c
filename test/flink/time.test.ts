import assert from "node:assert/strict";
import { setTimeout as delay } from "node:timers/promises";
import type { EmbeddedFlink } from "../../local/flink";
import { closingHeartbeat } from "../../local/pipeline";
import { durationMs, MS_PER_DAY } from "../../runtime/duration";
import { parseSettings, type Settings } from "../../runtime/settings";
import { comparable } from "../support/agreement";
import { FlinkRuns } from "../support/flink-run";
import { JobStreams } from "../support/job-streams";
import { expectedObservations, expectedRecommendations } from "../../local/model/job";
import { awaitMetric } from "../support/restarts";
import { FROM_MS, recordOf } from "../support/telemetry";

const MS_PER_HOUR = durationMs("1h")!;

/** The metric of late records, and how often it counts one: Flink's counts for the window and the bucket. */
const LATE_METRICS: Record<Settings["windowType"], readonly [name: string, times: number]> = {
  tumbling: ["numLateRecordsDropped", 2],
  sliding: ["numLateRecordsDropped", 2],
  session: ["numLateRecordsDropped", 2],
  "per-function": ["lateRecords", 1],
};

describe("the Flink job's event time", () => {
  let flinkRuns: FlinkRuns;
  before(async () => (flinkRuns = await FlinkRuns.get()));

  for (const [windowType, [lateMetric, times]] of Object.entries(LATE_METRICS)) {
    it(`${windowType}: takes a late record while its window is open, and counts a later one`, async () => {
      const settings = parseSettings({ windowType, windowLength: "2d", sessionGap: "12h" });
      const report = (timeMs: number, maxMemoryUsedMB: number) => {
        return recordOf("late", timeMs, { memorySizeMB: 1_024, maxMemoryUsedMB });
      };
      const first = report(FROM_MS + 2 * MS_PER_HOUR, 100);
      const behind = report(FROM_MS + 3 * MS_PER_HOUR, 300);
      const tooLate = report(FROM_MS + 4 * MS_PER_HOUR, 900);
      const next = report(FROM_MS + 3 * MS_PER_DAY + MS_PER_HOUR, 200);

      const streams = await JobStreams.create(flinkRuns.kinesis);
      await flinkRuns.use(streams, settings, async (flink) => {
        const goOnTo = async (timeMs: number) => {
          await streams.heartbeat(timeMs + durationMs(settings.lateness)!);
          await flink.job.awaitWatermark(timeMs);
        };
        await put(streams, [first]);
        await goOnTo(FROM_MS + 7 * MS_PER_HOUR);
        await put(streams, [behind]);
        await goOnTo(FROM_MS + 3 * MS_PER_DAY);
        await put(streams, [tooLate, next]);
        await goOnTo(closingHeartbeat(Date.parse(next.lastReportAt), settings).watermarkMs);
        assert.equal(await awaitMetric(flink.job, lateMetric, times), times);
      });
      const telemetry = [first, behind, next];
      assert.deepEqual(
        comparable(await streams.recommendations()),
        comparable(expectedRecommendations(telemetry, settings)),
      );
      assert.deepEqual(
        comparable(await streams.observations()),
        comparable(expectedObservations(telemetry, settings)),
      );
    });
  }

  it("advances by heartbeats alone while the whole fleet is silent, and waits for no silent shard", async () => {
    const settings = parseSettings({ windowLength: "2d", idleTimeout: "1s" });
    const last = recordOf("asleep", FROM_MS + MS_PER_HOUR, { memorySizeMB: 512, maxMemoryUsedMB: 100 });
    const { heartbeat, watermarkMs } = closingHeartbeat(Date.parse(last.lastReportAt), settings);
    const streams = await JobStreams.create(flinkRuns.kinesis, 4);
    await put(streams, [last, heartbeat]);
    await flinkRuns.use(streams, settings, async (flink) => {
      await flink.job.awaitWatermark(watermarkMs);
    });
    assert.deepEqual(
      comparable(await streams.recommendations()),
      comparable(expectedRecommendations([last], settings)),
    );
  });

  it("is not moved by unusable records, which are counted", async () => {
    const settings = parseSettings({ windowLength: "2d" });
    const good = recordOf("good", FROM_MS + MS_PER_HOUR, { memorySizeMB: 512, maxMemoryUsedMB: 100 });
    const soon = new Date(Date.now() + 2 * MS_PER_HOUR).toISOString();
    const bad = [
      { ...good, lastReportAt: soon },
      { heartbeatAt: soon },
      { heartbeatAt: "9999-01-01T00:00:00.000Z" },
      { ...good, lastReportAt: "1969-07-20T20:17:40.000Z" },
      { ...good, memorySizeMB: 20_480, maxMemoryUsedMB: 1 },
      { ...good, maxMemoryUsedMB: 1_025 },
      { ...good, invocations: -1 },
      { ...good, functionArn: "arn:aws:lambda:eu-west-1:123456789012:function:" },
      { ...good, functionVersion: undefined },
      { ...good, memorySizeMB: undefined },
      { ...good, maxMemoryUsedMB: undefined },
      { ...good, invocations: undefined },
      { ...good, outOfMemory: undefined },
      { ...good, lastReportAt: undefined },
      { ...good, initDurationMs: 1, coldStarts: undefined },
      { ...good, initDurationMs: 900_001, coldStarts: 1 },
      { ...good, billedDurationMs: 910_001, initDurationMs: undefined },
      { ...good, cpuMs: 6 * 910_000 + 1 },
      { ...good, errors: -1 },
    ];
    const streams = await JobStreams.create(flinkRuns.kinesis);
    await put(streams, [good, ...bad, "no object", good]);
    await flinkRuns.kinesis.put(streams.telemetryStreamArn, [{ data: "not JSON", partitionKey: "any" }]);
    const nowMs = FROM_MS + MS_PER_HOUR * 5;
    await streams.heartbeat(nowMs + durationMs(settings.lateness)!);
    await flinkRuns.use(streams, settings, async (flink) => {
      await flink.job.awaitWatermark(nowMs);
      assert.equal(await flink.job.watermark(), nowMs);
      assert.equal(await awaitMetric(flink.job, "invalidRecords", bad.length), bad.length);
      assert.equal(await awaitMetric(flink.job, "numRecordsInErrors", 2), 2);
    });
    const expected = expectedRecommendations([good, good], settings);
    assert.deepEqual(comparable(await streams.recommendations()), comparable(expected));
  });

  it("accepts a clock that is at most maxClockSkew ahead, and never passes the arrival time", async () => {
    const settings = parseSettings({ windowLength: "2d", maxClockSkew: "3h", lateness: "3h" });
    const soon = Date.now() + 2 * MS_PER_HOUR;
    const streams = await JobStreams.create(flinkRuns.kinesis);
    const ahead = recordOf("ahead", soon, { memorySizeMB: 512, maxMemoryUsedMB: 100 });
    await put(streams, [ahead, { heartbeatAt: new Date(soon).toISOString() }]);
    const arrivedBy = Date.now();
    await flinkRuns.use(streams, settings, async (flink) => {
      await flink.job.awaitWatermark(soon - 3 * MS_PER_HOUR - durationMs(settings.lateness)!);
      assert.ok((await flink.job.watermark()) <= arrivedBy - durationMs(settings.lateness)!);
    });
    assert.deepEqual(
      comparable(await streams.recommendations()),
      comparable(expectedRecommendations([ahead], settings)),
    );
  });

  it("closes no window early for a record that is ahead of its arrival", async () => {
    const settings = parseSettings({
      windowLength: "1m",
      bucketLength: "1m",
      lateness: "1h",
      maxClockSkew: "1h",
    });
    const nowMs = Date.now();
    const honest = (n: number) =>
      recordOf(`honest-${n}`, nowMs - n * 60_000, { memorySizeMB: 512, maxMemoryUsedMB: 100 });
    const forged = recordOf("forged", nowMs + 59 * 60_000, { memorySizeMB: 512, maxMemoryUsedMB: 100 });
    const after = Array.from({ length: 20 }, (_, n) => honest(n));
    const streams = await JobStreams.create(flinkRuns.kinesis);
    await flinkRuns.use(streams, settings, async (flink) => {
      await put(streams, [honest(30), forged, { heartbeatAt: forged.lastReportAt }]);
      await flink.job.awaitWatermark(nowMs - MS_PER_HOUR);
      await delay(10);
      // Event time gets here once all of these are read.
      const thenMs = Date.now();
      await put(streams, [...after, { heartbeatAt: forged.lastReportAt }]);
      await flink.job.awaitWatermark(thenMs - MS_PER_HOUR);
    });
    const expected = expectedRecommendations([honest(30), forged, ...after], settings);
    assert.deepEqual(comparable(await streams.recommendations()), comparable(expected));
  });

  for (const windowType of ["tumbling", "per-function"]) {
    it(`${windowType}: sends memory pressure again after pressureInterval, and keeps everything else`, async () => {
      const settings = parseSettings({ windowType, windowLength: "2d", pressureInterval: "2s" });
      const once = recordOf("once", FROM_MS, { memorySizeMB: 512, maxMemoryUsedMB: 100 });
      const capped = recordOf("capped", FROM_MS, { memorySizeMB: 512, maxMemoryUsedMB: 512 });
      const telemetry = [once];
      const streams = await JobStreams.create(flinkRuns.kinesis);
      const sent = async () =>
        (await streams.recommendations()).filter(({ reason }) => reason === "memory-pressure").length;
      await put(streams, [once]);
      await flinkRuns.use(streams, settings, async (flink) => {
        while ((await sent()) < 2) {
          telemetry.push(capped);
          await put(streams, [capped]);
          await delay(200);
        }
        const { heartbeat, watermarkMs } = closingHeartbeat(FROM_MS, settings);
        await put(streams, [heartbeat]);
        await flink.job.awaitWatermark(watermarkMs);
      });
      const windows = (await streams.recommendations()).filter(({ reason }) => reason === "window");
      const expected = expectedRecommendations(telemetry, settings).filter(
        ({ reason }) => reason === "window",
      );
      assert.deepEqual(comparable(windows), comparable(expected));
    });
  }

  for (const parallelism of [1, 2]) {
    it(`lets a shard that is a day behind the other lose nothing, with parallelism ${parallelism}`, async () => {
      const settings = parseSettings({ windowLength: "2d", bucketLength: "6h" });
      const reports = (functionName: string, fromMs: number) =>
        Array.from({ length: 2_000 }, (_, i) =>
          recordOf(functionName, fromMs + (i * 3 * MS_PER_DAY) / 2_000, {
            memorySizeMB: 512,
            maxMemoryUsedMB: 100 + (i % 97),
          }),
        );
      const ahead = reports("ahead", FROM_MS + MS_PER_DAY);
      const behind = reports("behind", FROM_MS);
      const streams = await JobStreams.create(flinkRuns.kinesis, 2);
      // These two partition keys map to two shards.
      await put(streams, ahead, "a");
      await put(streams, behind, "b");
      const { heartbeat, watermarkMs } = closingHeartbeat(Date.parse(ahead.at(-1)!.lastReportAt), settings);
      await streams.heartbeat(Date.parse(heartbeat.heartbeatAt));
      const fed = async (flink: EmbeddedFlink) => {
        await flink.job.awaitWatermark(watermarkMs);
        assert.equal(await flink.job.metric("numLateRecordsDropped"), 0);
      };
      await flinkRuns.use(streams, settings, fed, { parallelism });
      const expected = expectedRecommendations([...ahead, ...behind], settings);
      assert.deepEqual(comparable(await streams.recommendations()), comparable(expected));
    });
  }

  async function put(streams: JobStreams, records: readonly unknown[], partitionKey = "any"): Promise<void> {
    await flinkRuns.kinesis.put(
      streams.telemetryStreamArn,
      records.map((record) => ({ data: JSON.stringify(record), partitionKey })),
    );
  }
});
