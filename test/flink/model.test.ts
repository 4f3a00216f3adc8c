import assert from "node:assert/strict";
import { parseSettings, type Settings } from "../../runtime/settings";
import { assertAgree } from "../support/agreement";
import { FlinkRuns } from "../support/flink-run";
import { expectedObservations, expectedRecommendations } from "../../local/model/job";
import { casesOf } from "../support/telemetry";

const SEED = Number(process.env.FC_SEED ?? 1);
const CASES = 180;

/** Three runs for each window type. A setting that one run leaves at its default differs in another. */
const RUNS: Record<Settings["windowType"], [Values, Values, Values]> = {
  tumbling: [
    {},
    { windowLength: "7d", bucketLength: "6h", sizing: "average", bufferMB: 33, minActiveDays: 3 },
    {
      windowLength: "3d",
      lateness: "26h",
      sizing: "percentile",
      sizingPercentile: 90,
      peakMargin: 0.1,
      pressureStep: 1,
      minInvocations: 200,
      minMemoryMB: 200,
      maxMemoryMB: 4_000,
    },
  ],
  sliding: [
    { windowLength: "4d" },
    {
      windowLength: "12h",
      slide: "3h",
      bucketLength: "1h",
      lateness: "10m",
      sizing: "percentile",
      sizingPercentile: 50,
      minActiveDays: 2,
    },
    { windowLength: "6d", slide: "2d", lateness: "3d", sizing: "peak", bufferMB: 0, minInvocations: 100 },
  ],
  session: [
    {},
    { sessionGap: "6h", lateness: "26h", sizing: "average", pressureStep: 0.01, minInvocations: 30 },
    {
      sessionGap: "2h",
      bucketLength: "30m",
      lateness: "0s",
      sizing: "percentile",
      sizingPercentile: 99.5,
      peakMargin: 0.2,
      minActiveDays: 2,
    },
  ],
  "per-function": [
    {},
    { windowLength: "12h", bucketLength: "1h", sizing: "percentile", lateness: "30m", minActiveDays: 3 },
    {
      windowLength: "6h",
      bucketLength: "2h",
      lateness: "26h",
      sizing: "peak",
      peakMargin: 0.07,
      minInvocations: 50,
      maxMemoryMB: 3_008,
    },
  ],
};
type Values = Parameters<typeof parseSettings>[0];

describe("the Flink job, against a model", () => {
  let flinkRuns: FlinkRuns;
  before(async () => (flinkRuns = await FlinkRuns.get()));

  for (const [windowType, runs] of Object.entries(RUNS)) {
    for (const [run, values] of runs.entries()) {
      it(`${windowType}: ${CASES} cases with ${JSON.stringify(values)}`, async () => {
        // The order of two shards' records at their cap is undefined, so all of them are sent.
        const settings = parseSettings({ windowType, pressureInterval: "0s", maxClockSkew: "0s", ...values });
        const deliveries = casesOf(settings, CASES, SEED + run);
        const actual = await flinkRuns.run({
          settings,
          records: deliveries.map(({ record, partitionKey }) => {
            return { data: JSON.stringify(record), partitionKey };
          }),
          lastReportMs: Math.max(...deliveries.map(({ record }) => Date.parse(record.lastReportAt))),
          shardCount: 2 + run,
          parallelism: 1 + (run % 2),
        });
        const telemetry = deliveries.map(({ record }) => record);
        const expected = expectedRecommendations(telemetry, settings);
        for (const reason of ["window", "memory-pressure"]) {
          const some = expected.filter((recommendation) => recommendation.reason === reason);
          assert.ok(some.length >= CASES, `only ${some.length} recommendations for ${reason}`);
        }
        const where = `FC_SEED=${SEED}, ${telemetry.length} records`;
        assertAgree(actual.recommendations, expected, deliveries, where);
        assertAgree(actual.observations, expectedObservations(telemetry, settings), deliveries, where);
      });
    }
  }
});
