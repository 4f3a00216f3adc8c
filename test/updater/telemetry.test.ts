/** Memory pressure from the telemetry stream while the Flink job is stopped, with real Kinesis and the real bundle. */
import assert from "node:assert/strict";
import type { KinesisStreamBatchResponse } from "aws-lambda";
import { EventSourceMapping } from "../../local/event-source-mapping";
import { storedStreamName } from "../../local/home";
import { EmbeddedKinesis } from "../../local/kinesis";
import type { TelemetryRecord } from "../../runtime/contract";
import { PRESSURE_FILTER_PATTERN } from "../../runtime/memory-pressure";
import { updaterEnvironment } from "../../runtime/parts";
import { parseSettings } from "../../runtime/settings";
import { environmentVariable } from "../../runtime/updater/environment";
import { ACCOUNT, functionArn, kinesisEvent, recommendation, REGION } from "./recommendations";
import { metricsOf, UpdaterFixture, type FixtureOptions } from "./updater-fixture";

const HOME = { partition: "aws", region: REGION, accountId: ACCOUNT };
const TELEMETRY_STREAM = `arn:aws:kinesis:${REGION}:${ACCOUNT}:stream/telemetry`;

/** The record with which the layer of `checkout` reports that 1,024 MB were not enough. */
function atCap(change: Partial<TelemetryRecord> = {}): TelemetryRecord {
  const now = new Date().toISOString();
  return {
    functionName: "checkout",
    functionArn: functionArn("checkout"),
    functionVersion: "$LATEST",
    memorySizeMB: 1_024,
    maxMemoryUsedMB: 1_024,
    invocations: 3,
    durationMs: 900,
    billedDurationMs: 900,
    errors: 1,
    timeouts: 0,
    outOfMemory: 1,
    firstReportAt: now,
    lastReportAt: now,
    sandboxId: "sandbox",
    sequence: 0,
    ...change,
  };
}

describe("the updater, reading telemetry", () => {
  let updater: UpdaterFixture;
  afterEach(() => updater.close());

  async function start(
    settings: Parameters<typeof parseSettings>[0] = {},
    options: FixtureOptions = {},
  ): Promise<UpdaterFixture> {
    updater = await UpdaterFixture.start({
      functions: ["checkout", "search"].map((functionName) => ({
        functionName,
        functionArn: functionArn(functionName),
        memorySizeMB: 1_024,
        configuration: {
          Environment: { Variables: { LAMBDA_MEMORY_OPTIMIZER_STREAM_ARN: TELEMETRY_STREAM } },
        },
      })),
      ...options,
      environment: {
        ...updaterEnvironment(
          parseSettings({ readsPerSecond: 100, updatesPerSecond: 15, ...settings }),
          true,
        ),
        [environmentVariable("telemetryStreamArn")]: TELEMETRY_STREAM,
      },
    });
    return updater;
  }

  /** A batch of the telemetry stream; its sequence numbers are unrelated to those of the recommendations. */
  function telemetry(records: readonly unknown[], firstSequenceNumber = 1) {
    const { Records } = kinesisEvent(records, { firstSequenceNumber });
    return updater.deliver({
      Records: Records.map((record) => ({ ...record, eventSourceARN: TELEMETRY_STREAM })),
    });
  }

  it("raises a function within seconds, with only the records that pass the filter", async () => {
    await start();
    const kinesis = await EmbeddedKinesis.start();
    let mapping: EventSourceMapping | undefined;
    try {
      const streamArn = await kinesis.createStream("telemetry", 1, HOME);
      const invoked: number[] = [];
      mapping = await EventSourceMapping.start({
        endpoint: kinesis.endpoint,
        streamName: storedStreamName(streamArn),
        streamArn,
        filterPattern: JSON.stringify(PRESSURE_FILTER_PATTERN),
        invoke: async (event) => {
          invoked.push(event.Records.length);
          return (await updater.host.invoke<KinesisStreamBatchResponse>(event)).response;
        },
      });
      const free = { maxMemoryUsedMB: 300, outOfMemory: 0, errors: 0 };
      const records = [
        ...Array.from({ length: 50 }, () => atCap(free)),
        { heartbeatAt: new Date().toISOString() },
        "not JSON",
        atCap(),
        atCap({ ...free, functionName: "search", functionArn: functionArn("search") }),
      ].map((record) => ({
        data: typeof record === "string" ? record : JSON.stringify(record),
        partitionKey: "any",
      }));
      const startMs = performance.now();
      await kinesis.put(streamArn, records);
      await mapping.caughtUp(records.length);
      const tookMs = performance.now() - startMs;
      assert.deepEqual(updater.memorySizesSetMB("checkout"), [1_280]);
      assert.deepEqual(updater.memorySizesSetMB("search"), []);
      assert.deepEqual(invoked, [1]);
      assert.ok(tookMs < 10_000, `it took ${tookMs} ms`);
    } finally {
      await mapping?.close();
      await kinesis.close();
    }
  });

  it("changes a function once for all sandboxes at its cap, and once more when it is told again", async () => {
    await start();
    const { failed, decisions } = await telemetry([
      atCap(),
      atCap({ sandboxId: "b" }),
      atCap({ sandboxId: "c" }),
    ]);
    assert.deepEqual(failed, []);
    assert.equal(decisions.length, 1);
    const [{ status, reason, to } = {}] = decisions;
    assert.deepEqual([status, reason, to], ["applied", "memory-pressure", 1_280]);
    // Delivered again to another sandbox, which remembers nothing.
    await updater.host.kill();
    const again = await telemetry([atCap({ firstReportAt: past(60_000), lastReportAt: past(30_000) })]);
    assert.deepEqual(
      again.decisions.map((one) => one.reason),
      ["older-than-last-change"],
    );
    await telemetry([atCap({ memorySizeMB: 1_280, maxMemoryUsedMB: 1_280 })]);
    assert.deepEqual(updater.memorySizesSetMB("checkout"), [1_280, 1_600]);
  });

  it("retries a failed record, and similar records that came after it", async () => {
    let isRefusing = true;
    await start(
      {},
      {
        fault: ({ operation }) =>
          isRefusing && operation === "UpdateFunctionConfiguration" ? { serviceError: true } : undefined,
        timeoutMs: 3_000,
      },
    );
    const alike = [atCap(), atCap({ sandboxId: "b" })];
    assert.deepEqual((await telemetry(alike)).failed, ["1", "2"]);
    isRefusing = false;
    assert.deepEqual((await telemetry(alike)).failed, []);
    assert.deepEqual(updater.memorySizesSetMB("checkout"), [1_280]);
  });

  it("takes at most pressureStepsPerDay steps, and none in recommend mode", async () => {
    await start({ pressureStepsPerDay: 2 });
    for (const memorySizeMB of [1_024, 1_280, 1_600]) {
      await telemetry([atCap({ memorySizeMB, maxMemoryUsedMB: memorySizeMB })]);
    }
    assert.deepEqual(updater.memorySizesSetMB("checkout"), [1_280, 1_600]);
    await updater.close();
    await start({ updateMode: "recommend" });
    const { decisions } = await telemetry([atCap()]);
    assert.deepEqual(
      decisions.map((one) => one.reason),
      ["recommend-mode"],
    );
  });

  it("keeps the sequence numbers of the two streams apart, however they compare", async () => {
    await start({ cooldown: "0s", maxSlowdown: "off" });
    // The telemetry stream's number is first far larger, and later smaller.
    await telemetry([atCap()], 9_000_000);
    const windowEnd = new Date(Date.now() + 1_000).toISOString();
    const window = recommendation({ memorySizeMB: 1_280, recommendedMemorySizeMB: 2_000, windowEnd });
    const { decisions } = await updater.settle([window], { firstSequenceNumber: 5_000 });
    assert.deepEqual(
      decisions.map((one) => [one.status, one.to]),
      [["applied", 2_000]],
    );
    await telemetry([atCap({ memorySizeMB: 2_000, maxMemoryUsedMB: 2_000 })], 7);
    assert.deepEqual(updater.memorySizesSetMB("checkout"), [1_280, 2_000, 2_500]);
    assert.equal((await updater.historyOf("checkout")).settledSequenceNumber, "5000");
  });

  it("ignores the job's record if its change is already made", async () => {
    await start();
    const record = atCap({ firstReportAt: past(60_000), lastReportAt: past(30_000) });
    await telemetry([record]);
    const { decisions } = await updater.settle([
      recommendation({
        reason: "memory-pressure",
        recommendedMemorySizeMB: 1_280,
        cappedMemorySizeMB: 1_024,
        peakMB: 1_024,
        windowStart: record.firstReportAt,
        windowEnd: record.lastReportAt,
        source: "layer",
      }),
    ]);
    assert.deepEqual(
      decisions.map((one) => one.reason),
      ["older-than-last-change"],
    );
    assert.deepEqual(updater.memorySizesSetMB("checkout"), [1_280]);
  });

  it("ignores implausible records, without a call, a line or a dead letter", async () => {
    await start();
    const forged = [
      "not JSON",
      {},
      atCap({ functionArn: functionArn("checkout").replace(ACCOUNT, "999999999999") }),
      atCap({ functionArn: functionArn("checkout").replace(REGION, "us-east-1") }),
      atCap({ functionArn: `${functionArn("checkout")}:live` }),
      atCap({ functionVersion: "live" }),
      atCap({ maxMemoryUsedMB: 2_049 }),
      atCap({ memorySizeMB: 10_241, maxMemoryUsedMB: 10_241 }),
      atCap({ billedDurationMs: 3 * 910_000 + 1 }),
      atCap({ lastReportAt: past(-2 * 3_600_000) }),
      atCap({ maxMemoryUsedMB: 500, outOfMemory: 0 }),
      atCap({ memorySizeMB: 10_240, maxMemoryUsedMB: 10_240 }),
    ];
    const { failed, decisions, logLines } = await telemetry(forged);
    assert.deepEqual([failed, decisions, updater.deadLetters], [[], [], []]);
    assert.deepEqual(updater.controlPlane.calls, []);
    assert.equal(metricsOf(logLines).IgnoredTelemetry, forged.length);
    // No function has the name in the record; the ARN counts.
    await telemetry([atCap({ functionName: "search" })]);
    assert.deepEqual(updater.memorySizesSetMB("search"), []);
    assert.deepEqual(updater.memorySizesSetMB("checkout"), [1_280]);
  });
});

function past(agoMs: number): string {
  return new Date(Date.now() - agoMs).toISOString();
}
