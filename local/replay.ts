/**
 * Puts a recording on the telemetry stream in event-time order. A slice starts once all records of the previous one are
 * on the stream. So no record is late, and the result depends neither on speed nor on the order of the flushes.
 */
import fs from "node:fs";
import { LAYER_ZIP } from "../scripts/artefact-paths";
import type { TelemetryRecord } from "../runtime/contract";
import { LOCAL_ENVIRONMENT } from "./environment";
import { toPlatformReport } from "./input/report";
import type { Home } from "./home";
import type { EmbeddedKinesis } from "./kinesis";
import { ProcessError } from "./process-watch";
import { subscriptionRecords } from "./log-subscription";
import type { Life, Recording } from "./recording";
import { reportLog, type LogFormat } from "./report-log";
import { Sandbox, unpackLayer } from "./sandbox";

/** How many sandboxes run at once. More than there are cores would only wait for each other. */
const SANDBOXES_AT_ONCE = 3;
/** The most events in one Telemetry API batch, as the layer subscribes to it. */
const EVENTS_PER_BATCH = 1_000;

/** The most records that are made at once if reports are folded in-process. */
const RECORDS_AT_ONCE = 5_000;
/** The most lines of all logs that are delivered together. */
const LINES_AT_ONCE = 2_000;

export interface ReplayOptions {
  /** The account and region whose functions to replay. */
  readonly home: Home;
  readonly telemetryStreamArn: string;
  /** For a recording whose functions join by their logs. */
  readonly logsStreamArn?: string;
  readonly kinesis: EmbeddedKinesis;
  readonly signal: AbortSignal;
  /** The folder in which the layer is unpacked temporarily; the system's temporary folder by default. */
  readonly parentDirectory?: string;
  /** Called often, with the fraction of the lives played so far, and the slice's start in epoch milliseconds. */
  readonly onProgress: (done: number, startMs: number) => void;
}

/**
 * Replays the recording: through a subscription to the functions' logs if they join by these, through layer processes if
 * it has kept the reports for them, otherwise in-process.
 */
export async function replay(recording: Recording, options: ReplayOptions): Promise<void> {
  const { logFormat } = recording;
  if (logFormat !== undefined) {
    await replaySlices(recording, options, Infinity, (lives) => putLogs(lives, logFormat, options));
    return;
  }
  if (recording.foldedInProcess) {
    await replaySlices(recording, options, RECORDS_AT_ONCE, (lives) => putFolded(lives, options));
    return;
  }
  const layerDirectory = await unpackLayer(LAYER_ZIP, options.parentDirectory);
  try {
    await replaySlices(recording, options, Infinity, (lives) => liveThrough(lives, layerDirectory, options));
  } finally {
    fs.rmSync(layerDirectory, { recursive: true, force: true });
  }
}

async function replaySlices(
  recording: Recording,
  { home, onProgress, signal }: ReplayOptions,
  livesAtOnce: number,
  play: (lives: Life[]) => Promise<void>,
): Promise<void> {
  const slices = recording.inOrder(home);
  const total = slices.reduce((sum, { lives }) => sum + lives.length, 0);
  let played = 0;
  for (const { startMs, lives } of slices) {
    for (let from = 0; from < lives.length; from += livesAtOnce) {
      signal.throwIfAborted();
      const some = lives.slice(from, from + livesAtOnce);
      await play(some);
      played += some.length;
      onProgress(played / total, startMs);
    }
  }
}

async function liveThrough(
  lives: readonly Life[],
  layerDirectory: string,
  options: ReplayOptions,
): Promise<void> {
  const queue = lives.values();
  const worker = async () => {
    for (const life of queue) {
      await liveOnce(life, layerDirectory, options).catch((error: unknown) => {
        const [why = ""] = (error as Error).message.split("\n");
        throw new ProcessError(`The layer of ${life.functionName} failed: ${why.replace(/\.?$/, ".")}`);
      });
    }
  };
  await Promise.all(Array.from({ length: SANDBOXES_AT_ONCE }, worker));
}

/** Runs a sandbox from init to shutdown. Its layer receives the reports and sends the records. */
async function liveOnce(
  { functionName, functionArn, functionVersion, memorySizeMB, reports = [] }: Life,
  layerDirectory: string,
  { telemetryStreamArn, kinesis }: ReplayOptions,
): Promise<void> {
  const [, , , region = "", accountId = ""] = functionArn.split(":");
  const sandbox = await Sandbox.start({
    layerDirectory,
    functionName,
    functionVersion,
    memorySizeMB,
    accountId,
    region,
    environment: {
      ...LOCAL_ENVIRONMENT,
      AWS_REGION: region,
      AWS_ENDPOINT_URL_KINESIS: kinesis.endpoint,
      LAMBDA_MEMORY_OPTIMIZER_STREAM_ARN: telemetryStreamArn,
    },
  });
  for (let from = 0; from < reports.length; from += EVENTS_PER_BATCH) {
    const batch = reports.slice(from, from + EVENTS_PER_BATCH);
    // One INVOKE for the whole batch is enough: the layer counts invocations by their reports.
    await sandbox.invoke({ requestId: batch[0]?.requestId ?? "" });
    await sandbox.deliver(batch.map(toPlatformReport));
  }
  const { exitCode, killed } = await sandbox.shutdown();
  if (exitCode !== 0 || killed) {
    const last = sandbox.log.at(-1);
    const ended = killed ? "it was stopped or killed, or took too long to end" : "it did not end well";
    throw new Error(`${ended}${last === undefined ? "" : `, and last wrote ${last}`}`);
  }
}

/** Puts the records on the logs stream that CloudWatch Logs would put there, a few lines of each log at a time. */
async function putLogs(
  lives: readonly Life[],
  format: LogFormat,
  { home, logsStreamArn = "", kinesis, signal }: ReplayOptions,
): Promise<void> {
  const reports = lives.flatMap((life) => life.reports ?? []).sort((a, b) => a.timeMs - b.timeMs);
  for (let from = 0; from < reports.length; from += LINES_AT_ONCE) {
    signal.throwIfAborted();
    const logs = reportLog(reports.slice(from, from + LINES_AT_ONCE), format);
    await kinesis.put(logsStreamArn, subscriptionRecords(home, logs));
  }
}

/** Puts the records on the stream that a layer would have put there. */
async function putFolded(
  lives: readonly Life[],
  { telemetryStreamArn, kinesis }: ReplayOptions,
): Promise<void> {
  const records = lives.flatMap(({ functionName, functionArn, functionVersion, fold }, life) =>
    (fold?.take() ?? []).map((folded, sequence): TelemetryRecord => {
      return {
        functionName,
        functionArn,
        functionVersion,
        ...folded,
        sandboxId: `in-process-${life}`,
        sequence,
      };
    }),
  );
  await kinesis.put(
    telemetryStreamArn,
    records.map((record) => ({ data: JSON.stringify(record), partitionKey: record.functionName })),
  );
}
