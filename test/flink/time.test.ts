import assert from "node:assert/strict";
import { EmbeddedKinesis } from "../../local/kinesis";
import { closingHeartbeat } from "../../local/pipeline";
import { durationMs, MS_PER_DAY } from "../../runtime/duration";
import { parseSettings, type Settings } from "../../runtime/settings";
import { comparable } from "../support/agreement";
import { JobStreams } from "../support/job-streams";
import { expectedRecommendations } from "../support/model";
import { awaitMetric } from "../support/restarts";
import { FROM_MS, recordOf } from "../support/telemetry";

const MS_PER_HOUR = durationMs("1h")!;

const LATE_METRICS: Record<Settings["windowType"], string> = {
  tumbling: "numLateRecordsDropped",
  sliding: "numLateRecordsDropped",
  session: "numLateRecordsDropped",
  "per-function": "lateRecords",
};

describe("the Flink job's event time", () => {
  let kinesis: EmbeddedKinesis;
  before(async () => {
    kinesis = await EmbeddedKinesis.start();
  });
  after(() => kinesis.close());

  for (const [windowType, lateMetric] of Object.entries(LATE_METRICS)) {
    it(`${windowType}: takes what is late while its window is open, and counts what is later`, async () => {
      const settings = parseSettings({ windowType, windowLength: "2d", sessionGap: "12h" });
      const report = (timeMs: number, maxMemoryUsedMB: number) => {
        return recordOf("late", timeMs, { memorySizeMB: 1_024, maxMemoryUsedMB });
      };
      const first = report(FROM_MS + 2 * MS_PER_HOUR, 100);
      const behind = report(FROM_MS + 3 * MS_PER_HOUR, 300);
      const tooLate = report(FROM_MS + 4 * MS_PER_HOUR, 900);
      const next = report(FROM_MS + 3 * MS_PER_DAY + MS_PER_HOUR, 200);

      const streams = await JobStreams.create(kinesis);
      const put = (record: object) =>
        kinesis.put(streams.telemetryStreamArn, [{ data: JSON.stringify(record), partitionKey: "late" }]);
      const flink = await streams.start(settings);
      try {
        const goOnTo = async (timeMs: number) => {
          await streams.heartbeat(timeMs + durationMs(settings.lateness)!);
          await flink.awaitWatermark(timeMs);
        };
        await put(first);
        await goOnTo(FROM_MS + 7 * MS_PER_HOUR);
        await put(behind);
        await goOnTo(FROM_MS + 3 * MS_PER_DAY);
        await put(tooLate);
        await put(next);
        await goOnTo(closingHeartbeat(Date.parse(next.lastReportAt), settings).watermarkMs);
        assert.equal(await awaitMetric(flink, lateMetric, 1), 1);
        await flink.stop();
      } finally {
        await flink.close();
      }
      const expected = expectedRecommendations([first, behind, next], settings);
      assert.deepEqual(comparable(await streams.recommendations()), comparable(expected));
    });
  }
});
