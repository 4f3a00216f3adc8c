/** The updater's bundle in a sandbox, with everything that it calls over HTTP. */
import type { KinesisStreamBatchResponse, KinesisStreamEvent } from "aws-lambda";
import { rmSync } from "node:fs";
import { mkdtemp } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ControlPlane, type ControlPlaneOptions } from "../../local/control-plane";
import { DeadLetterQueue } from "../../local/dead-letter-queue";
import { HistoryDatabase } from "../../local/history-database";
import { UpdaterHost } from "../../local/updater-host";
import { Deadline } from "../../runtime/updater/deadline";
import { emptyHistory, historySchema, type History } from "../../runtime/updater/history-item";
import { HistoryTable } from "../../runtime/updater/history-table";
import { environmentFromSettings } from "../../runtime/updater/environment";
import { buildUpdater } from "../../scripts/build-updater";
import type { DeadLetter } from "../../runtime/updater/dead-letters";
import { ACCOUNT, functionArn, kinesisEvent, REGION } from "./recommendations";

export interface DecisionLine {
  readonly functionName: string | null;
  readonly status: string;
  readonly from: number | null;
  readonly to: number | null;
  readonly reason: string;
  readonly sequenceNumber?: string;
  readonly failure?: string;
  readonly detail?: string;
}

let built: Promise<string> | undefined;

/** Builds the bundle, once for all tests; removed when the process ends. */
export function builtBundle(): Promise<string> {
  built ??= mkdtemp(join(tmpdir(), "updater-")).then(async (outDir) => {
    await buildUpdater(outDir);
    process.once("exit", () => {
      rmSync(outDir, { recursive: true, force: true });
    });
    return join(outDir, "updater", "index.js");
  });
  return built;
}

export interface FixtureOptions extends Partial<ControlPlaneOptions> {
  readonly settings?: Record<string, string | number>;
  readonly timeoutMs?: number;
  readonly historyTable?: string;
  /** The updater's clock, in UpdaterHost's form. */
  readonly clock?: () => number;
  /** Further variables of the updater's environment. */
  readonly environment?: Record<string, string>;
}

export class UpdaterFixture {
  private constructor(
    readonly controlPlane: ControlPlane,
    readonly history: HistoryDatabase,
    readonly deadLetterQueue: DeadLetterQueue,
    readonly host: UpdaterHost,
    /** The updater's settings, in the form of its environment variables. */
    readonly environment: Readonly<Record<string, string>>,
  ) {}

  /** By default with `checkout` and `search` at 1,024 MB, sized by memory alone and at a fast pace. */
  static async start({
    settings,
    timeoutMs,
    historyTable,
    environment,
    clock,
    ...options
  }: FixtureOptions = {}): Promise<UpdaterFixture> {
    const [controlPlane, history, deadLetterQueue] = await Promise.all([
      ControlPlane.start({
        functions: ["checkout", "search"].map((functionName) => ({
          functionName,
          functionArn: functionArn(functionName),
          memorySizeMB: 1_024,
        })),
        ...options,
      }),
      HistoryDatabase.start(historyTable),
      DeadLetterQueue.start(),
    ]);
    const variables = {
      ...environmentFromSettings({
        updatesPerSecond: 15,
        readsPerSecond: 100,
        maxSlowdown: "off",
        ...settings,
      }),
      ...environment,
    };
    try {
      const host = await UpdaterHost.start({
        bundle: await builtBundle(),
        lambdaEndpoint: controlPlane.endpoint,
        history,
        deadLetterQueue,
        region: REGION,
        accountId: ACCOUNT,
        environment: variables,
        ...(timeoutMs !== undefined && { timeoutMs }),
        ...(clock && { clock }),
      });
      return new UpdaterFixture(controlPlane, history, deadLetterQueue, host, variables);
    } catch (error) {
      await Promise.all([controlPlane.close(), history.close(), deadLetterQueue.close()]);
      throw error;
    }
  }

  async close(): Promise<void> {
    await this.host.close();
    await Promise.all([this.controlPlane.close(), this.history.close(), this.deadLetterQueue.close()]);
  }

  async settle(payloads: readonly unknown[], options?: Parameters<typeof kinesisEvent>[1]) {
    return this.deliver(kinesisEvent(payloads, options));
  }

  async deliver(event: KinesisStreamEvent) {
    const { response, logLines } = await this.host.invoke<KinesisStreamBatchResponse>(event);
    const failed = response.batchItemFailures.map(({ itemIdentifier }) => itemIdentifier);
    return { failed, decisions: decisionsOf(logLines), logLines };
  }

  get deadLetters(): DeadLetter[] {
    return this.deadLetterQueue.messages.map((message) => JSON.parse(message) as DeadLetter);
  }

  memorySizesSetMB(functionName: string): number[] {
    return this.controlPlane.functions.get(functionName)!.memorySizesSetMB;
  }

  historyOf(functionName: string): Promise<History> {
    return this.table.read(functionName);
  }

  async writeHistory(history: Partial<History> & { functionName: string }): Promise<void> {
    const whole = historySchema.parse({ ...emptyHistory(history.functionName), ...history });
    await this.table.write(whole, await this.table.read(history.functionName));
  }

  private get table(): HistoryTable {
    return new HistoryTable(this.history.client, this.history.tableName, new Deadline(60_000));
  }
}

export function decisionsOf(logLines: readonly string[]): DecisionLine[] {
  return logLines
    .filter((line) => line.startsWith("{"))
    .map((line) => JSON.parse(line) as DecisionLine & { message?: string })
    .filter(({ message }) => message === "decision");
}

/** The sums that were published as metrics in the embedded metric format; skips as `Skipped:reason`. */
export function metricsOf(logLines: readonly string[]): Record<string, number> {
  const sums: Record<string, number> = {};
  for (const line of logLines) {
    const blob = JSON.parse(line) as Record<string, number> & {
      _aws?: { CloudWatchMetrics: { Metrics: { Name: string }[] }[] };
      reason?: string;
    };
    for (const { Name } of blob._aws?.CloudWatchMetrics.flatMap(({ Metrics }) => Metrics) ?? []) {
      const key = Name === "Skipped" ? `Skipped:${blob.reason ?? ""}` : Name;
      sums[key] = (sums[key] ?? 0) + Number(blob[Name]);
    }
  }
  return sums;
}
