import assert from "node:assert/strict";
import fc from "fast-check";
import { EmbeddedFlink } from "../../local/flink";
import { EmbeddedKinesis } from "../../local/kinesis";
import { closingHeartbeat } from "../../local/pipeline";
import type { Recommendation, TelemetryRecord } from "../../runtime/contract";
import { MS_PER_DAY } from "../../runtime/duration";
import { flinkProperties } from "../../runtime/parts";
import { parseSettings, type Settings } from "../../runtime/settings";
import { comparable, expectedRecommendations } from "../support/model";
import { telemetry } from "../support/telemetry";

describe("the Flink job", () => {
  let kinesis: EmbeddedKinesis;
  before(async () => {
    kinesis = await EmbeddedKinesis.start();
  });
  after(() => kinesis.close());

  let streams = 0;
  async function run(
    records: readonly string[],
    lastReportMs: number,
    settings: Settings,
  ): Promise<Recommendation[]> {
    const n = streams++;
    const telemetryStreamArn = await kinesis.createStream(`telemetry-${n}`);
    const recommendationsStreamArn = await kinesis.createStream(`recommendations-${n}`);
    const { heartbeat, watermarkMs } = closingHeartbeat(lastReportMs, settings);
    await kinesis.put(
      telemetryStreamArn,
      [...records, JSON.stringify(heartbeat)].map((data, i) => ({ data, partitionKey: String(i) })),
    );
    const flink = await EmbeddedFlink.start({
      parameters: { ...flinkProperties(settings), telemetryStreamArn, recommendationsStreamArn },
      kinesisEndpoint: kinesis.endpoint,
    });
    try {
      await flink.awaitWatermark(watermarkMs);
      await flink.stop();
    } finally {
      await flink.close();
    }
    return (await kinesis.readAll(recommendationsStreamArn)).map(
      (text) => JSON.parse(text) as Recommendation,
    );
  }

  const fromMs = 20_000 * MS_PER_DAY;
  const [records = []] = fc.sample(
    telemetry({ functions: 40, records: 3_000, fromMs, toMs: fromMs + 45 * MS_PER_DAY }),
    { numRuns: 1, seed: 1 },
  );
  const lastReportMs = Date.parse(records.at(-1)!.lastReportAt);
  const texts = (list: readonly TelemetryRecord[]) => list.map((record) => JSON.stringify(record));

  for (const values of [
    {},
    { sizing: "average", windowLength: "7d", bufferMB: 33 },
    { sizing: "peak", peakMargin: 0.1, bucketLength: "6h", maxMemoryMB: 4_000, minMemoryMB: 200 },
  ] as const) {
    it(`sizes as a calculation done another way does, with ${JSON.stringify(values)}`, async () => {
      const settings = parseSettings(values);
      const recommendations = await run(texts(records), lastReportMs, settings);
      assert.deepEqual(comparable(recommendations), comparable(expectedRecommendations(records, settings)));
    });
  }

  it("leaves records that can't be used behind, and they move no event time", async () => {
    const settings = parseSettings({});
    const good = records.slice(0, 200);
    const [first] = good;
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
        { functionArn: "arn:aws:s3:::bucket" },
        { functionArn: null },
      ].map((change) => JSON.stringify({ ...first, lastReportAt: late, ...change })),
      JSON.stringify({ ...first, lastReportAt: "yesterday" }),
    ];
    const recommendations = await run(
      texts(good).flatMap((text, i) => [text, broken[i % broken.length] ?? ""]),
      Date.parse(good.at(-1)!.lastReportAt),
      settings,
    );
    assert.deepEqual(comparable(recommendations), comparable(expectedRecommendations(good, settings)));
  });

  it("refuses a parameter that is not allowed, in one sentence", async () => {
    const settings = { ...parseSettings({}), bufferMB: -1 };
    await assert.rejects(run([], fromMs, settings), {
      name: "FlinkError",
      message: 'bufferMB is "-1"; it must be a whole number from 0 to 10240.',
    });
  });
});
