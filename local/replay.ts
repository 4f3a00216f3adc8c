/**
 * Plays a recording onto the telemetry stream in event-time order. A slice is there before the next one starts, so
 * no record is late, and the outcome depends neither on speed nor on which sandbox was the first to flush.
 */
import fs from "node:fs";
import { LAYER_ZIP } from "../scripts/build";
import type { TelemetryRecord } from "../runtime/contract";
import { LOCAL_ENVIRONMENT } from "./environment";
import { toPlatformReport } from "./input/report";
import type { EmbeddedKinesis } from "./kinesis";
import type { Life, Recording } from "./recording";
import { Sandbox, unpackLayer } from "./sandbox";

/** How many sandboxes are alive at once: beyond the cores they only wait for each other. */
const SANDBOXES_AT_ONCE = 3;
/** The most events in one Telemetry API batch, as the layer subscribes to it. */
const EVENTS_PER_BATCH = 1_000;

export interface ReplayOptions {
  readonly telemetryStreamArn: string;
  readonly kinesis: EmbeddedKinesis;
  readonly signal: AbortSignal;
  /** Told after each slice: its end's share of the recording, from 0 to 1, and its start in epoch milliseconds. */
  readonly onSlice: (done: number, startMs: number) => void;
}

/** Plays the recording, by layer processes where it kept the reports for them. */
export async function replay(recording: Recording, options: ReplayOptions): Promise<void> {
  if (recording.foldedInProcess) await replaySlices(recording, options, (lives) => putFolded(lives, options));
  else {
    const layerDirectory = await unpackLayer(LAYER_ZIP);
    const remove = () => {
      fs.rmSync(layerDirectory, { recursive: true, force: true });
    };
    // A run that is interrupted doesn't wait for its sandboxes.
    process.once("exit", remove);
    try {
      await replaySlices(recording, options, (lives) => liveThrough(lives, layerDirectory, options));
    } finally {
      process.off("exit", remove);
      remove();
    }
  }
}

async function replaySlices(
  recording: Recording,
  { onSlice, signal }: ReplayOptions,
  play: (lives: Life[]) => Promise<void>,
): Promise<void> {
  const slices = recording.inOrder();
  for (const [index, { startMs, lives }] of slices.entries()) {
    signal.throwIfAborted();
    await play(lives);
    onSlice((index + 1) / slices.length, startMs);
  }
}

async function liveThrough(
  lives: readonly Life[],
  layerDirectory: string,
  options: ReplayOptions,
): Promise<void> {
  const queue = lives.values();
  const worker = async () => {
    for (const life of queue) await liveOnce(life, layerDirectory, options);
  };
  await Promise.all(Array.from({ length: SANDBOXES_AT_ONCE }, worker));
}

/** A sandbox from its init to its shutdown: the layer hears the reports and ships them itself. */
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
    // One INVOKE stands for the batch: the reports say how many invocations there were.
    await sandbox.invoke({ requestId: batch[0]?.requestId ?? "" });
    await sandbox.deliver(batch.map(toPlatformReport));
  }
  const { exitCode, killed } = await sandbox.shutdown();
  if (exitCode !== 0 || killed) {
    throw new Error(`The layer of ${functionName} did not end well.\n${sandbox.log.join("\n")}`);
  }
}

/** The records that the layer would have put on the stream, were it there. */
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
