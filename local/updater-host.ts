/** Runs the updater's built bundle as Lambda does: in a sandbox of its own, one invocation at a time. */
import { fork, type ChildProcess } from "node:child_process";
import { randomUUID } from "node:crypto";
import { once } from "node:events";
import { join } from "node:path";
import type { DeadLetterQueue } from "./dead-letter-queue";
import { HistoryDatabase } from "./history-database";
import { LOCAL_ENVIRONMENT } from "./environment";
import { LOCAL_HOME } from "./home";
import { nextMessage } from "./next-message";
import type { WatchedProcess } from "./process-watch";
import { TYPESCRIPT_LOADER } from "./typescript-loader";

const SANDBOX = "the updater's sandbox";

export interface UpdaterHostOptions {
  /** The bundle's path; `dist/updater/index.js` by default. */
  readonly bundle?: string;
  /** The endpoint of Lambda's control plane, such as `http://127.0.0.1:1234`. */
  readonly lambdaEndpoint: string;
  /** `aws` by default. */
  readonly partition?: string;
  /** `us-east-1` by default. */
  readonly region?: string;
  /** The updater's account, twelve digits; `000000000000` by default. */
  readonly accountId?: string;
  /** The updater's history table; one of the host's own by default. */
  readonly history?: Pick<HistoryDatabase, "endpoint" | "tableName">;
  /** The queue for records that are given up. Without one, they are only logged. */
  readonly deadLetterQueue?: Pick<DeadLetterQueue, "endpoint" | "url">;
  /** More variables of the function's environment, such as its settings. */
  readonly environment?: Readonly<Record<string, string>>;
  /** How long an invocation may take before the sandbox is killed, in milliseconds; 900,000 by default. */
  readonly timeoutMs?: number;
  /**
   * Called for each invocation. The invocation's clock stands still at the result, in epoch milliseconds; by default it
   * runs.
   */
  readonly clock?: () => number;
  /** Called with each sandbox's process as soon as there is one. */
  readonly onSpawn?: (watched: WatchedProcess) => void;
}

export interface Invocation<T> {
  readonly response: T;
  /** The lines that the handler wrote to standard output and standard error. */
  readonly logLines: string[];
}

/** The messages between the host and its sandbox. */
export type SandboxStart = { readonly ready: true } | { readonly error: string };
export interface SandboxRequest {
  readonly event: unknown;
  readonly requestId: string;
  /** The time until the sandbox is killed. */
  readonly remainingMs: number;
  /** The time at which the handler's clock stands still, in epoch milliseconds. If undefined, it runs. */
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

  /** Starts the first sandbox, so that a broken bundle or a bad setting shows at once. */
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
   * Invokes the handler once all earlier invocations have ended.
   *
   * @throws Error if the handler throws, the sandbox dies, or time runs out. The next invocation replaces a dead
   *   sandbox.
   */
  invoke<T>(event: unknown): Promise<Invocation<T>> {
    const invocation = this.last.then(() => this.invokeNow(event));
    this.last = invocation.catch(() => undefined);
    return invocation as Promise<Invocation<T>>;
  }

  /** Kills the sandbox at once. */
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
      execArgv: [...TYPESCRIPT_LOADER],
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

  /** The sandbox's whole environment. As in AWS, it has nothing of this process's own but the PATH. */
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
