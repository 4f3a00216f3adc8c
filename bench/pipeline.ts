/**
 * `npm run bench:pipeline [-- REPORTS [FUNCTIONS [DAYS]]]`: measures how fast a file of reports becomes
 * recommendations, once Kinesis and Flink are up. The fold runs in-process, as it does for any input of this size.
 */
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { LOCAL_HOME } from "../local/home";
import { EmbeddedFlink } from "../local/flink";
import { readReports } from "../local/input/read";
import { EmbeddedKinesis } from "../local/kinesis";
import { closingHeartbeat } from "../local/pipeline";
import { Recording } from "../local/recording";
import { replay } from "../local/replay";
import { durationMs } from "../runtime/duration";
import { flinkProperties, functionArnPrefix } from "../runtime/parts";
import { parseSettings } from "../runtime/settings";
import { build, RUNTIME_ARTEFACTS } from "../scripts/build";
import { BENCH_SIZE, generateInput } from "./generate-input";

/** The pipeline's target on two cores. */
const REPORTS_PER_SECOND = 20_000;

process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED = "true";

async function main(): Promise<void> {
  const [reports, functions, days] = process.argv.slice(2).map(Number);
  const size = {
    reports: reports ?? BENCH_SIZE.reports,
    functions: functions ?? BENCH_SIZE.functions,
    days: days ?? BENCH_SIZE.days,
  };
  const settings = parseSettings();
  await build(console.log, RUNTIME_ARTEFACTS);
  const directory = fs.mkdtempSync(path.join(os.tmpdir(), "bench-pipeline-"));
  const file = path.join(directory, "input.csv");
  console.log(`writing ${size.reports} reports of ${size.functions} functions over ${size.days} days`);
  await generateInput(file, size);

  const kinesis = await EmbeddedKinesis.start();
  const telemetryStreamArn = await kinesis.createStream("telemetry");
  const recommendationsStreamArn = await kinesis.createStream("recommendations");
  const flink = await EmbeddedFlink.start({ kinesisEndpoint: kinesis.endpoint });
  try {
    await flink.submit(
      flinkProperties(settings, {
        telemetryStreamArn,
        recommendationsStreamArn,
        functionArnPrefixes: [functionArnPrefix(telemetryStreamArn)],
      }),
    );
    const startedAt = performance.now();
    const recording = new Recording(durationMs(settings.bucketLength) ?? 0, "in-process");
    const { used } = await readReports(file, undefined, recording.add);
    const readAt = performance.now();
    await replay(recording, {
      telemetryStreamArn,
      kinesis,
      signal: new AbortController().signal,
      home: LOCAL_HOME,
      onProgress: () => undefined,
    });
    const playedAt = performance.now();
    const { heartbeat, watermarkMs } = closingHeartbeat(recording.lastReportMs, settings);
    await kinesis.put(telemetryStreamArn, [{ data: JSON.stringify(heartbeat), partitionKey: "heartbeat" }]);
    await flink.job.awaitWatermark(watermarkMs);
    await flink.stop();
    const recommendations = await kinesis.readAll(recommendationsStreamArn);
    const doneAt = performance.now();

    const seconds = (ms: number) => `${(ms / 1_000).toFixed(1)} s`;
    const rate = used / ((doneAt - startedAt) / 1_000);
    console.log(`read and folded  ${seconds(readAt - startedAt)}  into ${recording.lives} records`);
    console.log(`played           ${seconds(playedAt - readAt)}`);
    console.log(
      `drained          ${seconds(doneAt - playedAt)}  to ${recommendations.length} recommendations`,
    );
    console.log(
      `in all           ${seconds(doneAt - startedAt)}  ${Math.round(rate)} reports/s, ${(rate / REPORTS_PER_SECOND).toFixed(2)} × the target of ${REPORTS_PER_SECOND}`,
    );
    for (const [name, pid] of Object.entries({
      reader: process.pid,
      kinesis: kinesis.pid,
      flink: flink.pid,
    })) {
      console.log(`${name.padEnd(16)} ${residentMB(pid)} MB resident at most`);
    }
    if (rate < REPORTS_PER_SECOND) process.exitCode = 1;
  } finally {
    await flink.close();
    await kinesis.close();
    fs.rmSync(directory, { recursive: true });
  }
}

/** The high-water mark of a process's resident set. Only Linux reports it. */
function residentMB(pid: number | undefined): string {
  const status = fs.readFileSync(`/proc/${pid ?? "self"}/status`, "utf8");
  const kilobytes = Number(/^VmHWM:\s+(\d+) kB/m.exec(status)?.[1]);
  return (kilobytes / 1_024).toFixed(0);
}

void main();
