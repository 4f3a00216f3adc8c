/**
 * Emulates a Lambda sandbox for one function. It starts a layer's extensions as Lambda does, and serves them the
 * Extensions API and the Telemetry API over HTTP ("Lambda Extensions API" and "Lambda Telemetry API", Lambda Developer
 * Guide). There is no function: the caller supplies its telemetry.
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
  /** The exit code of the first extension that failed, null if a signal ended it, or 0. */
  readonly exitCode: number | null;
  /** Whether an extension was killed. */
  readonly killed: boolean;
  readonly durationMs: number;
}

/** Lambda's limits for the init phase, and for the shutdown phase with an external extension. */
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
   * Starts every executable in `extensions/`. Resolves once each has registered and asked for its first event.
   *
   * @throws Error if an extension ends before that, or takes longer than Lambda's ten seconds.
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

  /** The extensions' process ids, in the order of their names. */
  get pids(): number[] {
    return this.extensions.flatMap(({ pid }) => pid ?? []);
  }

  /** How many connections the extensions have opened to the APIs. */
  get connections(): number {
    return this.api.connections;
  }

  /** The addresses to which the extensions have subscribed telemetry. */
  get subscribers(): URL[] {
    return this.api.subscribers;
  }

  /** For each INVOKE and extension, in order: the milliseconds until the extension asks for the next event. */
  get nextLatenciesMs(): readonly number[] {
    return this.api.nextLatenciesMs;
  }

  /** The same as on an idle machine (own-time.ts); empty unless `measuresOwnLatencies` is set. */
  get ownLatenciesMs(): readonly number[] {
    return this.api.ownLatenciesMs;
  }

  /** Resolves once an extension has ended. */
  get crashed(): Promise<Exit> {
    return Promise.race(this.extensions.map(({ ended }) => ended));
  }

  /**
   * Resolves once the extensions are idle. In Lambda, they have time for that while the function's runtime starts,
   * before the first INVOKE.
   */
  async atRest(): Promise<void> {
    await Promise.all(this.pids.map(quiet));
  }

  /** Sends INVOKE. Resolves once every extension that registered for it has asked for the next event. */
  async invoke({ requestId = randomUUID() }: { requestId?: string } = {}): Promise<{ requestId: string }> {
    await this.orCrash(this.api.invoke(requestId));
    return { requestId };
  }

  /** Delivers one batch of Telemetry API events to every subscriber. Resolves to the statuses of their answers. */
  async deliver(events: readonly unknown[]): Promise<number[]> {
    return this.deliverBody(JSON.stringify(events));
  }

  /** Delivers a body unchanged. */
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

  /** Sends SHUTDOWN, waits at most two seconds as Lambda does, kills what is left, and closes the APIs. */
  async shutdown(reason: "spindown" | "timeout" | "failure" = "spindown"): Promise<ShutdownResult> {
    const startedAt = performance.now();
    this.api.shutdown(reason, Date.now() + SHUTDOWN_TIMEOUT_MS);
    const timer = setTimeout(() => {
      for (const extension of this.extensions) extension.kill("SIGKILL");
    }, SHUTDOWN_TIMEOUT_MS);
    // Lambda kills extensions that have not registered for SHUTDOWN.
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

  /** Kills everything at once, as the kernel does with a sandbox that is out of memory. */
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

  /** The variables that Lambda gives an extension ("Configuring environment variables"), none of this process's own. */
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
      // As with `sam local`. It lets extensions listen on loopback only.
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

/** Posts to loopback, because `sandbox.localdomain` is the sandbox's name for itself. */
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
