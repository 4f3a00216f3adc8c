/**
 * An emulated Lambda sandbox for one function: it starts the extensions of a layer the way Lambda does and serves
 * them the Extensions API and the Telemetry API over HTTP. The function itself is left out; its telemetry comes
 * from the caller ("Lambda Extensions API" and "Lambda Telemetry API" in the Lambda developer guide).
 */
import { randomUUID } from "node:crypto";
import { readdir } from "node:fs/promises";
import { request as httpRequest } from "node:http";
import path from "node:path";
import { ExtensionProcess, type Exit } from "./extension-process";
import { quiet } from "./own-time";
import { SandboxApi } from "./sandbox-api";
import type { SandboxOptions } from "./sandbox-options";

export type { SandboxOptions };
export { unpackLayer } from "./unpack-layer";

export interface ShutdownResult {
  /** Of the first extension that did not end well, or 0. */
  readonly exitCode: number | null;
  /** Whether an extension had to be killed when its time was over. */
  readonly killed: boolean;
  readonly durationMs: number;
}

/** What Lambda grants for the init phase, and for the shutdown phase with an external extension. */
const INIT_TIMEOUT_MS = 10_000;
const SHUTDOWN_TIMEOUT_MS = 2_000;

export class Sandbox {
  /** Every line that the extensions wrote. */
  readonly log: string[] = [];
  /** From starting the extensions until the last of them asked for its first event. */
  initDurationMs = 0;

  private constructor(
    private readonly options: SandboxOptions,
    private readonly api: SandboxApi,
    private readonly extensions: ExtensionProcess[],
  ) {}

  /**
   * Starts every executable in `extensions/` and resolves when each has registered and asked for its first event.
   *
   * @throws Error when an extension ends before that, or takes longer than Lambda's ten seconds.
   */
  static async start(options: SandboxOptions): Promise<Sandbox> {
    const extensions: ExtensionProcess[] = [];
    const pidOf = (name: string) => extensions.find((extension) => extension.name === name)?.pid ?? 0;
    const sandbox = new Sandbox(options, await SandboxApi.listen(options, pidOf), extensions);
    try {
      await sandbox.init();
      return sandbox;
    } catch (error) {
      await sandbox.kill();
      throw error;
    }
  }

  /** The processes of the extensions, in the order of their names. */
  get pids(): number[] {
    return this.extensions.flatMap(({ pid }) => pid ?? []);
  }

  /** How many connections the extensions have made to the APIs. */
  get connections(): number {
    return this.api.connections;
  }

  /** Where the extensions have telemetry delivered to. */
  get subscribers(): URL[] {
    return this.api.subscribers;
  }

  /** The time between each INVOKE event and the next `/next` of an extension, in milliseconds, in order. */
  get nextLatenciesMs(): readonly number[] {
    return this.api.nextLatenciesMs;
  }

  /** The same, as it would be on a machine with nothing else to do (own-time.ts), if `measuresOwnLatencies` is set. */
  get ownLatenciesMs(): readonly number[] {
    return this.api.ownLatenciesMs;
  }

  /** Resolves once an extension that should still live has ended. */
  get crashed(): Promise<Exit> {
    return Promise.race(this.extensions.map(({ ended }) => ended));
  }

  /**
   * Resolves when the extensions have come to rest. Lambda starts the function's runtime once they have registered;
   * before it is up, no INVOKE comes.
   */
  async atRest(): Promise<void> {
    await Promise.all(this.pids.map(quiet));
  }

  /** Sends INVOKE and resolves when every extension that asked for it has asked for the next event. */
  async invoke({ requestId = randomUUID() }: { requestId?: string } = {}): Promise<{ requestId: string }> {
    await this.orCrash(this.api.invoke(requestId));
    return { requestId };
  }

  /** Delivers one batch of Telemetry API events to every subscriber, and resolves with their answers' statuses. */
  async deliver(events: readonly unknown[]): Promise<number[]> {
    return this.deliverBody(JSON.stringify(events));
  }

  /** Delivers a body as it is, whatever it holds. */
  async deliverBody(body: string | Buffer): Promise<number[]> {
    return Promise.all(this.api.subscribers.map((destination) => post(destination, body)));
  }

  /** Stops the extensions' processes, as Lambda does between invocations. */
  freeze(): void {
    for (const extension of this.extensions) extension.kill("SIGSTOP");
  }

  thaw(): void {
    for (const extension of this.extensions) extension.kill("SIGCONT");
  }

  /** Sends SHUTDOWN, waits for Lambda's two seconds, kills what is left and takes everything down. */
  async shutdown(reason: "spindown" | "timeout" | "failure" = "spindown"): Promise<ShutdownResult> {
    const startedAt = performance.now();
    this.api.shutdown(reason, Date.now() + SHUTDOWN_TIMEOUT_MS);
    const timer = setTimeout(() => {
      for (const extension of this.extensions) extension.kill("SIGKILL");
    }, SHUTDOWN_TIMEOUT_MS);
    // Lambda has no word of goodbye for those that did not ask for one.
    for (const extension of this.extensions) {
      if (!this.api.expectsShutdown(extension.name)) extension.kill("SIGKILL");
    }
    const exits = await Promise.all(this.extensions.map(({ ended }) => ended));
    clearTimeout(timer);
    await this.api.close();
    return {
      exitCode:
        exits.find(({ exitCode }) => exitCode !== 0)?.exitCode ??
        (exits.some(({ signal }) => signal) ? null : 0),
      killed: exits.some(({ signal }) => signal === "SIGKILL"),
      durationMs: performance.now() - startedAt,
    };
  }

  /** Ends everything at once, as when the kernel kills the sandbox. */
  async kill(): Promise<void> {
    for (const extension of this.extensions) extension.kill("SIGKILL");
    await Promise.all(this.extensions.map(({ ended }) => ended));
    await this.api.close();
  }

  private async init(): Promise<void> {
    const directory = path.join(this.options.layerDirectory, "extensions");
    const names = (await readdir(directory)).sort();
    const environment = this.environment();
    const { statFile } = this.options;
    const onLine = (line: string) => this.log.push(line);
    const startedAt = performance.now();
    for (const name of names) {
      this.extensions.push(new ExtensionProcess(path.join(directory, name), environment, onLine, statFile));
    }
    let timer: NodeJS.Timeout | undefined;
    const tooLate = new Promise<never>((_, reject) => {
      timer = setTimeout(() => {
        reject(new Error(`Extensions were not ready within ${INIT_TIMEOUT_MS} ms.\n${this.log.join("\n")}`));
      }, INIT_TIMEOUT_MS);
    });
    try {
      await Promise.race([this.orCrash(this.api.ready(names)), tooLate]);
      this.initDurationMs = performance.now() - startedAt;
    } finally {
      clearTimeout(timer);
    }
  }

  /** What Lambda gives an extension: nothing of this process's own ("Configuring environment variables"). */
  private environment(): Record<string, string> {
    const { functionName, functionVersion, memorySizeMB, region, initializationType } = this.options;
    return {
      PATH: `${path.dirname(process.execPath)}:/usr/local/bin:/usr/bin:/bin`,
      LANG: "en_US.UTF-8",
      TZ: ":UTC",
      AWS_REGION: region,
      AWS_DEFAULT_REGION: region,
      AWS_LAMBDA_FUNCTION_NAME: functionName,
      AWS_LAMBDA_FUNCTION_VERSION: functionVersion ?? "$LATEST",
      AWS_LAMBDA_FUNCTION_MEMORY_SIZE: String(memorySizeMB),
      AWS_LAMBDA_INITIALIZATION_TYPE: initializationType ?? "on-demand",
      // As `sam local` does; extensions take it as leave to listen on loopback alone.
      AWS_SAM_LOCAL: "true",
      ...this.options.environment,
      AWS_LAMBDA_RUNTIME_API: this.api.address,
    };
  }

  private async orCrash<T>(promise: Promise<T>): Promise<T> {
    const crash = this.crashed.then(({ exitCode, signal }) => {
      throw new Error(
        `Extension.Crash: exited with ${exitCode ?? signal ?? "no code"}.\n${this.log.join("\n")}`,
      );
    });
    return this.extensions.length === 0 ? promise : Promise.race([promise, crash]);
  }
}

/** `sandbox.localdomain` is the sandbox's own name for itself: here, loopback. */
function post(destination: URL, body: string | Buffer): Promise<number> {
  return new Promise((resolve, reject) => {
    const headers = { Host: destination.host, "Content-Type": "application/json" };
    const { port, pathname } = destination;
    const outgoing = httpRequest(
      { host: "127.0.0.1", port, path: pathname, method: "POST", headers },
      (incoming) => {
        incoming.resume().once("end", () => {
          resolve(incoming.statusCode ?? 0);
        });
      },
    );
    outgoing.once("error", reject);
    outgoing.end(body);
  });
}
