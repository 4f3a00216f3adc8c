/** Runs the recording of one account and region through the whole path, from telemetry to sizes. */
import type { Recommendation } from "../runtime/contract";
import type { EmulatedFunctionArgs } from "./control-plane";
import type { Home } from "./home";
import {
  createStreams,
  jobParameters,
  recommendationsOf,
  Updating,
  type Decision,
  type RunJob,
  type Shared,
} from "./open-home";

export interface HomeRun {
  readonly home: Home;
  /** The functions that the control plane knows, with their first sizes. */
  readonly functions: readonly EmulatedFunctionArgs[];
  /** Puts the telemetry on the stream. No record may be later than `lateness`. */
  readonly play: (telemetryStreamArn: string) => Promise<void>;
  /** The record that closes the last window, and the watermark at which it is closed. */
  readonly closing: { readonly heartbeat: unknown; readonly watermarkMs: number };
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
  { home, functions, play, closing }: HomeRun,
  runJob: RunJob,
  shared: Shared,
): Promise<HomeResult> {
  const { settings, kinesis, progress } = shared;
  const streams = await createStreams(home, kinesis);
  const { telemetryStreamArn, recommendationsStreamArn } = streams;
  const [flink] = await Promise.all([runJob(jobParameters(settings, streams)), play(telemetryStreamArn)]);
  // The recording knows of no change, so LastModified is before all of it.
  const updating = await Updating.start(home, functions, streams, () => new Date(0), shared);

  progress("all telemetry is on the stream; closing the last window");
  await kinesis.put(telemetryStreamArn, [
    { data: JSON.stringify(closing.heartbeat), partitionKey: "heartbeat" },
  ]);
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
