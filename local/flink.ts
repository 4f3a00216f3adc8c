/** An embedded Flink that runs the job's jar, and the part of Flink's REST API that the local run needs. */
import { once } from "node:events";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { createInterface } from "node:readline";
import { setTimeout as delay } from "node:timers/promises";
import { FLINK_PROPERTY_GROUP } from "../runtime/parts";
import { spawnFlink, type FlinkProcess, type FlinkProcessOptions } from "./flink-process";
import type { Part } from "./part-watch";

const POLL_MS = 50;

export interface EmbeddedFlinkOptions extends FlinkProcessOptions {
  /** The job's parameters, by their names in the property group. */
  readonly parameters: Readonly<Record<string, string>>;
  /** The folder that gets Flink's own, temporary one; the system's by default. */
  readonly parentDirectory?: string;
  /** Told of the process as soon as there is one. */
  readonly onSpawn?: (part: Part) => void;
}

/** A job, as far as it matters here ("REST API", /jobs/:jobid). */
interface Job {
  readonly state: string;
  readonly vertices: readonly { readonly id: string }[];
  readonly plan: { readonly nodes: readonly { readonly id: string; readonly inputs?: readonly unknown[] }[] };
}

/** A Flink that could not be started, or whose job failed; the message is the reason's first sentence. */
export class FlinkError extends Error {
  override readonly name = "FlinkError";
}

export class EmbeddedFlink {
  private readonly log: string[] = [];
  private readonly lines: AsyncIterator<string, unknown>;
  private startError: Error | undefined;
  private restPort = 0;
  private jobId = "";
  private readonly jobIds: string[] = [];

  private constructor(
    private readonly process: FlinkProcess,
    private readonly directory: string,
  ) {
    process.on("error", (error) => (this.startError = error));
    // What is written to a process that has ended is lost, which its end tells.
    process.stdin.on("error", () => undefined);
    createInterface(process.stderr).on("line", (line) => this.log.push(line));
    this.lines = createInterface(process.stdout)[Symbol.asyncIterator]();
  }

  /** Starts a cluster, runs the jar's main method, and waits until its job is submitted. */
  static async start(options: EmbeddedFlinkOptions): Promise<EmbeddedFlink> {
    const { parentDirectory = os.tmpdir(), parameters, onSpawn } = options;
    const directory = fs.mkdtempSync(path.join(parentDirectory, "embedded-flink-"));
    const child = spawnFlink(directory, options);
    const flink = new EmbeddedFlink(child, directory);
    if (child.pid !== undefined) {
      onSpawn?.({ name: "Flink", process: child, whyEnded: () => flink.reason() });
    }
    try {
      const line = await flink.line("rest-port ");
      flink.restPort = Number(line.slice("rest-port ".length));
      await flink.submit(parameters);
      return flink;
    } catch (error) {
      await flink.close();
      throw error;
    }
  }

  /**
   * Runs the jar's main method and waits until its job is submitted. One job runs at a time: the one before must have
   * been stopped, and from now on every other method means this one.
   *
   * @param parameters the job's parameters, by their names in the property group.
   */
  async submit(parameters: EmbeddedFlinkOptions["parameters"]): Promise<void> {
    const file = path.join(this.directory, `application_properties-${this.jobIds.length}.json`);
    const groups = [{ PropertyGroupId: FLINK_PROPERTY_GROUP, PropertyMap: parameters }];
    fs.writeFileSync(file, JSON.stringify(groups));
    this.process.stdin.write(`run ${file}\n`);
    await this.line("submitted");
    const { jobs } = await this.rest<{ jobs: { id: string }[] }>("GET", "/jobs");
    this.jobId = jobs.find(({ id }) => !this.jobIds.includes(id))?.id ?? "";
    this.jobIds.push(this.jobId);
  }

  /** The next line of the process's output that starts like this. */
  private async line(start: string): Promise<string> {
    for (;;) {
      const { done, value } = await this.lines.next();
      if (!done && value.startsWith(start)) return value;
      if (done) throw new FlinkError(this.reason());
    }
  }

  get pid(): number | undefined {
    return this.process.pid;
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
    const { plan } = await this.job();
    let lowest = Infinity;
    // A source has no input, hence no input watermark.
    for (const { id } of plan.nodes.filter(({ inputs = [] }) => inputs.length > 0)) {
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

  /**
   * Waits until event time has passed a moment everywhere and the sink has sent all that came before it: at once, where
   * `awaitWatermark` and `awaitSent` ask Flink's REST API again and again.
   *
   * @param watermarkMs the moment, in epoch milliseconds.
   * @returns how many records the sink has sent in all.
   */
  async passed(watermarkMs: number): Promise<number> {
    this.process.stdin.write(`await ${watermarkMs}\n`);
    return Number((await this.line("passed ")).slice("passed ".length));
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

  private async job(): Promise<Job> {
    const job = await this.rest<Job>("GET", `/jobs/${this.jobId}`);
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

  /** Why the process ended, in one sentence. */
  private reason(): string {
    return this.process.pid === undefined
      ? `Java 17 or later is needed to run Flink: ${this.startError?.message ?? "it could not be started"}.`
      : rootCause(this.log);
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
