/** An embedded Flink that runs the job's jar, and the part of Flink's REST API that the local run needs. */
import { spawn, type ChildProcessByStdio } from "node:child_process";
import { once } from "node:events";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { createInterface } from "node:readline";
import type { Readable, Writable } from "node:stream";
import { setTimeout as delay } from "node:timers/promises";
import { FLINK_PROPERTY_GROUP } from "../runtime/parts";
import { EMBEDDED_FLINK, FLINK_JAR } from "../scripts/build";
import { LOCAL_ENVIRONMENT } from "./environment";

const POLL_MS = 50;

export interface EmbeddedFlinkOptions {
  /** The job's parameters, by their names in the property group. */
  readonly parameters: Readonly<Record<string, string>>;
  readonly kinesisEndpoint: string;
  /** How many task slots work side by side, 1 by default. */
  readonly parallelism?: number;
  /** Flink's own configuration, on top of the defaults below. */
  readonly configuration?: Readonly<Record<string, string>>;
  /** Ends the process, while it starts or later. */
  readonly signal?: AbortSignal;
}

/** A Flink that could not be started, or whose job failed; the message is the reason's first sentence. */
export class FlinkError extends Error {
  override readonly name = "FlinkError";
}

export class EmbeddedFlink {
  private constructor(
    private readonly process: ChildProcessByStdio<Writable, Readable, Readable>,
    private readonly directory: string,
    private readonly log: string[],
  ) {}

  private restPort = 0;
  private jobId = "";

  /** Starts a cluster, runs the jar's main method, and waits until its job is submitted. */
  static async start(options: EmbeddedFlinkOptions): Promise<EmbeddedFlink> {
    const directory = fs.mkdtempSync(path.join(os.tmpdir(), "embedded-flink-"));
    fs.writeFileSync(path.join(directory, "config.yaml"), flinkConfiguration(directory, options));
    const properties = path.join(directory, "application_properties.json");
    fs.writeFileSync(
      properties,
      JSON.stringify([{ PropertyGroupId: FLINK_PROPERTY_GROUP, PropertyMap: options.parameters }]),
    );
    const java = process.env.JAVA_HOME ? path.join(process.env.JAVA_HOME, "bin", "java") : "java";
    // Flink's planner unpacks itself, 45 MB, into the JVM's own folder for temporary files, and leaves them there.
    const temporary = `-Djava.io.tmpdir=${directory}`;
    const command = [...JVM_ARGUMENTS, temporary, ...CLUSTER_COMMAND, directory, FLINK_JAR, properties];
    const child = spawn(java, command, {
      env: { ...process.env, ...LOCAL_ENVIRONMENT, AWS_ENDPOINT_URL_KINESIS: options.kinesisEndpoint },
      stdio: ["pipe", "pipe", "pipe"],
      // In a group of its own, so that Ctrl-C leaves the order of ending to the local run.
      detached: true,
      ...(options.signal ? { signal: options.signal, killSignal: "SIGKILL" } : {}),
    });
    const log: string[] = [];
    createInterface(child.stderr).on("line", (line) => log.push(line));
    const flink = new EmbeddedFlink(child, directory, log);
    try {
      await flink.awaitSubmission();
      return flink;
    } catch (error) {
      await flink.close();
      throw error;
    }
  }

  get pid(): number | undefined {
    return this.process.pid;
  }

  private async awaitSubmission(): Promise<void> {
    let startError: Error | undefined;
    this.process.on("error", (error) => (startError = error));
    for await (const line of createInterface(this.process.stdout)) {
      if (line.startsWith("rest-port ")) this.restPort = Number(line.slice("rest-port ".length));
      if (line === "submitted") {
        const { jobs } = await this.rest<{ jobs: { id: string }[] }>("GET", "/jobs");
        this.jobId = jobs[0]?.id ?? "";
        return;
      }
    }
    if (this.process.pid === undefined) {
      throw new FlinkError(
        `Java 17 or later is needed to run Flink: ${startError?.message ?? "it could not be started"}.`,
      );
    }
    throw new FlinkError(this.reason());
  }

  /**
   * Waits until every operator has seen event time pass a moment, which it has only after everything before it.
   *
   * @param watermarkMs the moment, in epoch milliseconds.
   * @param onProgress told the job's present watermark, whenever it is asked for.
   */
  async awaitWatermark(
    watermarkMs: number,
    onProgress: (watermarkMs: number) => void = () => undefined,
  ): Promise<void> {
    for (;;) {
      const watermark = await this.watermark();
      onProgress(watermark);
      if (watermark >= watermarkMs) return;
      await delay(POLL_MS);
    }
  }

  /** The lowest watermark that any operator behind the source has seen; -Infinity before there is one. */
  async watermark(): Promise<number> {
    const job = await this.job();
    let lowest = Infinity;
    // The source comes first and has no input, hence no input watermark.
    for (const { id } of job.vertices.slice(1)) {
      const values = await this.rest<{ value: string }[]>(
        "GET",
        `/jobs/${this.jobId}/vertices/${id}/watermarks`,
      );
      lowest = Math.min(lowest, ...(values.length ? values.map(({ value }) => Number(value)) : [-Infinity]));
    }
    return lowest;
  }

  /**
   * A metric's sum over all operators that have it; 0 where none has.
   *
   * @param name the end of its name, such as `numLateRecordsDropped` or `Writer.numRecordsIn`.
   */
  async metric(name: string): Promise<number> {
    let sum = 0;
    for (const { id } of (await this.job()).vertices) {
      const metrics = `/jobs/${this.jobId}/vertices/${id}/subtasks/metrics`;
      const ids = (await this.rest<{ id: string }[]>("GET", metrics)).filter(({ id }) => id.endsWith(name));
      if (ids.length === 0) continue;
      const query = new URLSearchParams({ get: ids.map(({ id }) => id).join(","), agg: "sum" });
      for (const { sum: value } of await this.rest<{ sum: number }[]>(
        "GET",
        `${metrics}?${query.toString()}`,
      ))
        sum += value;
    }
    return sum;
  }

  /** Waits until the sink has sent all that has reached it, or dropped it for its size. */
  async awaitSent(): Promise<void> {
    for (;;) {
      const sent = await this.metric("Writer.numRecordsSend");
      const dropped = await this.metric("recordsTooLarge");
      if (sent + dropped >= (await this.metric("Writer.numRecordsIn"))) return;
      await delay(POLL_MS);
    }
  }

  /** Has the job write a checkpoint and waits until it has; Flink's configuration says where and whether it stays. */
  async checkpoint(): Promise<void> {
    await this.operation("checkpoints", "checkpoints", { checkpointType: "FULL" });
  }

  /**
   * Ends the job with a savepoint.
   *
   * @param drain whether it ends as at the end of its input: open windows close, and what is on its way gets to the
   *   stream. Without, all that is in the savepoint instead.
   * @param savepoints the folder that the savepoint gets into; left alone, one that goes with the process.
   * @returns the savepoint's path.
   */
  async stop({ drain = true, savepoints = path.join(this.directory, "savepoints") } = {}): Promise<string> {
    const { location } = await this.operation("stop", "savepoints", {
      targetDirectory: `file://${savepoints}`,
      drain,
    });
    return location ?? "";
  }

  /** Asks the job for something that takes its time, and waits until it is done. */
  private async operation(name: string, results: string, body: unknown): Promise<{ location?: string }> {
    const { "request-id": request } = await this.rest<{ "request-id": string }>(
      "POST",
      `/jobs/${this.jobId}/${name}`,
      body,
    );
    for (;;) {
      const { status, operation } = await this.rest<{
        status: { id: string };
        operation?: { location?: string; "failure-cause"?: { class: string } };
      }>("GET", `/jobs/${this.jobId}/${results}/${request}`);
      if (operation?.["failure-cause"]) {
        throw new FlinkError(`The job's ${name} failed: ${this.reason()}`);
      }
      if (status.id === "COMPLETED") return operation ?? {};
      await delay(POLL_MS);
    }
  }

  /** Ends the process, at once. */
  async close(): Promise<void> {
    if (
      this.process.pid !== undefined &&
      this.process.exitCode === null &&
      this.process.signalCode === null
    ) {
      const exit = once(this.process, "exit");
      this.process.kill("SIGKILL");
      await exit;
    }
    fs.rmSync(this.directory, { recursive: true, force: true });
  }

  private async job(): Promise<{ state: string; vertices: { id: string }[] }> {
    const job = await this.rest<{ state: string; vertices: { id: string }[] }>("GET", `/jobs/${this.jobId}`);
    if (job.state === "FAILED" || job.state === "RESTARTING") {
      const failure = await this.rest<{ exceptionHistory: { entries: { stacktrace: string }[] } }>(
        "GET",
        `/jobs/${this.jobId}/exceptions`,
      );
      const [entry] = failure.exceptionHistory.entries;
      throw new FlinkError(`The Flink job failed: ${rootCause(entry?.stacktrace.split("\n") ?? [])}`);
    }
    return job;
  }

  private async rest<T>(method: string, resource: string, body?: unknown): Promise<T> {
    const answer = await fetch(`http://127.0.0.1:${this.restPort}${resource}`, {
      method,
      ...(body === undefined
        ? {}
        : { body: JSON.stringify(body), headers: { "content-type": "application/json" } }),
    });
    if (!answer.ok)
      throw new FlinkError(
        `Flink answered ${method} ${resource} with ${answer.status}: ${await answer.text()}`,
      );
    return (await answer.json()) as T;
  }

  private reason(): string {
    return rootCause(this.log);
  }
}

/** What a stack trace ends in: the message of its last "Caused by". */
function rootCause(lines: readonly string[]): string {
  const cause =
    lines.findLast((line) => line.startsWith("Caused by: ")) ??
    lines.find((line) => /Exception|Error/.test(line));
  return (cause ?? lines.at(-1) ?? "Flink ended without a word.").replace(
    /^(Caused by: |Exception in thread "main" )?[\w.$]+(Exception|Error): /,
    "",
  );
}

const JVM_ARGUMENTS = [
  "-Xmx1g",
  "-XX:+UseSerialGC",
  "-XX:TieredStopAtLevel=1",
  "-XX:-UsePerfData",
  // What Flink's own start scripts open on Java 17.
  "--add-opens=java.base/java.util=ALL-UNNAMED",
  "--add-opens=java.base/java.lang=ALL-UNNAMED",
  // kinesalite's answers are read as JSON.
  "-Daws.cborEnabled=false",
];

const CLUSTER_COMMAND = [
  "-cp",
  [path.join(EMBEDDED_FLINK, "embedded-flink.jar"), path.join(EMBEDDED_FLINK, "lib", "*")].join(
    path.delimiter,
  ),
  "io.github.lambdamemoryoptimizer.local.EmbeddedFlink",
];

function flinkConfiguration(
  directory: string,
  { parallelism = 1, configuration = {} }: EmbeddedFlinkOptions,
): string {
  const values: Record<string, string> = {
    "parallelism.default": String(parallelism),
    "taskmanager.numberOfTaskSlots": String(parallelism),
    "jobmanager.bind-host": "127.0.0.1",
    "taskmanager.bind-host": "127.0.0.1",
    "rest.address": "127.0.0.1",
    "rest.bind-address": "127.0.0.1",
    "io.tmp.dirs": directory,
    // A checkpoint also hands on what waits in the sink's buffer.
    "execution.checkpointing.interval": "1 s",
    "execution.checkpointing.dir": `file://${directory}/checkpoints`,
    // A job that fails here has failed; there is no cluster to heal it.
    "restart-strategy.type": "none",
    "metrics.fetcher.update-interval": "100",
    ...configuration,
  };
  return Object.entries(values)
    .map(([key, value]) => `${key}: ${JSON.stringify(value)}\n`)
    .join("");
}
