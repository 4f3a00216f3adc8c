/**
 * One account and region with everything that it has in AWS: its streams, the job, the control plane and the updater.
 */
import type { KinesisStreamBatchResponse } from "aws-lambda";
import type { HeartbeatRecord, Recommendation, RecommendationStreamRecord } from "../runtime/contract";
import { flinkProperties, functionArnPrefix, updaterEnvironment } from "../runtime/parts";
import type { Settings } from "../runtime/settings";
import type { DeferredAnswer } from "../runtime/updater/deferred";
import { environmentVariable } from "../runtime/updater/environment";
import { ControlPlane, type EmulatedFunctionArgs } from "./control-plane";
import { EventSourceMapping, type EventSourceMappingOptions } from "./event-source-mapping";
import { decisionsOf, type Decision } from "./decision";
import type { EmbeddedFlink } from "./flink";
import { storedStreamName, type Home } from "./home";
import type { EmbeddedKinesis } from "./kinesis";
import { controlMessage } from "./log-subscription";
import type { ProcessWatch } from "./process-watch";
import type { Opened } from "./supervised";
import { UpdaterHost } from "./updater-host";

const TELEMETRY_STREAM = "lambda-memory-optimizer-telemetry";
const LOGS_STREAM = "lambda-memory-optimizer-logs";
const RECOMMENDATIONS_STREAM = "lambda-memory-optimizer-recommendations";
/** The variable that tells the layer, and the updater, that a function has joined. */
const STREAM_ARN_VARIABLE = "LAMBDA_MEMORY_OPTIMIZER_STREAM_ARN";

/** What all homes share. */
export interface Shared {
  readonly settings: Settings;
  readonly kinesis: EmbeddedKinesis;
  readonly watch: ProcessWatch;
  readonly opened: Opened;
  readonly progress: (line: string) => void;
  /** Like `progress`, for lines that come too often to show all of them. */
  readonly progressNowAndThen: (line: () => string) => void;
  /** The present of the updater, in epoch milliseconds. */
  readonly clock: () => number;
}

/** Runs the job with these parameters. */
export type RunJob = (parameters: Record<string, string>) => Promise<EmbeddedFlink>;

/** A home's streams. */
export interface Streams {
  readonly telemetryStreamArn: string;
  readonly recommendationsStreamArn: string;
  /** Undefined if no function joins by its log. */
  readonly logsStreamArn?: string;
}

/** How a function joins: by the layer that it carries, or by its log. */
export type Via = "layer" | "logs";

/** @param withLogs whether functions join by their logs. */
export async function createStreams(
  home: Home,
  kinesis: EmbeddedKinesis,
  withLogs = false,
): Promise<Streams> {
  return {
    ...(withLogs && { logsStreamArn: await kinesis.createStream(LOGS_STREAM, 1, home) }),
    telemetryStreamArn: await kinesis.createStream(TELEMETRY_STREAM, 1, home),
    recommendationsStreamArn: await kinesis.createStream(RECOMMENDATIONS_STREAM, 1, home),
  };
}

export function jobParameters(settings: Settings, streams: Streams): Record<string, string> {
  const { logsStreamArn, ...others } = streams;
  return flinkProperties(settings, {
    ...others,
    ...(logsStreamArn !== undefined && { logs: { streamArn: logsStreamArn, logGroupFunctions: {} } }),
    functionArnPrefixes: [functionArnPrefix(streams.telemetryStreamArn)],
  });
}

/**
 * Puts a heartbeat on each stream. On the logs stream, that is the message with which CloudWatch Logs tests its
 * permissions.
 */
export async function putHeartbeat(
  { telemetryStreamArn, logsStreamArn }: Streams,
  heartbeat: HeartbeatRecord,
  kinesis: EmbeddedKinesis,
): Promise<void> {
  const record = { data: JSON.stringify(heartbeat), partitionKey: "heartbeat" };
  await Promise.all([
    kinesis.put(telemetryStreamArn, [record]),
    logsStreamArn && kinesis.put(logsStreamArn, [controlMessage(Date.parse(heartbeat.heartbeatAt))]),
  ]);
}

/** The recommendations among the records of the recommendations stream. */
export function recommendationsOf(texts: readonly string[]): Recommendation[] {
  return texts
    .map((text) => JSON.parse(text) as RecommendationStreamRecord)
    .filter((record) => record.reason !== "observation");
}

/** The control plane and the updater on their recommendations stream. */
export class Updating {
  private constructor(
    readonly controlPlane: ControlPlane,
    private readonly updater: UpdaterHost,
    private readonly mapping: EventSourceMapping,
    private readonly watch: ProcessWatch,
    /** By the sequence number of the recommendation, in the order in which they were first made. */
    private readonly made: Map<string, Decision>,
    private readonly home: Home,
  ) {}

  /**
   * @param functions the functions that the control plane knows at the start; they join by the layer by default.
   * @param lastModified the time of a change, by the control plane's clock.
   * @param arrange see the event source mapping's option.
   */
  static async start(
    home: Home,
    functions: readonly (EmulatedFunctionArgs & { readonly via?: Via })[],
    { telemetryStreamArn, recommendationsStreamArn, logsStreamArn }: Streams,
    lastModified: () => Date,
    { settings, kinesis, watch, opened, progressNowAndThen, clock }: Shared,
    arrange?: EventSourceMappingOptions["arrange"],
  ): Promise<Updating> {
    const enrolled = { Environment: { Variables: { [STREAM_ARN_VARIABLE]: telemetryStreamArn } } };
    const controlPlane = opened(
      await ControlPlane.start({
        functions: functions.map(({ via = "layer", ...one }) => ({
          ...one,
          configuration: { ...(via === "layer" && enrolled), ...one.configuration },
        })),
        now: lastModified,
        // Updates take no time, because this clock isn't the machine's.
        updateDurationMs: 0,
      }),
    );
    const updater = opened(
      await UpdaterHost.start({
        ...home,
        lambdaEndpoint: controlPlane.endpoint,
        environment: {
          ...updaterEnvironment(settings),
          [environmentVariable("telemetryStreamArn")]: telemetryStreamArn,
          ...(logsStreamArn !== undefined && { [environmentVariable("logs")]: "apply" }),
        },
        clock,
        onSpawn: watch.add,
      }),
    );
    const made = new Map<string, Decision>();
    let settled = 0;
    const mapping = opened(
      await EventSourceMapping.start({
        endpoint: kinesis.endpoint,
        streamName: storedStreamName(recommendationsStreamArn),
        streamArn: recommendationsStreamArn,
        maximumRetryAttempts: 3,
        ...(arrange && { arrange }),
        invoke: async (event) => {
          const { response, logLines } = await updater.invoke<KinesisStreamBatchResponse>(event);
          for (const decision of decisionsOf(home, event, logLines)) made.set(...decision);
          settled += event.Records.length - response.batchItemFailures.length;
          progressNowAndThen(() => `${settled} recommendations settled`);
          return response;
        },
      }),
    );
    return new Updating(controlPlane, updater, mapping, watch, made, home);
  }

  get decisions(): Decision[] {
    return [...this.made.values()];
  }

  /** Resolves once the updater is done with that many records of the stream. */
  async caughtUp(records: number): Promise<void> {
    await this.mapping.caughtUp(records);
  }

  /** Invokes the updater for changes that wait for the change window, like its schedule in AWS. */
  async applyDeferred(): Promise<void> {
    const { logLines } = await this.updater.invoke<DeferredAnswer>({ applyDeferred: true });
    const decided = decisionsOf(this.home, { Records: this.mapping.records }, logLines);
    for (const [sequenceNumber, decision] of decided) this.made.set(`deferred ${sequenceNumber}`, decision);
  }

  async close(): Promise<void> {
    await this.mapping.close();
    this.watch.release("The updater");
    await this.updater.close();
    await this.controlPlane.close();
  }
}
