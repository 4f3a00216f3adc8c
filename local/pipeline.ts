/** The whole path on one machine, for every account and region that has functions. */
import type { Settings } from "../runtime/settings";
import { closingHeartbeat } from "./closing-heartbeat";
import type { EmulatedFunctionArgs } from "./control-plane";
import { EmbeddedFlink } from "./flink";
import { homeName, type Home } from "./home";
import { runHome, type HomeResult } from "./home-run";
import type { Shared, Streams, Via } from "./open-home";
import { EmbeddedKinesis } from "./kinesis";
import { supervised, type Supervision } from "./supervised";

export { closingHeartbeat };

export interface PipelineOptions {
  readonly settings: Settings;
  /** Each account and region, and its functions with their first sizes. */
  readonly homes: readonly { readonly home: Home; readonly functions: readonly EmulatedFunctionArgs[] }[];
  /** How the functions join; `layer` by default. */
  readonly via?: Via;
  /** Puts a home's telemetry on its stream. No record may be later than `lateness`. */
  readonly play: (
    home: Home,
    streams: Streams,
    kinesis: EmbeddedKinesis,
    signal: AbortSignal,
  ) => Promise<void>;
  /** The time of the latest report, in epoch milliseconds. The run closes every window up to that report's. */
  readonly lastReportMs: number;
  /** A folder for temporary files, which the caller removes. */
  readonly directory: string;
  readonly progress: (line: string) => void;
  /** Like `progress`, for lines that come too often to show all of them. */
  readonly progressNowAndThen: (line: () => string) => void;
  /** Ends everything early; the pipeline then rejects with the signal's reason. */
  readonly signal: AbortSignal;
}

/**
 * Runs the homes one after the other through one Kinesis and one Flink.
 *
 * @returns the results of all homes.
 * @throws ProcessError if a process that the run depends on ends or is stopped.
 */
export async function runPipeline(options: PipelineOptions): Promise<HomeResult> {
  return supervised(options.signal, (supervision) => runHomes(options, supervision));
}

async function runHomes(
  {
    settings,
    homes,
    via = "layer",
    play,
    lastReportMs,
    directory,
    progress,
    progressNowAndThen,
  }: PipelineOptions,
  { opened, watch, signal }: Supervision,
): Promise<HomeResult> {
  // The fleet didn't stop when the recording did, so sliding windows that reach beyond its end are left out.
  const ending = settings.windowType === "sliding" ? { ...settings, windowLength: settings.slide } : settings;
  const closing = closingHeartbeat(lastReportMs, ending);
  // The last window may close in the future. Kinesis and the updater then have that time as their present.
  const clockOffsetMs = Math.max(0, Date.parse(closing.heartbeat.heartbeatAt) - Date.now());
  const kinesis = opened(await EmbeddedKinesis.start({ clockOffsetMs, onSpawn: watch.add }));
  progress("Kinesis is up; starting Flink");

  let flink: EmbeddedFlink | undefined;
  const flinkWith = async (parameters: Record<string, string>) => {
    flink ??= opened(
      await EmbeddedFlink.start({
        kinesisEndpoint: kinesis.endpoint,
        parentDirectory: directory,
        signal,
        onSpawn: watch.add,
      }),
    );
    await flink.submit(parameters);
    progress("Flink runs the job");
    return flink;
  };
  const shared: Shared = {
    settings,
    kinesis,
    watch,
    opened,
    progress,
    progressNowAndThen,
    clock: () => Date.now() + clockOffsetMs,
  };
  const results: HomeResult[] = [];
  for (const [index, { home, functions }] of homes.entries()) {
    if (homes.length > 1) progress(`${homeName(home)}, ${index + 1} of ${homes.length} accounts and regions`);
    const playHome = (streams: Streams) => play(home, streams, kinesis, signal);
    results.push(await runHome({ home, functions, via, play: playHome, closing }, flinkWith, shared));
  }
  return {
    recommendations: results.flatMap(({ recommendations }) => recommendations),
    decisions: results.flatMap(({ decisions }) => decisions),
    memorySizesMB: new Map(results.flatMap(({ memorySizesMB }) => [...memorySizesMB])),
  };
}
