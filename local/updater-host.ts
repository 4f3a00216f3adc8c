/** Runs the updater's built bundle as Lambda would: in a sandbox of its own, one invocation at a time. */
import { fork, type ChildProcess } from "node:child_process";
import { randomUUID } from "node:crypto";
import { once } from "node:events";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import type { DeadLetterQueue } from "./dead-letter-queue";
import { HistoryDatabase } from "./history-database";
import { LOCAL_ENVIRONMENT } from "./environment";
import { LOCAL_HOME } from "./home";
import { nextMessage } from "./next-message";
import type { WatchedProcess } from "./process-watch";

const SANDBOX = "the updater's sandbox";

export interface UpdaterHostOptions {
  /** The bundle; `dist/updater/index.js` unless told. */
  readonly bundle?: string;
  /** Of Lambda's control plane, such as `http://127.0.0.1:1234`. */
  readonly lambdaEndpoint: string;
  /** `aws` unless told. */
  readonly partition?: string;
  /** `us-east-1` unless told. */
  readonly region?: string;
  /** Twelve digits; the account that the updater runs in. `000000000000`, as the embedded Kinesis has it, unless told. */
  readonly accountId?: string;
  /** Where the updater keeps its history; a database of the host's own unless told. */
  readonly history?: Pick<HistoryDatabase, "endpoint" | "tableName">;
  /** Where records go that are given up; the log alone has them unless told. */
  readonly deadLetterQueue?: Pick<DeadLetterQueue, "endpoint" | "url">;
  /** Further variables of the function's environment: its settings. */
  readonly environment?: Readonly<Record<string, string>>;
  /** How long an invocation may take before the sandbox is killed, as by Lambda; 900,000 unless told. */
  readonly timeoutMs?: number;
  /** What each invocation takes for the present from its start to its end, in epoch milliseconds; the present unless told. */
  readonly clock?: () => number;
  /** Told of each sandbox's process as soon as there is one. */
  readonly onSpawn?: (part: WatchedProcess) => void;
}

export interface Invocation<T> {
  readonly response: T;
  /** What the handler wrote to stdout and stderr, as Invoke's LogResult has it. */
  readonly logLines: string[];
}

/** What the host and its sandbox say to each other. */
export type SandboxStart = { readonly ready: true } | { readonly error: string };
export interface SandboxRequest {
  readonly event: unknown;
  readonly requestId: string;
  /** Until the sandbox is killed. */
  readonly remainingMs: number;
  /** What the handler takes for the present, in epoch milliseconds; the present where it is undefined. */
  readonly nowMs: number | undefined;
}
export type SandboxAnswer =
  | { readonly response: unknown; readonly logLines: string[] }
  | { readonly error: string; readonly logLines: string[] };

export class UpdaterHost {
  private sandbox: ChildProcess | undefined;
  private last: Promise<unknown> = Promise.resolve();

  private constructor(
    private readonly options: UpdaterHostOptions,
    private readonly ownHistory: HistoryDatabase | undefined,
  ) {}

  /** Starts the first sandbox, so that a bundle or a setting that can't work is known at once. */
  static async start(options: UpdaterHostOptions): Promise<UpdaterHost> {
    const host = new UpdaterHost(options, options.history ? undefined : await HistoryDatabase.start());
    try {
      await host.warmSandbox();
      return host;
    } catch (error) {
      await host.close();
      throw error;
    }
  }

  /**
   * Hands an event to the handler; invocations queue up.
   *
   * @throws where the handler throws, the sandbox dies, or the time is over; the next invocation gets a new sandbox.
   */
  invoke<T>(event: unknown): Promise<Invocation<T>> {
    const invocation = this.last.then(() => this.invokeNow(event));
    this.last = invocation.catch(() => undefined);
    return invocation as Promise<Invocation<T>>;
  }

  /** Kills the sandbox, whatever it is doing. */
  async kill(): Promise<void> {
    const { sandbox } = this;
    this.sandbox = undefined;
    if (sandbox?.exitCode !== null || sandbox.signalCode !== null) return;
    const exited = once(sandbox, "exit");
    sandbox.kill("SIGKILL");
    await exited;
  }

  async close(): Promise<void> {
    await this.kill();
    await this.ownHistory?.close();
  }

  private async invokeNow(event: unknown): Promise<Invocation<unknown>> {
    const { timeoutMs = 900_000 } = this.options;
    const sandbox = await this.warmSandbox();
    const request: SandboxRequest = {
      event,
      requestId: randomUUID(),
      remainingMs: timeoutMs,
      nowMs: this.options.clock?.(),
    };
    const timer = setTimeout(() => sandbox.kill("SIGKILL"), timeoutMs);
    try {
      sandbox.send(request);
      const answer = await nextMessage<SandboxAnswer>(sandbox, SANDBOX);
      if ("error" in answer) throw new Error(answer.error);
      return answer;
    } finally {
      clearTimeout(timer);
    }
  }

  private async warmSandbox(): Promise<ChildProcess> {
    if (this.sandbox) return this.sandbox;
    const { bundle = join(__dirname, "..", "dist", "updater", "index.js") } = this.options;
    const sandbox = fork(join(__dirname, "updater-sandbox.ts"), [bundle], {
      execArgv: ["--import", pathToFileURL(require.resolve("tsx")).href],
      env: this.environment(),
      stdio: ["ignore", "inherit", "inherit", "ipc"],
    });
    this.sandbox = sandbox;
    this.options.onSpawn?.({ name: "The updater", process: sandbox });
    sandbox.once("exit", () => {
      if (this.sandbox === sandbox) this.sandbox = undefined;
    });
    const started = await nextMessage<SandboxStart>(sandbox, SANDBOX);
    if ("error" in started) throw new Error(started.error);
    return sandbox;
  }

  /** Nothing of this process's own environment gets in, as nothing would in AWS. */
  private environment(): Record<string, string> {
    const { lambdaEndpoint, environment } = this.options;
    const {
      partition = LOCAL_HOME.partition,
      region = LOCAL_HOME.region,
      accountId = LOCAL_HOME.accountId,
    } = this.options;
    const history = this.options.history ?? this.ownHistory;
    const queue = this.options.deadLetterQueue;
    const functionName = "lambda-memory-optimizer-updater";
    return {
      PATH: process.env.PATH ?? "",
      ...LOCAL_ENVIRONMENT,
      AWS_REGION: region,
      AWS_LAMBDA_FUNCTION_NAME: functionName,
      LOCAL_INVOKED_FUNCTION_ARN: `arn:${partition}:lambda:${region}:${accountId}:function:${functionName}`,
      AWS_ENDPOINT_URL_LAMBDA: lambdaEndpoint,
      NODE_NO_WARNINGS: "1",
      ...(history && {
        AWS_ENDPOINT_URL_DYNAMODB: history.endpoint,
        LAMBDA_MEMORY_OPTIMIZER_HISTORY_TABLE: history.tableName,
      }),
      ...(queue && {
        AWS_ENDPOINT_URL_SQS: queue.endpoint,
        LAMBDA_MEMORY_OPTIMIZER_DEAD_LETTER_QUEUE_URL: queue.url,
      }),
      ...environment,
    };
  }
}
