/** An embedded Flink that runs the Flink job from the jar that is deployed. */
import { once } from "node:events";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { createInterface } from "node:readline";
import { FLINK_PROPERTY_GROUP } from "../runtime/parts";
import { FlinkError, rootCause } from "./flink-error";
import { FlinkJob } from "./flink-job";
import { spawnFlink, type FlinkProcess, type FlinkProcessOptions } from "./flink-process";
import type { WatchedProcess } from "./process-watch";

export { FlinkError };

export interface EmbeddedFlinkOptions extends FlinkProcessOptions {
  /** The job's parameters, by their names in the property group. */
  readonly parameters: Readonly<Record<string, string>>;
  /** The folder in which Flink's temporary folder is created; the system's by default. */
  readonly parentDirectory?: string;
  /** Called with the process as soon as there is one. */
  readonly onSpawn?: (watched: WatchedProcess) => void;
}

export class EmbeddedFlink {
  private readonly log: string[] = [];
  private readonly lines: AsyncIterator<string, unknown>;
  private startError: Error | undefined;
  private restPort = 0;
  private readonly jobs: FlinkJob[] = [];

  private constructor(
    private readonly process: FlinkProcess,
    private readonly directory: string,
  ) {
    process.on("error", (error) => (this.startError = error));
    // A write to a process that has ended fails. Its end is noticed elsewhere.
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
      onSpawn?.({ name: "Flink", process: child, whyEnded: () => flink.whyEnded() });
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
   * Runs the jar's main method and waits until it has submitted its job. One job runs at a time: stop the one before
   * first.
   *
   * @param parameters the job's parameters, by their names in the property group.
   * @param savepoint the path of the savepoint that the job continues from; by default it starts afresh.
   */
  async submit(parameters: EmbeddedFlinkOptions["parameters"], savepoint?: string): Promise<void> {
    const file = path.join(this.directory, `application_properties-${this.jobs.length}.json`);
    const groups = [{ PropertyGroupId: FLINK_PROPERTY_GROUP, PropertyMap: parameters }];
    fs.writeFileSync(file, JSON.stringify(groups));
    if (savepoint !== undefined) this.process.stdin.write(`restore ${savepoint}\n`);
    this.process.stdin.write(`run ${file}\n`);
    await this.line("submitted");
    const earlierIds = this.jobs.map(({ id }) => id);
    this.jobs.push(await FlinkJob.submittedAfter(this.restPort, earlierIds));
  }

  /** The next line of the process's output that starts like this. */
  private async line(start: string): Promise<string> {
    for (;;) {
      const { done, value } = await this.lines.next();
      if (!done && value.startsWith(start)) return value;
      if (done) throw new FlinkError(this.whyEnded());
    }
  }

  get pid(): number | undefined {
    return this.process.pid;
  }

  /** The job that was submitted last. */
  get job(): FlinkJob {
    const job = this.jobs.at(-1);
    if (job === undefined) throw new FlinkError("No job has been submitted.");
    return job;
  }

  /**
   * Waits until event time has passed a moment in the whole job and the sink has sent everything before it. The process
   * says so at once, whereas the job's `awaitWatermark` and `awaitSent` poll Flink's REST API.
   *
   * @param watermarkMs the moment, in epoch milliseconds.
   * @returns how many records the sink has sent in all.
   */
  async passed(watermarkMs: number): Promise<number> {
    this.process.stdin.write(`await ${watermarkMs}\n`);
    return Number((await this.line("passed ")).slice("passed ".length));
  }

  /**
   * Stops the job with a savepoint.
   *
   * @param drain whether the job ends as if its input had ended: open windows close, and their results are sent.
   *   Otherwise the savepoint holds them.
   * @param savepoints the folder for the savepoint. The default one is removed with the process.
   * @returns the savepoint's path.
   */
  async stop({ drain = true, savepoints = path.join(this.directory, "savepoints") } = {}): Promise<string> {
    return this.job.stop(savepoints, drain);
  }

  /** Kills the process and removes its folder. */
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

  /** Why the process ended, in one sentence. */
  private whyEnded(): string {
    return this.process.pid === undefined
      ? `Java 17 or later is needed to run Flink: ${this.startError?.message ?? "it could not be started"}.`
      : rootCause(this.log);
  }
}
