/** Runs the recording of one account and region through the whole path, from telemetry to sizes. */
import type { HeartbeatRecord, Recommendation } from "../runtime/contract";
import type { EmulatedFunctionArgs } from "./control-plane";
import type { Home } from "./home";
import {
  createStreams,
  jobParameters,
  putHeartbeat,
  recommendationsOf,
  Updating,
  type RunJob,
  type Shared,
  type Streams,
  type Via,
} from "./open-home";
import type { Decision } from "./decision";

export interface HomeRun {
  readonly home: Home;
  /** The functions that the control plane knows, with their first sizes. */
  readonly functions: readonly EmulatedFunctionArgs[];
  /** How all of them join. */
  readonly via: Via;
  /** Puts the telemetry on its stream. No record may be later than `lateness`. */
  readonly play: (streams: Streams) => Promise<void>;
  /** The record that closes the last window, and the watermark at which it is closed. */
  readonly closing: { readonly heartbeat: HeartbeatRecord; readonly watermarkMs: number };
}

export interface HomeResult {
  /** In the order in which they are on the stream. */
  readonly recommendations: Recommendation[];
  /** In the order in which they were made. */
  readonly decisions: Decision[];
  /** The last sizes, in MB, by function ARN. */
  readonly memorySizesMB: Map<string, number>;
}

export async function runHome(
  { home, functions, via, play, closing }: HomeRun,
  runJob: RunJob,
  shared: Shared,
): Promise<HomeResult> {
  const { settings, kinesis, progress } = shared;
  const streams = await createStreams(home, kinesis, via === "logs");
  const { recommendationsStreamArn } = streams;
  const [flink] = await Promise.all([runJob(jobParameters(settings, streams)), play(streams)]);
  // The recording knows of no change, so LastModified is before all of it.
  const updating = await Updating.start(
    home,
    functions.map((one) => ({ ...one, via })),
    streams,
    () => new Date(0),
    shared,
  );

  progress("all telemetry is on the stream; closing the last window");
  await putHeartbeat(streams, closing.heartbeat, kinesis);
  await flink.job.awaitWatermark(closing.watermarkMs);
  await flink.job.awaitSent();
  await flink.stop({ drain: false });

  const texts = await kinesis.readAll(recommendationsStreamArn);
  progress(`${texts.length} recommendations left Flink; the updater applies them`);
  await updating.caughtUp(texts.length);
  await updating.close();
  return {
    recommendations: recommendationsOf(texts),
    decisions: updating.decisions,
    memorySizesMB: new Map(
      [...updating.controlPlane.functions.values()].map(({ functionArn, memorySizeMB }) => [
        functionArn,
        memorySizeMB,
      ]),
    ),
  };
}
