import assert from "node:assert/strict";
import { LOCAL_ACCOUNT_ID, LOCAL_REGION } from "../../local/environment";
import { MS_PER_DAY } from "../../runtime/duration";
import { parseSettings, type Settings } from "../../runtime/settings";
import { comparable } from "../support/agreement";
import { startCluster } from "../support/cluster";
import { FlinkRuns } from "../support/flink-run";
import { JobStreams } from "../support/job-streams";
import { expectedRecommendations } from "../../local/model/job";
import { casesOf, FROM_MS, recordOf } from "../support/telemetry";

const FREE = { memorySizeMB: 512, maxMemoryUsedMB: 100 };

describe("the Flink job", () => {
  let flinkRuns: FlinkRuns;
  before(async () => (flinkRuns = await FlinkRuns.get()));

  function run(texts: readonly string[], lastReportMs: number, settings: Settings) {
    const records = texts.map((data, i) => ({ data, partitionKey: String(i) }));
    return flinkRuns.run({ settings, records, lastReportMs });
  }

  it("leaves out unusable records, which don't advance event time", async () => {
    const settings = parseSettings({ pressureInterval: "0s" });
    const good = casesOf(settings, 20, 1).map(({ record }) => record);
    const [first] = good;
    const lastReportMs = Math.max(...good.map(({ lastReportAt }) => Date.parse(lastReportAt)));
    const late = new Date(lastReportMs + 300 * MS_PER_DAY).toISOString();
    const broken = [
      "",
      "not JSON",
      "[]",
      "{}",
      '{"lastReportAt":"soon"}',
      '{"heartbeatAt":17}',
      ...[
        { maxMemoryUsedMB: 0 },
        { maxMemoryUsedMB: "much" },
        { memorySizeMB: -1 },
        { invocations: 0 },
        { outOfMemory: -1 },
        { functionVersion: "" },
        { functionVersion: "live" },
        { functionVersion: "7".repeat(100_000) },
        { functionArn: "arn:aws:s3:::bucket" },
        { functionArn: null },
        { functionArn: first!.functionArn.replace(LOCAL_ACCOUNT_ID, "999999999999") },
        { functionArn: first!.functionArn.replace(LOCAL_REGION, "eu-west-1") },
        { functionArn: `${first!.functionArn}:1` },
        { functionArn: first!.functionArn + "x".repeat(64) },
        { invocations: 1, billedDurationMs: 910_001 },
        { invocations: 1, billedDurationMs: 1_000_000, coldStarts: 1, initDurationMs: 50_000 },
        { invocations: 1, durationMs: 910_001 },
        { durationMs: "NaN" },
        { invocations: 1, coldStarts: 2, initDurationMs: 1 },
        { initDurationMs: 1 },
        { coldStarts: 1, initDurationMs: 900_001 },
        { invocations: 1, cpuMs: 6 * 910_000 + 1 },
        { durationSquaredMs2: -1 },
      ].map((change) => JSON.stringify({ ...first, lastReportAt: late, ...change })),
      JSON.stringify({ ...first, lastReportAt: "yesterday" }),
    ];
    const { recommendations } = await run(
      good.flatMap((record, i) => [JSON.stringify(record), broken[i % broken.length] ?? ""]),
      lastReportMs,
      settings,
    );
    assert.deepEqual(comparable(recommendations), comparable(expectedRecommendations(good, settings)));
  });

  it("sends memory pressure once per version and size until pressureInterval is over", async () => {
    const settings = parseSettings({ pressureInterval: "300d", lateness: "300d" });
    const records = [
      { memorySizeMB: 512, maxMemoryUsedMB: 512 },
      { memorySizeMB: 512, maxMemoryUsedMB: 500, outOfMemory: 1 },
      // The time in a record never ends the interval.
      {
        memorySizeMB: 512,
        maxMemoryUsedMB: 513,
        lastReportAt: new Date(FROM_MS - 200 * MS_PER_DAY).toISOString(),
      },
      {
        memorySizeMB: 512,
        maxMemoryUsedMB: 513,
        lastReportAt: new Date(FROM_MS + 200 * MS_PER_DAY).toISOString(),
      },
      { memorySizeMB: 640, maxMemoryUsedMB: 640 },
      { memorySizeMB: 512, maxMemoryUsedMB: 512, functionVersion: "7" },
      { memorySizeMB: 512, maxMemoryUsedMB: 512, functionArn: recordOf("other", 0, FREE).functionArn },
    ].map((use, i) => recordOf("at-its-cap", FROM_MS + i, use));
    const { recommendations } = await run(
      records.map((record) => JSON.stringify(record)),
      FROM_MS + 201 * MS_PER_DAY,
      settings,
    );
    const sent = recommendations.filter(({ reason }) => reason === "memory-pressure");
    assert.deepEqual(
      sent.map(({ functionName, functionVersion, memorySizeMB, windowEnd }) => {
        return [functionName, functionVersion, memorySizeMB, Date.parse(windowEnd) - FROM_MS];
      }),
      [
        ["at-its-cap", "$LATEST", 512, 0],
        ["at-its-cap", "$LATEST", 640, 4],
        ["at-its-cap", "7", 512, 5],
        ["other", "$LATEST", 512, 6],
      ],
    );
  });

  it("stops sums at their maximum instead of wrapping", async () => {
    const settings = parseSettings({ pressureInterval: "0s" });
    const huge = recordOf("huge", FROM_MS, {
      memorySizeMB: 10_240,
      maxMemoryUsedMB: 100,
      invocations: 1_000_000_000,
      durationMs: 900_000e9,
      durationSquaredMs2: Number.MAX_SAFE_INTEGER,
      cpuMs: 5_000_000e9,
      billedDurationMs: 900_000e9,
      errors: 2_147_483_647,
    });
    const count = 1_200;
    const { recommendations, observations } = await run(
      Array.from({ length: count }, () => JSON.stringify(huge)),
      FROM_MS,
      settings,
    );
    const sums = {
      invocations: count * huge.invocations,
      durationMs: Number.MAX_SAFE_INTEGER / 1_000,
      durationSquaredMs2: Number.MAX_SAFE_INTEGER,
      cpuMs: Number.MAX_SAFE_INTEGER,
      cpuDurationMs: Number.MAX_SAFE_INTEGER / 1_000,
      billedDurationMs: Number.MAX_SAFE_INTEGER,
      errors: count * huge.errors,
    };
    assert.equal(recommendations.length, 1);
    assert.equal(observations.length, 1);
    assert.deepEqual({ ...observations[0], ...sums }, observations[0]);
    assert.deepEqual({ ...recommendations[0]?.atMemorySize, ...sums }, recommendations[0]?.atMemorySize);
    assert.equal(recommendations[0]?.errors, count * huge.errors);
    assert.equal(recommendations[0].billedGBSeconds, (Number.MAX_SAFE_INTEGER * 10_240) / 1_024 / 1_000);
  });

  it("keeps a bounded number of versions and sizes, those with the most invocations", async () => {
    const settings = parseSettings({ pressureInterval: "0s" });
    const forged = Array.from({ length: 3_000 }, (_, n) =>
      recordOf("crowded", FROM_MS + n, {
        memorySizeMB: 128 + n,
        maxMemoryUsedMB: 100,
        functionVersion: String(1_000 + n),
        invocations: 10,
      }),
    );
    const honest = recordOf("crowded", FROM_MS, { ...FREE, functionVersion: "7", invocations: 10_000 });
    const { recommendations, observations } = await run(
      [...forged, honest].map((record) => JSON.stringify(record)),
      FROM_MS + forged.length,
      settings,
    );
    assert.equal(observations.length, 16);
    assert.ok(observations.some((one) => one.functionVersion === "7" && one.invocations === 10_000));
    assert.equal(recommendations.length, 1);
    assert.equal(recommendations[0]?.functionVersion, "7");
    assert.equal(recommendations[0].invocations, 10 * forged.length + honest.invocations);
  });

  it("rejects a parameter that is not allowed in one sentence", async () => {
    const streams = await JobStreams.create(flinkRuns.kinesis);
    const flink = await startCluster({ kinesisEndpoint: flinkRuns.kinesis.endpoint });
    try {
      await assert.rejects(flink.submit(streams.parameters({ ...parseSettings({}), bufferMB: -1 })), {
        name: "FlinkError",
        message: "bufferMB is -1; it must be a whole number from 0 to 10240.",
      });
    } finally {
      await flink.close();
    }
  });
});
