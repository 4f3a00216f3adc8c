import assert from "node:assert/strict";
import { EmbeddedKinesis } from "../../local/kinesis";
import { MS_PER_DAY } from "../../runtime/duration";
import { parseSettings, type Settings } from "../../runtime/settings";
import { comparable } from "../support/agreement";
import { runFlink } from "../support/flink-run";
import { expectedRecommendations } from "../support/model";
import { casesOf, FROM_MS } from "../support/telemetry";

describe("the Flink job", () => {
  let kinesis: EmbeddedKinesis;
  before(async () => {
    kinesis = await EmbeddedKinesis.start();
  });
  after(() => kinesis.close());

  function run(texts: readonly string[], lastReportMs: number, settings: Settings) {
    const records = texts.map((data, i) => ({ data, partitionKey: String(i) }));
    return runFlink({ kinesis, settings, records, lastReportMs });
  }

  it("leaves records that can't be used behind, and they move no event time", async () => {
    const settings = parseSettings({});
    const good = casesOf(settings, 10, 1).map(({ record }) => record);
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
        { functionArn: "arn:aws:s3:::bucket" },
        { functionArn: null },
      ].map((change) => JSON.stringify({ ...first, lastReportAt: late, ...change })),
      JSON.stringify({ ...first, lastReportAt: "yesterday" }),
    ];
    const recommendations = await run(
      good.flatMap((record, i) => [JSON.stringify(record), broken[i % broken.length] ?? ""]),
      lastReportMs,
      settings,
    );
    assert.deepEqual(comparable(recommendations), comparable(expectedRecommendations(good, settings)));
  });

  it("refuses a parameter that is not allowed, in one sentence", async () => {
    const settings = { ...parseSettings({}), bufferMB: -1 };
    await assert.rejects(run([], FROM_MS, settings), {
      name: "FlinkError",
      message: 'bufferMB is "-1"; it must be a whole number from 0 to 10240.',
    });
  });
});
