/**
 * A fleet in a closed loop: each bucket's invocations run at the sizes that the updater has set by then, their
 * telemetry goes through Kinesis, the job's jar and the updater's bundle, and event time moves on to the next bucket.
 */
import { firstOpenMs, parseChangeWindow } from "../../runtime/change-window";
import type { HeartbeatRecord, Recommendation } from "../../runtime/contract";
import { durationMs, MS_PER_DAY } from "../../runtime/duration";
import { SettingError, type Settings } from "../../runtime/settings";
import { EmbeddedFlink } from "../flink";
import { LOCAL_HOME } from "../home";
import { EmbeddedKinesis } from "../kinesis";
import { subscriptionRecords } from "../log-subscription";
import { createStreams, jobParameters, putHeartbeat, recommendationsOf, Updating } from "../open-home";
import type { Decision } from "../decision";
import { reportLog } from "../report-log";
import { supervised, type Supervision } from "../supervised";
import { DayBook, type Change, type FleetDay } from "./day-book";
import { demandOf, type RecordedDemand } from "./demand";
import type { Fleet } from "./fleet-file";
import { inFixedOrder, placeOf } from "./fixed-order";
import { arnOf, play } from "./invocations";

export interface ClosedLoopOptions {
  readonly fleet: Fleet;
  readonly demand?: RecordedDemand;
  readonly settings: Settings;
  /** A folder for temporary files, which the caller removes. */
  readonly directory: string;
  readonly progress: (line: string) => void;
  /** Like `progress`, for lines that come too often to show all of them. */
  readonly progressNowAndThen: (line: () => string) => void;
  readonly onChange: (change: Change) => void;
  /** Ends everything early; the run then rejects with the signal's reason. */
  readonly signal: AbortSignal;
}

export interface ClosedLoopResult {
  readonly recommendations: Recommendation[];
  readonly decisions: Decision[];
  readonly days: FleetDay[];
  readonly changes: Change[];
  /** The last sizes, in MB, by function ARN. */
  readonly memorySizesMB: Map<string, number>;
}

/**
 * Flink sends records on at once instead of buffering them for throughput, so that a day takes only its work's time.
 */
const FLINK_CONFIGURATION = {
  "execution.buffer-timeout.interval": "0 ms",
  "pipeline.auto-watermark-interval": "1 ms",
  "table.exec.kinesis.source.shard.get-records.interval": "1 ms",
  "table.exec.kinesis.sink.flush-buffer.timeout": "1",
};

/** @throws ProcessError if a process that the run depends on ends or is stopped. */
export async function runClosedLoop(options: ClosedLoopOptions): Promise<ClosedLoopResult> {
  return supervised(options.signal, (supervision) => run(options, supervision));
}

async function run(options: ClosedLoopOptions, supervision: Supervision): Promise<ClosedLoopResult> {
  const { fleet, demand, settings, directory, progress, progressNowAndThen, onChange } = options;
  const { opened, watch, signal } = supervision;
  const stepMs = stepOf(settings);
  const startMs = Date.parse(fleet.start);
  const endMs = startMs + fleet.days * MS_PER_DAY;
  const changeWindow = parseChangeWindow(settings.changeWindow) ?? [];
  const latenessMs = durationMs(settings.lateness) ?? 0;
  // No record arrives before it happens.
  const clockOffsetMs = Math.max(0, endMs + latenessMs - Date.now());
  const kinesis = opened(
    await EmbeddedKinesis.start({ clockOffsetMs, longestWaitMs: 1_000, onSpawn: watch.add }),
  );
  const byLogs = fleet.functions.some(({ via }) => via === "logs");
  const streams = await createStreams(LOCAL_HOME, kinesis, byLogs);
  progress("Kinesis is up; starting Flink");
  let nowMs = startMs;
  const shared = { settings, kinesis, watch, opened, progress, progressNowAndThen, clock: () => nowMs };
  const functions = fleet.functions.map(({ functionName, memorySizeMB, architecture, via }) => ({
    functionName,
    via,
    functionArn: arnOf(functionName),
    memorySizeMB,
    configuration: { Architectures: [architecture] },
  }));
  const startFlink = async () => {
    const flink = opened(
      await EmbeddedFlink.start({
        kinesisEndpoint: kinesis.endpoint,
        parentDirectory: directory,
        configuration: FLINK_CONFIGURATION,
        signal,
        onSpawn: watch.add,
      }),
    );
    await flink.submit(jobParameters(settings, streams));
    return flink;
  };
  const [flink, updating] = await Promise.all([
    startFlink(),
    Updating.start(LOCAL_HOME, functions, streams, () => new Date(nowMs), shared, inFixedOrder),
  ]);
  progress("Flink runs the job; the fleet begins");

  /** Advances event time, and waits until everything that follows from it is settled. */
  const moveTo = async (timeMs: number) => {
    const heartbeat: HeartbeatRecord = { heartbeatAt: new Date(timeMs + latenessMs).toISOString() };
    await putHeartbeat(streams, heartbeat, kinesis);
    await updating.caughtUp(await flink.passed(timeMs));
  };
  const sizeOf = (functionName: string) =>
    updating.controlPlane.functions.get(functionName)?.memorySizeMB ?? 0;
  const book = new DayBook();
  for (let fromMs = startMs; fromMs < endMs; fromMs += stepMs) {
    signal.throwIfAborted();
    const day = Math.floor((fromMs - startMs) / MS_PER_DAY);
    progressNowAndThen(
      () => `day ${day + 1} of ${fleet.days}, ${new Date(fromMs).toISOString().slice(0, 10)}`,
    );
    nowMs = fromMs + stepMs;
    const played = fleet.functions.map((fn) => {
      const wanted = demandOf(fn, day, fleet, demand).filter(
        ({ timeMs }) => timeMs >= fromMs && timeMs < nowMs,
      );
      const memorySizeMB = sizeOf(fn.functionName);
      const one = play(fn, wanted, memorySizeMB, fromMs / stepMs);
      book.add(fn.functionName, fromMs, memorySizeMB, one);
      return { ...one, atCap: one.peakUsedMB >= memorySizeMB };
    });
    const records = played
      .flatMap(({ records, reports }) => (reports === undefined ? records : []))
      .sort((a, b) => Date.parse(a.lastReportAt) - Date.parse(b.lastReportAt));
    await kinesis.put(
      streams.telemetryStreamArn,
      records.map((record) => ({ data: JSON.stringify(record), partitionKey: record.functionName })),
    );
    const lines = played.flatMap(({ reports = [] }) => reports).sort((a, b) => a.timeMs - b.timeMs);
    if (streams.logsStreamArn !== undefined) {
      await kinesis.put(streams.logsStreamArn, subscriptionRecords(LOCAL_HOME, reportLog(lines, "text")));
    }
    // Sizes change at the end of a step, so deferred changes are applied at the end of the step in which the window opens.
    const opensMs = changeWindow.length > 0 ? firstOpenMs(changeWindow, fromMs, nowMs) : undefined;
    if (opensMs !== undefined) {
      nowMs = opensMs;
      await updating.applyDeferred();
      nowMs = fromMs + stepMs;
    }
    // Functions at their cap are raised before any window closes, as it would happen during the day.
    if (played.some(({ atCap }) => atCap)) await moveTo(nowMs - 2);
    await moveTo(nowMs);
    for (const change of book.settle(updating.decisions, nowMs)) onChange(change);
  }
  const texts = await kinesis.readAll(streams.recommendationsStreamArn);
  await flink.stop({ drain: false });
  const memorySizesMB = new Map(
    fleet.functions.map(({ functionName }) => [arnOf(functionName), sizeOf(functionName)]),
  );
  const { decisions, days, changes } = book;
  await updating.close();
  return {
    recommendations: inOrder(recommendationsOf(texts)),
    decisions,
    days,
    changes,
    memorySizesMB,
  };
}

/** The length of a step: a day, or a shorter bucket. Sizes change only at the end of a step. */
export function stepOf({ bucketLength }: Settings): number {
  const bucketMs = durationMs(bucketLength) ?? MS_PER_DAY;
  if (bucketMs >= MS_PER_DAY) return MS_PER_DAY;
  if (MS_PER_DAY % bucketMs === 0) return bucketMs;
  throw new SettingError(`bucketLength is ${bucketLength}; for a fleet it must be a whole part of a day.`);
}

function inOrder(recommendations: Recommendation[]): Recommendation[] {
  const placed = recommendations.map((recommendation) => ({
    recommendation,
    place: placeOf(recommendation),
  }));
  return placed
    .sort((a, b) => (a.place < b.place ? -1 : a.place > b.place ? 1 : 0))
    .map(({ recommendation }) => recommendation);
}
