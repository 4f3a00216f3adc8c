/** One account and region on its way through the whole path: telemetry goes in, sizes come out and are applied. */
import type { KinesisStreamBatchResponse, KinesisStreamEvent } from "aws-lambda";
import type { Recommendation, RecommendationStreamRecord } from "../runtime/contract";
import { flinkProperties, functionArnPrefix, updaterEnvironment } from "../runtime/parts";
import type { Settings } from "../runtime/settings";
import { ControlPlane, type EmulatedFunctionArgs } from "./control-plane";
import { EventSourceMapping } from "./event-source-mapping";
import { EmbeddedFlink } from "./flink";
import { storedStreamName, type Home } from "./home";
import type { EmbeddedKinesis } from "./kinesis";
import type { PartWatch } from "./part-watch";
import { UpdaterHost } from "./updater-host";

const TELEMETRY_STREAM = "lambda-memory-optimizer-telemetry";
const RECOMMENDATIONS_STREAM = "lambda-memory-optimizer-recommendations";

/** What the updater said of one recommendation; sizes in MB. */
export interface Update {
  readonly functionName: string;
  readonly functionArn: string;
  readonly status: "applied" | "skipped" | "failed";
  readonly from: number | null;
  readonly to: number | null;
  readonly reason: string;
}

/** An update, and the recommendation that it rests on. */
export interface Decision extends Update {
  readonly recommendation: Recommendation;
}

/** Whatever is started is given to `opened`, and closed when the run ends. */
export type Opened = <T extends { close(): Promise<void> }>(part: T) => T;

/** What all homes share. */
export interface Shared {
  readonly settings: Settings;
  readonly kinesis: EmbeddedKinesis;
  readonly watch: PartWatch;
  readonly opened: Opened;
  readonly progress: (line: string) => void;
  /** As `progress`, for what is told again and again. */
  readonly progressNowAndThen: (line: () => string) => void;
  /** The present of the updater, in epoch milliseconds. */
  readonly clock: () => number;
}

export interface HomeRun {
  readonly home: Home;
  /** The functions that the control plane knows, at the sizes they start with. */
  readonly functions: readonly EmulatedFunctionArgs[];
  /** Puts the telemetry on the stream, in event-time order to within `lateness`. */
  readonly play: (telemetryStreamArn: string) => Promise<void>;
  /** The record that closes the last window, and the watermark that says it has. */
  readonly closing: { readonly heartbeat: unknown; readonly watermarkMs: number };
}

export interface HomeResult {
  /** As they left the stream. */
  readonly recommendations: Recommendation[];
  /** In the order in which they were made. */
  readonly decisions: Decision[];
  /** Sizes in the end, in MB, by function ARN. */
  readonly memorySizesMB: Map<string, number>;
}

/** @param flink runs the job with the parameters it is given: a new cluster for the first home, the same for the others. */
export async function runHome(
  { home, functions, play, closing }: HomeRun,
  flinkWith: (parameters: Record<string, string>) => Promise<EmbeddedFlink>,
  shared: Shared,
): Promise<HomeResult> {
  const { settings, kinesis, watch, opened, progress, progressNowAndThen, clock } = shared;
  const telemetryStreamArn = await kinesis.createStream(TELEMETRY_STREAM, 1, home);
  const recommendationsStreamArn = await kinesis.createStream(RECOMMENDATIONS_STREAM, 1, home);
  const [flink] = await Promise.all([
    flinkWith(
      flinkProperties(settings, {
        telemetryStreamArn,
        recommendationsStreamArn,
        functionArnPrefixes: [functionArnPrefix(telemetryStreamArn)],
      }),
    ),
    play(telemetryStreamArn),
  ]);

  // As recorded, no function was changed during the recording.
  const controlPlane = opened(await ControlPlane.start({ functions, now: () => new Date(0) }));
  const updater = opened(
    await UpdaterHost.start({
      ...home,
      lambdaEndpoint: controlPlane.endpoint,
      environment: updaterEnvironment(settings),
      clock,
      onSpawn: watch.add,
    }),
  );
  const decisions = new Map<string, Decision>();
  let settled = 0;
  const mapping = opened(
    await EventSourceMapping.start({
      endpoint: kinesis.endpoint,
      streamName: storedStreamName(recommendationsStreamArn),
      streamArn: recommendationsStreamArn,
      maximumRetryAttempts: 3,
      invoke: async (event) => {
        const { response, logLines } = await updater.invoke<KinesisStreamBatchResponse>(event);
        for (const decision of decisionsOf(home, event, logLines)) decisions.set(...decision);
        settled += event.Records.length - response.batchItemFailures.length;
        progressNowAndThen(() => `${settled} recommendations settled`);
        return response;
      },
    }),
  );

  progress("all telemetry is on the stream; closing the last window");
  await kinesis.put(telemetryStreamArn, [
    { data: JSON.stringify(closing.heartbeat), partitionKey: "heartbeat" },
  ]);
  await flink.awaitWatermark(closing.watermarkMs);
  await flink.awaitSent();
  await flink.stop({ drain: false });

  const texts = await kinesis.readAll(recommendationsStreamArn);
  progress(`${texts.length} recommendations left Flink; the updater applies them`);
  await mapping.caughtUp(texts.length);
  await mapping.close();
  watch.release("The updater");
  await updater.close();
  await controlPlane.close();
  return {
    recommendations: texts
      .map((text) => JSON.parse(text) as RecommendationStreamRecord)
      .filter((record) => record.reason !== "observation"),
    decisions: [...decisions.values()],
    memorySizesMB: new Map(
      [...controlPlane.functions.values()].map(({ functionArn, memorySizeMB }) => [
        functionArn,
        memorySizeMB,
      ]),
    ),
  };
}

/** A decision in the updater's log; a size that isn't known is left out. */
interface DecisionLine {
  readonly message: string;
  readonly sequenceNumber: string;
  readonly functionName: string | null;
  readonly status: Update["status"];
  readonly from?: number;
  readonly to?: number;
  readonly reason: string;
}

/** The updater's decisions on a batch, by the sequence number of the recommendation; the log has its metrics, too. */
function decisionsOf(
  { partition, region, accountId }: Home,
  { Records }: KinesisStreamEvent,
  logLines: readonly string[],
): [string, Decision][] {
  const texts = new Map(Records.map(({ kinesis }) => [kinesis.sequenceNumber, kinesis.data]));
  return logLines
    .map((line) => JSON.parse(line) as DecisionLine)
    .filter(({ message }) => message === "decision")
    .flatMap(({ sequenceNumber, functionName, status, from = null, to = null, reason }) => {
      const data = texts.get(sequenceNumber);
      if (data === undefined || functionName === null) return [];
      const functionArn = `arn:${partition}:lambda:${region}:${accountId}:function:${functionName}`;
      const recommendation = JSON.parse(Buffer.from(data, "base64").toString()) as Recommendation;
      return [[sequenceNumber, { functionName, functionArn, status, from, to, reason, recommendation }]];
    });
}
