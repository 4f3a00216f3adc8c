import assert from "node:assert/strict";
import { gzipSync } from "node:zlib";
import type { EmbeddedFlink } from "../../local/flink";
import { LOCAL_HOME } from "../../local/home";
import type { Report } from "../../local/input/report";
import { controlMessage, subscriptionRecords } from "../../local/log-subscription";
import { closingHeartbeat } from "../../local/pipeline";
import { mulberry32 } from "../../local/mulberry32";
import { reportLine } from "../../local/report-log";
import type { RecommendationStreamRecord, TelemetryRecord } from "../../runtime/contract";
import { durationMs, MS_PER_DAY } from "../../runtime/duration";
import { parseSettings, type Settings } from "../../runtime/settings";
import { comparable } from "../support/agreement";
import { FlinkRuns } from "../support/flink-run";
import { JobStreams } from "../support/job-streams";
import { expectedObservations, expectedRecommendations } from "../../local/model/job";
import { awaitMetric } from "../support/restarts";
import { FROM_MS, recordOf, telemetryOf } from "../support/telemetry";

const MS_PER_HOUR = durationMs("1h")!;
const WINDOW_TYPES: readonly Settings["windowType"][] = ["tumbling", "sliding", "session", "per-function"];

describe("the Flink job, with functions that have joined by their logs", () => {
  let flinkRuns: FlinkRuns;
  before(async () => (flinkRuns = await FlinkRuns.get()));

  async function streamsWithLogs(): Promise<JobStreams> {
    return (await JobStreams.create(flinkRuns.kinesis)).withLogs();
  }

  /** Closes all windows of reports up to a time, on both streams. */
  async function closed(flink: EmbeddedFlink, streams: JobStreams, lastMs: number, settings: Settings) {
    const { heartbeat, watermarkMs } = closingHeartbeat(lastMs, settings);
    await streams.heartbeat(Date.parse(heartbeat.heartbeatAt));
    await streams.closeLogs(Date.parse(heartbeat.heartbeatAt));
    await flink.job.awaitWatermark(watermarkMs);
    await flink.job.awaitSent();
  }

  for (const windowType of WINDOW_TYPES) {
    it(`${windowType}: gives the same for logs as for layers, and never adds up records that came both ways`, async () => {
      const settings = parseSettings({
        windowType,
        windowLength: "3d",
        sessionGap: "12h",
        pressureInterval: "0s",
      });
      const reports = fleetReports(7);
      const telemetry = reports.map(telemetryWithSquares);
      const streams = await streamsWithLogs();
      await flinkRuns.kinesis.put(
        streams.telemetryStreamArn,
        telemetry.map((record) => ({ data: JSON.stringify(record), partitionKey: record.functionName })),
      );
      // A few consecutive reports at a time, so that none is late.
      for (let from = 0; from < reports.length; from += 5) {
        await streams.deliverLogs(reports.slice(from, from + 5), from % 2 === 0 ? "text" : "json");
      }
      await flinkRuns.use(streams, settings, (flink) => closed(flink, streams, lastMs(reports), settings));
      for (const source of ["layer", "logs"] as const) {
        assert.deepEqual(
          comparable((await streams.recommendations()).filter(isFrom(source))),
          comparable(expectedRecommendations(telemetry, settings, source)),
        );
        assert.deepEqual(
          comparable((await streams.observations()).filter(isFrom(source))),
          comparable(expectedObservations(telemetry, settings, source)),
        );
      }
    });
  }

  it("doesn't believe a record on the telemetry stream that claims to be from the logs", async () => {
    const settings = parseSettings({ windowLength: "2d" });
    const honest = recordOf("orders", FROM_MS, { memorySizeMB: 512, maxMemoryUsedMB: 512 });
    const streams = await streamsWithLogs();
    const forged = [
      { ...honest, source: "logs" },
      { ...honest, reporter: `${honest.functionArn} logs` },
      { ...honest, functionArn: `${honest.functionArn} logs` },
      gzipSync(JSON.stringify(honest)),
      ...subscriptionRecords(LOCAL_HOME, [
        {
          logGroup: "/aws/lambda/orders",
          logStream: "2026/01/05/[$LATEST]0123",
          events: [{ timestamp: FROM_MS, message: reportLine(reportOf("orders", FROM_MS, 512, 512)) }],
        },
      ]).map(({ data }) => data),
    ];
    await flinkRuns.kinesis.put(
      streams.telemetryStreamArn,
      forged.map((one) => ({ data: Buffer.isBuffer(one) ? one : JSON.stringify(one), partitionKey: "any" })),
    );
    await flinkRuns.use(streams, settings, (flink) => closed(flink, streams, FROM_MS, settings));
    const records = [...(await streams.recommendations()), ...(await streams.observations())];
    assert.ok(records.length > 0);
    assert.deepEqual(new Set(records.map(({ source }) => source)), new Set(["layer"]));
  });

  it("doesn't let memory pressure on the telemetry stream suppress the logs'", async () => {
    const settings = parseSettings({ pressureInterval: "1d" });
    const streams = await streamsWithLogs();
    await flinkRuns.use(streams, settings, async (flink) => {
      const forged = recordOf("orders", FROM_MS, { memorySizeMB: 512, maxMemoryUsedMB: 512 });
      await flinkRuns.kinesis.put(streams.telemetryStreamArn, [
        { data: JSON.stringify(forged), partitionKey: "any" },
      ]);
      await streams.deliverLogs([reportOf("orders", FROM_MS + 1, 512, 512)], "text");
      await streams.deliverLogs([reportOf("orders", FROM_MS + 2, 512, 512)], "json");
      await closed(flink, streams, FROM_MS, settings);
    });
    const sent = (await streams.recommendations()).filter(({ reason }) => reason === "memory-pressure");
    assert.deepEqual(sent.map(({ source, windowEnd }) => [source, Date.parse(windowEnd) - FROM_MS]).sort(), [
      ["layer", 0],
      ["logs", 1],
    ]);
  });

  for (const [silent, speaks] of [
    ["logs", "telemetry"],
    ["telemetry", "logs"],
  ] as const) {
    it(`waits for no ${silent} stream that is silent`, async () => {
      const settings = parseSettings({ windowLength: "2d", idleTimeout: "1s" });
      const report = reportOf("orders", FROM_MS, 512, 100);
      const { heartbeat, watermarkMs } = closingHeartbeat(FROM_MS, settings);
      const closeMs = Date.parse(heartbeat.heartbeatAt);
      const streams = await streamsWithLogs();
      if (speaks === "logs") {
        await streams.deliverLogs([report], "text");
        await streams.closeLogs(closeMs);
      } else {
        await flinkRuns.kinesis.put(streams.telemetryStreamArn, [
          { data: JSON.stringify(telemetryOf(report)), partitionKey: "any" },
        ]);
        await streams.heartbeat(closeMs);
      }
      await flinkRuns.use(streams, settings, async (flink) => {
        await flink.job.awaitWatermark(watermarkMs);
        await flink.job.awaitSent();
      });
      const [only, ...more] = await streams.recommendations();
      assert.equal(only?.source, speaks === "logs" ? "logs" : "layer");
      assert.deepEqual(more, []);
    });
  }

  it("loses no good record to a bad one, and counts the bad ones", async () => {
    const settings = parseSettings({ windowLength: "2d" });
    const good = [1, 2, 3].map((n) => reportOf("orders", FROM_MS + n, 512, 100 + n));
    const streams = await streamsWithLogs();
    const bad = [
      gzipSync(Buffer.alloc(200 * 1_048_576)),
      gzipSync("not JSON"),
      gzipSync("{}").subarray(0, 12),
      Buffer.from("not gzip"),
      ...subscriptionRecords(LOCAL_HOME, [
        { logGroup: "/nobody", logStream: "s", events: [{ timestamp: 1, message: reportLine(good[0]!) }] },
      ]).map(({ data }) => data),
    ];
    const looksLike = ["REPORT RequestId: 1\tDuration: lots", '{"type":"platform.report"}'];
    for (const [i, report] of good.entries()) {
      await streams.deliverLogs([report], i % 2 === 0 ? "text" : "json");
      await streams.deliverLogRecords([
        controlMessage(FROM_MS),
        ...bad.map((data) => ({ data, partitionKey: "any" })),
      ]);
      await streams.deliverLogRecords(
        subscriptionRecords(LOCAL_HOME, [
          {
            logGroup: "/aws/lambda/orders",
            logStream: "2026/01/05/[$LATEST]0123",
            events: looksLike.map((message) => ({ timestamp: FROM_MS + 100 * MS_PER_DAY, message })),
          },
          // From another account, and from the future: well formed, but not for this job.
          {
            logGroup: "/aws/lambda/orders",
            logStream: "2026/01/05/[$LATEST]0123",
            events: [{ timestamp: 9_000_000_000_000, message: reportLine(report) }],
          },
        ]),
      );
      await streams.deliverLogRecords(
        subscriptionRecords({ ...LOCAL_HOME, accountId: "999999999999" }, [
          {
            logGroup: "/aws/lambda/orders",
            logStream: "2026/01/05/[$LATEST]0123",
            events: [{ timestamp: FROM_MS + 50 * MS_PER_DAY, message: reportLine(report) }],
          },
        ]),
      );
    }
    await flinkRuns.use(streams, settings, async (flink) => {
      await closed(flink, streams, FROM_MS, settings);
      assert.equal(await awaitMetric(flink.job, "refusedRecords", 3 * bad.length), 3 * bad.length);
      assert.equal(await awaitMetric(flink.job, "refusedLines", 3 * looksLike.length), 3 * looksLike.length);
      assert.equal(await awaitMetric(flink.job, "invalidRecords", 6), 6);
    });
    assert.deepEqual(
      comparable(await streams.recommendations()),
      comparable(expectedRecommendations(good.map(telemetryWithSquares), settings, "logs")),
    );
  });

  it("names a function by its log stream, or by the map, if its group doesn't", async () => {
    const settings = parseSettings({ windowLength: "2d" });
    const streams = await streamsWithLogs();
    const message = reportLine(reportOf("any", FROM_MS, 512, 100));
    const events = [{ timestamp: FROM_MS, message }];
    await streams.deliverLogRecords(
      subscriptionRecords(LOCAL_HOME, [
        { logGroup: "/team", logStream: "2026/01/05/in-stream[7]0123", events },
        { logGroup: "/team/mapped", logStream: "2026/01/05/[8]0123", events },
        { logGroup: "/aws/lambda/in-group", logStream: "2026/01/05/[9]0123", events },
      ]),
    );
    await flinkRuns.use(streams, settings, (flink) => closed(flink, streams, FROM_MS, settings));
    assert.deepEqual(
      (await streams.recommendations())

        .map(({ functionName, functionVersion }) => `${functionName} ${functionVersion}`)
        .sort(),
      ["in-group 9", "in-stream 7", "mapped 8"],
    );
  });

  it("keeps the layers' open windows when logs are added to a running stack, and when they are removed", async () => {
    const settings = parseSettings({ windowLength: "3d" });
    const telemetry = [0, 1, 2].map((hours) =>
      recordOf("orders", FROM_MS + hours * MS_PER_HOUR, {
        memorySizeMB: 512,
        maxMemoryUsedMB: 100 + hours,
      }),
    );
    const withLogs = await streamsWithLogs();
    let savepoint: string | undefined;
    for (const [i, streams] of [withLogs.withoutLogs(), withLogs, withLogs.withoutLogs()].entries()) {
      await flinkRuns.kinesis.put(streams.telemetryStreamArn, [
        { data: JSON.stringify(telemetry[i]), partitionKey: "any" },
      ]);
      const untilAfter = async (flink: EmbeddedFlink) => {
        const afterMs = FROM_MS + i * MS_PER_HOUR + 1;
        await streams.heartbeat(afterMs + durationMs(settings.lateness)!);
        if (i === 1) await streams.closeLogs(afterMs + durationMs(settings.lateness)!);
        await flink.job.awaitWatermark(afterMs);
      };
      savepoint = await flinkRuns.savepoint(streams, settings, untilAfter, savepoint);
    }
    const streams = withLogs.withoutLogs();
    const { heartbeat, watermarkMs } = closingHeartbeat(FROM_MS, settings);
    await streams.heartbeat(Date.parse(heartbeat.heartbeatAt));
    await flinkRuns.use(streams, settings, (flink) => flink.job.awaitWatermark(watermarkMs), { savepoint });
    assert.deepEqual(
      comparable((await withLogs.recommendations()).filter(isFrom("layer"))),
      comparable(expectedRecommendations(telemetry, settings)),
    );
  });
});

function isFrom(source: RecommendationStreamRecord["source"]) {
  return (record: RecommendationStreamRecord) => record.source === source;
}

function lastMs(reports: readonly Report[]): number {
  return Math.max(...reports.map(({ timeMs }) => timeMs));
}

function telemetryWithSquares(report: Report): TelemetryRecord {
  const { durationMs, initDurationMs } = report;
  return {
    ...telemetryOf(report),
    durationSquaredMs2: Math.round(durationMs ** 2),
    ...(initDurationMs !== undefined && { coldStarts: 1, initDurationMs: Math.round(initDurationMs) }),
  };
}

function reportOf(
  functionName: string,
  timeMs: number,
  memorySizeMB: number,
  maxMemoryUsedMB: number,
): Report {
  return {
    timeMs,
    functionName,
    functionArn: recordOf(functionName, timeMs, { memorySizeMB, maxMemoryUsedMB }).functionArn,
    functionVersion: "$LATEST",
    memorySizeMB,
    maxMemoryUsedMB,
    durationMs: 10.5,
    billedDurationMs: 11,
    status: "success",
    requestId: "8f507cfc-0000-4697-b07a-ac58fc914c95",
  };
}

/** Nine days of a few functions, in event-time order. */
function fleetReports(seed: number): Report[] {
  const random = mulberry32(seed);
  return Array.from({ length: 400 }, (_, i): Report => {
    const memorySizeMB = [256, 512][Math.floor(random() * 2)]!;
    const isCold = random() < 0.1;
    const kind = random();
    return {
      ...reportOf(
        `function-${Math.floor(random() * 4)}`,
        FROM_MS + Math.floor((i * 9 * MS_PER_DAY) / 400),
        memorySizeMB,
        kind < 0.05 ? memorySizeMB : 50 + Math.floor(random() * 150),
      ),
      functionVersion: random() < 0.3 ? "7" : "$LATEST",
      durationMs: Math.round(random() * 1e7) / 100,
      billedDurationMs: Math.ceil(random() * 1e5),
      ...(isCold && { initDurationMs: 1 + Math.round(random() * 1e5) / 100 }),
      ...(kind > 0.9 && { status: kind > 0.95 ? "error" : "timeout" }),
      ...(kind > 0.97 && { errorType: "Runtime.OutOfMemory" }),
    };
  });
}
