import assert from "node:assert/strict";
import { closingHeartbeat } from "../../local/pipeline";
import type { Recommendation, TelemetryRecord } from "../../runtime/contract";
import { durationMs, MS_PER_DAY } from "../../runtime/duration";
import { parseSettings, type Settings } from "../../runtime/settings";
import { comparable } from "../support/agreement";
import { FlinkRuns } from "../support/flink-run";
import { JobStreams } from "../support/job-streams";
import { expectedObservations, expectedRecommendations } from "../../local/model/job";
import { FROM_MS, recordOf } from "../support/telemetry";

type Values = Parameters<typeof parseSettings>[0];

const BEFORE: Values = {
  windowLength: "4d",
  slide: "1d",
  sessionGap: "2d",
  sizing: "average",
  pressureStep: 1,
};
/** Settings that no window's state depends on, some of each kind. */
const SAME_WINDOWS: Values = { sizing: "percentile", bufferMB: 7, lateness: "2h", pressureStep: 0.5 };
const OTHER_WINDOWS: Record<Settings["windowType"], Values> = {
  tumbling: { windowLength: "6d" },
  sliding: { windowType: "tumbling" },
  session: { sessionGap: "1d" },
  "per-function": { windowLength: "3d" },
};

/** A moment at which windows of 4 and of 6 days start. */
const START_MS = Math.ceil(FROM_MS / (12 * MS_PER_DAY)) * 12 * MS_PER_DAY;
const CHANGED_MS = START_MS + 2 * MS_PER_DAY;
const at = (days: number) => START_MS + days * MS_PER_DAY;
/** High before the change and low after it, so that leftovers from before would show after it. */
const EARLIER = [
  recordOf("orders", at(0.5), { memorySizeMB: 1_024, maxMemoryUsedMB: 700 }),
  recordOf("billing", at(0.7), { memorySizeMB: 512, maxMemoryUsedMB: 512 }),
  recordOf("orders", at(1.2), { memorySizeMB: 1_024, maxMemoryUsedMB: 600 }),
  recordOf("billing", at(1.8), { memorySizeMB: 2_048, maxMemoryUsedMB: 900 }),
];
const LATER = [
  recordOf("orders", at(2.3), { memorySizeMB: 1_024, maxMemoryUsedMB: 90 }),
  recordOf("billing", at(2.4), { memorySizeMB: 512, maxMemoryUsedMB: 200 }),
  recordOf("search", at(2.6), { memorySizeMB: 256, maxMemoryUsedMB: 256 }),
  recordOf("orders", at(3.1), { memorySizeMB: 1_024, maxMemoryUsedMB: 80 }),
];

describe("the Flink job, restored from a savepoint with another config", () => {
  let flinkRuns: FlinkRuns;
  before(async () => (flinkRuns = await FlinkRuns.get()));

  for (const [windowType, otherWindows] of Object.entries(OTHER_WINDOWS)) {
    it(`${windowType}: keeps open windows with ${JSON.stringify(SAME_WINDOWS)}, starts afresh with ${JSON.stringify(otherWindows)}`, async () => {
      const before = parseSettings({ windowType, ...BEFORE });
      const streams = await JobStreams.create(flinkRuns.kinesis);
      await put(streams, EARLIER);
      await streams.heartbeat(CHANGED_MS + durationMs(before.lateness)!);
      const savepoint = await flinkRuns.savepoint(streams, before, (flink) =>
        flink.job.awaitWatermark(CHANGED_MS),
      );
      const early = await streams.recommendations();
      const observedEarly = await streams.observations();
      const closedBefore = expectedRecommendations(EARLIER, before).filter(isOutBy(CHANGED_MS));
      assert.deepEqual(comparable(early), comparable(closedBefore), "before the change");
      await put(streams, LATER);

      for (const [change, isKept] of [
        [SAME_WINDOWS, true],
        [otherWindows, false],
      ] as const) {
        const after = parseSettings({ windowType, ...BEFORE, ...change });
        const others = await streams.withOtherRecommendations();
        const { heartbeat, watermarkMs } = closingHeartbeat(at(3.1), after);
        await others.heartbeat(Date.parse(heartbeat.heartbeatAt));
        await flinkRuns.use(others, after, (flink) => flink.job.awaitWatermark(watermarkMs), { savepoint });
        const told = expectedRecommendations(isKept ? [...EARLIER, ...LATER] : LATER, after);
        const expected = told.filter((recommendation) => !isOutBy(CHANGED_MS)(recommendation));
        assert.deepEqual(
          comparable(await others.recommendations()),
          comparable(expected),
          `after ${JSON.stringify(change)}`,
        );
        // Buckets don't depend on the windows, so no observation is lost or comes twice.
        assert.deepEqual(
          comparable([...observedEarly, ...(await others.observations())]),
          comparable(expectedObservations([...EARLIER, ...LATER], after)),
          `observed after ${JSON.stringify(change)}`,
        );
      }
    });
  }

  it("continues with another telemetry stream, and keeps open windows and the memory pressure that was sent", async () => {
    const settings = parseSettings({ ...BEFORE, pressureInterval: "1d" });
    const again = recordOf("billing", at(2.5), { memorySizeMB: 512, maxMemoryUsedMB: 512 });
    const streams = await JobStreams.create(flinkRuns.kinesis);
    await put(streams, EARLIER);
    await streams.heartbeat(CHANGED_MS + durationMs(settings.lateness)!);
    const savepoint = await flinkRuns.savepoint(streams, settings, (flink) =>
      flink.job.awaitWatermark(CHANGED_MS),
    );

    const others = await streams.withOtherTelemetry();
    await put(others, [...LATER, again]);
    const { heartbeat, watermarkMs } = closingHeartbeat(at(3.1), settings);
    await others.heartbeat(Date.parse(heartbeat.heartbeatAt));
    await flinkRuns.use(others, settings, (flink) => flink.job.awaitWatermark(watermarkMs), { savepoint });
    const telemetry = [...EARLIER, ...LATER, again];
    assert.deepEqual(
      comparable(await others.recommendations()),
      comparable(expectedRecommendations(telemetry, settings)),
    );
    assert.deepEqual(
      comparable(await others.observations()),
      comparable(expectedObservations(telemetry, settings)),
    );
  });

  async function put(streams: JobStreams, records: readonly TelemetryRecord[]): Promise<void> {
    await flinkRuns.kinesis.put(
      streams.telemetryStreamArn,
      records.map((record) => ({ data: JSON.stringify(record), partitionKey: "any" })),
    );
  }
});

/** Whether a recommendation has been sent once event time is at `timeMs`. */
function isOutBy(timeMs: number) {
  return ({ windowEnd }: Recommendation) => Date.parse(windowEnd) <= timeMs;
}
