/** The memory-pressure rule in SQL and in the updater: both decide the same for each record. */
import assert from "node:assert/strict";
import fc from "fast-check";
import { LOCAL_ACCOUNT_ID, LOCAL_REGION } from "../../local/environment";
import { passesFilter } from "../../local/filter-criteria";
import { MS_PER_DAY } from "../../runtime/duration";
import { isAtCap, PRESSURE_FILTER_PATTERN } from "../../runtime/memory-pressure";
import { parseSettings } from "../../runtime/settings";
import { pressureOf } from "../../runtime/updater/telemetry";
import { Fold } from "../../layer/fold";
import { assertAgree, comparable } from "../support/agreement";
import { FlinkRuns } from "../support/flink-run";
import { casesOf, FROM_MS, recordOf } from "../support/telemetry";

const SEED = Number(process.env.FC_SEED ?? 1);
const TELEMETRY_STREAM = `arn:aws:kinesis:${LOCAL_REGION}:${LOCAL_ACCOUNT_ID}:stream/telemetry`;
const AT_CAP = { memorySizeMB: 512, maxMemoryUsedMB: 512, outOfMemory: 2, invocations: 3 };

/** Values at the limit of what is allowed, or beyond it. */
const CHANGES: Record<string, unknown>[] = [
  {},
  { outOfMemory: 0 },
  { outOfMemory: 0, maxMemoryUsedMB: 511 },
  { outOfMemory: 1, maxMemoryUsedMB: 1 },
  { maxMemoryUsedMB: 1_024 },
  { maxMemoryUsedMB: 1_025 },
  { maxMemoryUsedMB: 0 },
  { memorySizeMB: 128, maxMemoryUsedMB: 129 },
  { memorySizeMB: 10_239 },
  { memorySizeMB: 10_240 },
  { memorySizeMB: 10_241 },
  { memorySizeMB: 1, maxMemoryUsedMB: 2 },
  { memorySizeMB: 0 },
  { memorySizeMB: 333 },
  { memorySizeMB: null },
  { outOfMemory: -1 },
  { outOfMemory: null },
  { outOfMemory: undefined },
  { outOfMemory: true },
  { invocations: 0 },
  { invocations: 1_000_000_000 },
  { invocations: 1_000_000_001 },
  { durationMs: 3 * 910_000 },
  { durationMs: 3 * 910_000 + 0.5 },
  { durationMs: -0.5 },
  { durationMs: undefined },
  { durationMs: null },
  { billedDurationMs: 3 * 910_000 },
  { billedDurationMs: 3 * 910_000 + 1 },
  { billedDurationMs: 3 * 910_000 + 7, coldStarts: 1, initDurationMs: 7 },
  { billedDurationMs: undefined },
  { billedDurationMs: 11.5 },
  { initDurationMs: 1 },
  { coldStarts: 4 },
  { coldStarts: 3, initDurationMs: 3 * 900_000 },
  { coldStarts: 3, initDurationMs: 3 * 900_000 + 1 },
  { cpuMs: 3 * 6 * 910_000 },
  { cpuMs: 3 * 6 * 910_000 + 1 },
  { cpuMs: -1 },
  { durationSquaredMs2: -1 },
  { durationSquaredMs2: 9_007_199_254_740_991 },
  { errors: -1 },
  { errors: undefined, timeouts: undefined },
  { errors: 2, timeouts: 1 },
  { timeouts: -1 },
  { functionVersion: "7" },
  { functionVersion: "07" },
  { functionVersion: "99999999999999" },
  { functionVersion: "100000000000000" },
  { functionVersion: "live" },
  { functionVersion: null },
  { functionArn: null },
  { functionArn: `arn:aws:lambda:${LOCAL_REGION}:999999999999:function:other` },
  { functionArn: `arn:aws:lambda:eu-west-9:${LOCAL_ACCOUNT_ID}:function:other` },
  { functionArn: `arn:aws:lambda:${LOCAL_REGION}:${LOCAL_ACCOUNT_ID}:function:${"n".repeat(64)}` },
  { functionArn: `arn:aws:lambda:${LOCAL_REGION}:${LOCAL_ACCOUNT_ID}:function:${"n".repeat(65)}` },
  { functionArn: `arn:aws:lambda:${LOCAL_REGION}:${LOCAL_ACCOUNT_ID}:function:a:1` },
  { functionArn: `arn:aws:lambda:${LOCAL_REGION}:${LOCAL_ACCOUNT_ID}:function:` },
  { functionName: "another" },
  { firstReportAt: undefined },
  { firstReportAt: at(-3 * MS_PER_DAY) },
  { firstReportAt: at(MS_PER_DAY) },
  { lastReportAt: "1970-01-01T00:00:00.000Z" },
  { lastReportAt: "1970-01-01T00:00:00.001Z" },
  { lastReportAt: "2999-01-01T00:00:00.000Z" },
  { lastReportAt: undefined },
  { lastReportAt: 17 },
];

/** Fields of another type than the contract's: the job may convert them, and the updater leaves such records to it. */
const MISTYPED: Record<string, unknown>[] = [
  { outOfMemory: 1.5 },
  { outOfMemory: "1" },
  { memorySizeMB: "512" },
  { durationMs: {} },
  { cpuMs: 1.5 },
  { errors: "none" },
  { firstReportAt: "soon" },
];

function at(offsetMs: number): string {
  return new Date(FROM_MS + offsetMs).toISOString();
}

describe("memory pressure", function () {
  this.timeout(120_000);

  let flinkRuns: FlinkRuns;
  before(async () => (flinkRuns = await FlinkRuns.get()));

  for (const values of [
    {},
    { pressureStep: 0.1, bufferMB: 0, minMemoryMB: 200, maxMemoryMB: 4_000 },
    { pressureStep: 0, bufferMB: 0 },
  ]) {
    it(`is the same for the updater as for the job, with ${JSON.stringify(values)}`, async () => {
      const settings = parseSettings({ pressureInterval: "0s", lateness: "300d", ...values });
      const random = casesOf(settings, 40, SEED).map(({ record }) => record);
      const changed = (name: string, changes: typeof CHANGES) =>
        changes.map((change, i) => ({ ...recordOf(`${name}-${i}`, FROM_MS, AT_CAP), ...change }));
      const texts = [...random, ...changed("edge", CHANGES), ...changed("mistyped", MISTYPED)].map((record) =>
        JSON.stringify(record),
      );
      texts.push("", "not JSON", "[]", "null", "17", '{"heartbeatAt":"2026-01-01T00:00:00Z"}');
      const { recommendations } = await flinkRuns.run({
        settings,
        records: texts.map((data, i) => ({ data, partitionKey: `${i}` })),
        lastReportMs: FROM_MS,
      });
      const byJob = recommendations.filter(
        ({ reason, functionName }) => reason === "memory-pressure" && !functionName.startsWith("mistyped"),
      );
      const arrival = { telemetryStreamArn: TELEMETRY_STREAM, arrivedAtMs: Date.now() };
      const byUpdater = texts.flatMap((text) => pressureOf(text, arrival, settings) ?? []);
      if (values.pressureStep !== 0) assert.ok(byJob.length > 40, `only ${byJob.length} records`);
      assertAgree(comparable(byUpdater), comparable(byJob), [], `FC_SEED=${SEED}`);
    });
  }

  it("in the layer's records passes the filter, and nothing else does", () => {
    const pattern = JSON.stringify(PRESSURE_FILTER_PATTERN);
    const report = fc.record({
      memorySizeMB: fc.constantFrom(128, 512),
      usedMB: fc.integer({ min: 1, max: 600 }),
      errorType: fc.option(fc.constantFrom("Runtime.OutOfMemory", "Runtime.Unknown"), { nil: undefined }),
      status: fc.constantFrom("success", "error", "timeout"),
    });
    const seen = new Set<boolean>();
    fc.assert(
      fc.property(fc.array(report, { minLength: 1, maxLength: 5 }), (reports) => {
        const fold = new Fold();
        reports.forEach(({ memorySizeMB, usedMB, errorType, status }, i) => {
          const metrics = { durationMs: 5, billedDurationMs: 5, memorySizeMB, maxMemoryUsedMB: usedMB };
          const record = { requestId: `${i}`, status, ...(errorType && { errorType }), metrics };
          fold.add({ time: at(i), record });
        });
        for (const record of fold.take()) {
          const passes = passesFilter(pattern, Buffer.from(JSON.stringify(record)));
          assert.equal(passes, isAtCap(record));
          seen.add(passes);
        }
      }),
    );
    assert.equal(seen.size, 2);
    for (const other of [
      "",
      "not JSON",
      "[]",
      '{"heartbeatAt":"2026-01-01T00:00:00Z"}',
      '{"outOfMemory":"1"}',
    ]) {
      assert.equal(passesFilter(pattern, Buffer.from(other)), false, other);
    }
  });
});
