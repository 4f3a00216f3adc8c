/** The whole path on one machine: telemetry goes in, sizes come out and are applied. */
import type { KinesisStreamBatchResponse } from "aws-lambda";
import type { HeartbeatRecord, Recommendation } from "../runtime/contract";
import { durationMs } from "../runtime/duration";
import { flinkProperties, updaterEnvironment } from "../runtime/parts";
import type { Settings } from "../runtime/settings";
import { ControlPlane, type EmulatedFunctionArgs } from "./control-plane";
import { EventSourceMapping } from "./event-source-mapping";
import { EmbeddedFlink } from "./flink";
import { EmbeddedKinesis } from "./kinesis";
import { UpdaterHost } from "./updater-host";

const TELEMETRY_STREAM = "lambda-memory-optimizer-telemetry";
const RECOMMENDATIONS_STREAM = "lambda-memory-optimizer-recommendations";

/** What the updater said of one recommendation; sizes in MB. */
export interface Update {
  readonly functionName: string;
  readonly status: "applied" | "skipped" | "failed";
  readonly from: number | null;
  readonly to: number | null;
  readonly reason: string;
}

export interface PipelineOptions {
  readonly settings: Settings;
  /** The functions that the control plane knows, at the sizes they start with. */
  readonly functions: readonly EmulatedFunctionArgs[];
  /** Puts the telemetry on the stream, in event-time order to within `lateness`. */
  readonly play: (telemetryStreamArn: string, kinesis: EmbeddedKinesis) => Promise<void>;
  /** The time of the latest report, in epoch milliseconds: every window up to its own is closed. */
  readonly lastReportMs: number;
  readonly progress: (line: string) => void;
  /** Ends everything early; the pipeline then rejects with the signal's reason. */
  readonly signal: AbortSignal;
}

export interface PipelineResult {
  /** As they left the stream. */
  readonly recommendations: Recommendation[];
  readonly updates: Update[];
  /** Sizes in the end, in MB, by function name. */
  readonly memorySizesMB: ReadonlyMap<string, number>;
}

export async function runPipeline(options: PipelineOptions): Promise<PipelineResult> {
  const open: { close(): Promise<void> }[] = [];
  const opened = <T extends { close(): Promise<void> }>(part: T): T => {
    open.push(part);
    return part;
  };
  const over = new AbortController();
  const signal = AbortSignal.any([options.signal, over.signal]);
  const aborted = new Promise<never>((_, reject) => {
    signal.addEventListener("abort", () => {
      reject(signal.reason as Error);
    });
  });
  const parts = runParts({ ...options, signal }, opened);
  try {
    return await Promise.race([parts, aborted]);
  } finally {
    // What is just about to start ends by the signal, and cleans up after itself.
    over.abort();
    for (const part of open.reverse()) await part.close();
    await Promise.allSettled([parts, aborted]);
  }
}

async function runParts(
  { settings, functions, play, lastReportMs, progress, signal }: PipelineOptions,
  opened: <T extends { close(): Promise<void> }>(part: T) => T,
): Promise<PipelineResult> {
  const kinesis = opened(await EmbeddedKinesis.start());
  const telemetryStreamArn = await kinesis.createStream(TELEMETRY_STREAM);
  const recommendationsStreamArn = await kinesis.createStream(RECOMMENDATIONS_STREAM);
  progress("Kinesis is up; starting Flink");

  const [flink] = await Promise.all([
    EmbeddedFlink.start({
      parameters: { ...flinkProperties(settings), telemetryStreamArn, recommendationsStreamArn },
      kinesisEndpoint: kinesis.endpoint,
      signal,
    }).then((flink) => {
      progress("Flink runs the job");
      return opened(flink);
    }),
    play(telemetryStreamArn, kinesis),
  ]);

  // As recorded, no function was changed during the recording.
  const controlPlane = opened(await ControlPlane.start({ functions, now: () => new Date(0) }));
  const [, , , region = "", accountId = ""] = functions[0]?.functionArn.split(":") ?? [];
  const updater = opened(
    await UpdaterHost.start({
      lambdaEndpoint: controlPlane.endpoint,
      region,
      accountId,
      // A recording may well end in windows that close tomorrow.
      environment: updaterEnvironment({ ...settings, maxClockSkew: "366d", lateness: "366d" }),
    }),
  );
  const updates = new Map<string, Update>();
  const mapping = opened(
    await EventSourceMapping.start({
      endpoint: kinesis.endpoint,
      streamName: RECOMMENDATIONS_STREAM,
      streamArn: recommendationsStreamArn,
      maximumRetryAttempts: 3,
      invoke: async (event) => {
        const { response, logLines } = await updater.invoke<KinesisStreamBatchResponse>(event);
        for (const [sequenceNumber, update] of decisions(logLines)) updates.set(sequenceNumber, update);
        return response;
      },
    }),
  );

  progress("all telemetry is on the stream; closing the last window");
  // A recording's end is not the fleet's: windows that would slide off it say nothing of what functions need.
  const ending = settings.windowType === "sliding" ? { ...settings, windowLength: settings.slide } : settings;
  const { heartbeat, watermarkMs } = closingHeartbeat(lastReportMs, ending);
  await kinesis.put(telemetryStreamArn, [{ data: JSON.stringify(heartbeat), partitionKey: "heartbeat" }]);
  await flink.awaitWatermark(watermarkMs);
  await flink.awaitSent();
  await flink.stop({ drain: false });

  const recommendations = await kinesis.readAll(recommendationsStreamArn);
  progress(`${recommendations.length} recommendations left Flink; the updater applies them`);
  await mapping.caughtUp(recommendations.length);
  return {
    recommendations: recommendations.map((text) => JSON.parse(text) as Recommendation),
    updates: [...updates.values()],
    memorySizesMB: new Map(
      [...controlPlane.functions.values()].map(({ functionName, memorySizeMB }) => [
        functionName,
        memorySizeMB,
      ]),
    ),
  };
}

/**
 * The heartbeat that moves event time past the end of the last window that has telemetry, and how far it does.
 *
 * @param lastReportMs the time of the latest report, in epoch milliseconds.
 */
export function closingHeartbeat(
  lastReportMs: number,
  settings: Pick<Settings, "windowType" | "windowLength" | "slide" | "sessionGap" | "lateness">,
): { heartbeat: HeartbeatRecord; watermarkMs: number } {
  const watermarkMs = lastWindowEndMs(lastReportMs, settings);
  const heartbeatMs = watermarkMs + (durationMs(settings.lateness) ?? 0);
  return { heartbeat: { heartbeatAt: new Date(heartbeatMs).toISOString() }, watermarkMs };
}

function lastWindowEndMs(
  lastReportMs: number,
  settings: Pick<Settings, "windowType" | "windowLength" | "slide" | "sessionGap">,
): number {
  const windowMs = durationMs(settings.windowLength) ?? 0;
  const slideMs = durationMs(settings.slide) ?? 0;
  switch (settings.windowType) {
    case "tumbling":
      return Math.floor(lastReportMs / windowMs) * windowMs + windowMs;
    case "sliding":
      return Math.floor(lastReportMs / slideMs) * slideMs + windowMs;
    case "session":
      return lastReportMs + (durationMs(settings.sessionGap) ?? 0);
    case "per-function":
      // No window starts later than with the last report.
      return lastReportMs + windowMs;
  }
}

/** A decision in the updater's log; a size that isn't known is left out. */
interface DecisionLine extends Omit<Update, "from" | "to"> {
  readonly message: string;
  readonly sequenceNumber: string;
  readonly from?: number;
  readonly to?: number;
}

/** The updater's decisions, by the sequence number of the recommendation; the log has its metrics, too. */
function decisions(logLines: readonly string[]): [string, Update][] {
  return logLines
    .map((line) => JSON.parse(line) as DecisionLine)
    .filter(({ message }) => message === "decision")
    .map(({ sequenceNumber, functionName, status, from = null, to = null, reason }) => [
      sequenceNumber,
      { functionName, status, from, to, reason },
    ]);
}
