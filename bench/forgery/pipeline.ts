/** The real jar and the real updater on an embedded Kinesis, with a control plane whose functions can be inspected. */
import type { KinesisStreamBatchResponse } from "aws-lambda";
import { randomUUID } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { ControlPlane, type EmulatedFunctionArgs } from "../../local/control-plane";
import { LOCAL_ACCOUNT_ID, LOCAL_REGION } from "../../local/environment";
import { EventSourceMapping } from "../../local/event-source-mapping";
import { EmbeddedFlink } from "../../local/flink";
import { HistoryDatabase } from "../../local/history-database";
import { EmbeddedKinesis } from "../../local/kinesis";
import { UpdaterHost } from "../../local/updater-host";
import type { TelemetryRecord } from "../../runtime/contract";
import { flinkProperties, functionArnPrefix, updaterEnvironment } from "../../runtime/parts";
import { parseSettings, type Settings } from "../../runtime/settings";
import { Deadline } from "../../runtime/updater/deadline";
import type { History } from "../../runtime/updater/history-item";
import { HistoryTable } from "../../runtime/updater/history-table";

export const VICTIM = "victim";

export function functionArn(functionName: string): string {
  return `arn:aws:lambda:${LOCAL_REGION}:${LOCAL_ACCOUNT_ID}:function:${functionName}`;
}

/** Short windows, so that one closes while the bench waits. */
const SETTINGS = {
  windowLength: "20s",
  bucketLength: "10s",
  lateness: "2s",
  maxClockSkew: "2s",
  idleTimeout: "1s",
  cooldown: "0s",
};

export interface Decision {
  readonly functionName: string;
  readonly status: string;
  readonly to?: number;
  readonly reason: string;
}

export class ForgeryPipeline {
  readonly decisions: Decision[] = [];
  private readonly stop = new AbortController();
  private beating: Promise<void> = Promise.resolve();

  private constructor(
    readonly kinesis: EmbeddedKinesis,
    readonly telemetryStreamArn: string,
    readonly recommendationsStreamArn: string,
    readonly controlPlane: ControlPlane,
    private readonly history: HistoryDatabase,
    private readonly parts: { close(): Promise<unknown> }[],
  ) {}

  /**
   * Starts with an enrolled victim, at 128 MB by default, last updated an hour ago.
   *
   * @param settings in addition to the bench's own.
   */
  static async start(
    victim: Partial<EmulatedFunctionArgs> & { stranger?: boolean } = {},
    settings: Partial<Settings> = {},
  ): Promise<ForgeryPipeline> {
    const all = parseSettings({ ...SETTINGS, ...settings });
    const kinesis = await EmbeddedKinesis.start();
    const parts: { close(): Promise<unknown> }[] = [kinesis];
    try {
      const telemetryStreamArn = await kinesis.createStream("telemetry");
      const recommendationsStreamArn = await kinesis.createStream("recommendations");
      const flink = await EmbeddedFlink.start({ kinesisEndpoint: kinesis.endpoint });
      parts.push(flink);
      await flink.submit(
        flinkProperties(all, {
          telemetryStreamArn,
          recommendationsStreamArn,
          functionArnPrefixes: [functionArnPrefix(telemetryStreamArn)],
        }),
      );
      const controlPlane = await ControlPlane.start({
        functions: [
          {
            functionName: VICTIM,
            functionArn: functionArn(VICTIM),
            memorySizeMB: 128,
            lastModified: new Date(Date.now() - 3_600_000).toISOString(),
            ...(!victim.stranger && {
              configuration: {
                Environment: { Variables: { LAMBDA_MEMORY_OPTIMIZER_STREAM_ARN: telemetryStreamArn } },
              },
            }),
            ...victim,
          },
        ],
      });
      parts.push(controlPlane);
      const history = await HistoryDatabase.start();
      parts.push(history);
      const updater = await UpdaterHost.start({
        lambdaEndpoint: controlPlane.endpoint,
        history,
        environment: {
          ...updaterEnvironment(all),
          LAMBDA_MEMORY_OPTIMIZER_TELEMETRY_STREAM_ARN: telemetryStreamArn,
        },
      });
      parts.push(updater);
      const pipeline = new ForgeryPipeline(
        kinesis,
        telemetryStreamArn,
        recommendationsStreamArn,
        controlPlane,
        history,
        parts,
      );
      parts.push(
        await EventSourceMapping.start({
          endpoint: kinesis.endpoint,
          streamName: "recommendations",
          streamArn: recommendationsStreamArn,
          invoke: async (event) => {
            const { response, logLines } = await updater.invoke<KinesisStreamBatchResponse>(event);
            pipeline.note(logLines);
            return response;
          },
        }),
      );
      pipeline.beating = pipeline.beat();
      return pipeline;
    } catch (error) {
      for (const part of parts.reverse()) await part.close();
      throw error;
    }
  }

  async close(): Promise<void> {
    this.stop.abort();
    await this.beating;
    for (const part of this.parts.reverse()) await part.close();
  }

  get victimMB(): number {
    return this.controlPlane.functions.get(VICTIM)?.memorySizeMB ?? 0;
  }

  historyOf(functionName: string): Promise<History> {
    return new HistoryTable(this.history.client, this.history.tableName, new Deadline(60_000)).read(
      functionName,
    );
  }

  /** Puts records on the telemetry stream. Missing fields are those of an honest, quiet function. */
  async report(...records: Partial<TelemetryRecord>[]): Promise<void> {
    const data = records.map((fields) => JSON.stringify(telemetry(fields)));
    for (let from = 0; from < data.length; from += 100) {
      await this.kinesis.put(
        this.telemetryStreamArn,
        data.slice(from, from + 100).map((text) => ({ data: text, partitionKey: "any" })),
      );
    }
  }

  /**
   * The first decision that fits, from index `since` on.
   *
   * @param timeoutMs how long to wait; after that, the result is undefined.
   */
  async decided(
    fits: (decision: Decision) => boolean,
    timeoutMs = 60_000,
    since = 0,
  ): Promise<Decision | undefined> {
    const untilMs = performance.now() + timeoutMs;
    for (;;) {
      const found = this.decisions.slice(since).find(fits);
      if (found || performance.now() > untilMs) return found;
      await sleep(50);
    }
  }

  /** Sends heartbeats as EventBridge Scheduler would, but every second. */
  private async beat(): Promise<void> {
    while (!this.stop.signal.aborted) {
      const data = JSON.stringify({ heartbeatAt: new Date().toISOString() });
      await this.kinesis
        .put(this.telemetryStreamArn, [{ data, partitionKey: "heartbeat" }])
        .catch(() => undefined);
      await sleep(1_000, undefined, { signal: this.stop.signal }).catch(() => undefined);
    }
  }

  private note(logLines: readonly string[]): void {
    for (const line of logLines) {
      const entry = JSON.parse(line) as Decision & { message?: string };
      if (entry.message === "decision") this.decisions.push(entry);
    }
  }
}

export function telemetry(fields: Partial<TelemetryRecord> = {}): TelemetryRecord {
  const now = new Date().toISOString();
  const { functionName = VICTIM } = fields;
  return {
    functionName,
    functionArn: functionArn(functionName),
    functionVersion: "$LATEST",
    memorySizeMB: 128,
    maxMemoryUsedMB: 60,
    invocations: 1,
    durationMs: 100,
    billedDurationMs: 100,
    errors: 0,
    timeouts: 0,
    outOfMemory: 0,
    firstReportAt: now,
    lastReportAt: now,
    sandboxId: randomUUID(),
    sequence: 0,
    ...fields,
  };
}
