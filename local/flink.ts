/** An embedded Flink that runs the Flink job from the jar that is deployed. */
import { once } from "node:events";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { createInterface } from "node:readline";
import { FLINK_PROPERTY_GROUP } from "../runtime/parts";
import { FlinkError, rootCause } from "./flink-error";
import { FlinkJob } from "./flink-job";
import { spawnFlink, writeConfiguration, type FlinkProcess, type FlinkProcessOptions } from "./flink-process";
import type { WatchedProcess } from "./process-watch";

export { FlinkError };

export interface EmbeddedFlinkOptions extends FlinkProcessOptions {
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

  /** Starts a cluster without a job. */
  static async start(options: EmbeddedFlinkOptions): Promise<EmbeddedFlink> {
    const { parentDirectory = os.tmpdir(), onSpawn } = options;
    const directory = fs.mkdtempSync(path.join(parentDirectory, "embedded-flink-"));
    const child = spawnFlink(directory, options);
    const flink = new EmbeddedFlink(child, directory);
    if (child.pid !== undefined) {
      onSpawn?.({ name: "Flink", process: child, whyEnded: () => flink.whyEnded() });
    }
    try {
      const line = await flink.line("rest-port ");
      flink.restPort = Number(line.slice("rest-port ".length));
      return flink;
    } catch (error) {
      await flink.close();
      throw error;
    }
  }

  /**
   * Runs the jar's main method and waits until it has submitted its job.
   *
   * @param parameters the job's parameters, by their names in the property group.
   * @param configuration Flink's own configuration for this job, on top of the cluster's.
   */
  async submit(
    parameters: Readonly<Record<string, string>>,
    configuration: NonNullable<FlinkProcessOptions["configuration"]> = {},
  ): Promise<FlinkJob> {
    const folder = path.join(this.directory, `job-${this.jobs.length}`);
    fs.mkdirSync(folder);
    const groups = [{ PropertyGroupId: FLINK_PROPERTY_GROUP, PropertyMap: parameters }];
    fs.writeFileSync(path.join(folder, "application_properties.json"), JSON.stringify(groups));
    writeConfiguration(folder, configuration);
    this.process.stdin.write(`run ${folder}\n`);
    await this.line("submitted");
    const job = await FlinkJob.submittedAfter(
      this.restPort,
      this.jobs.map(({ id }) => id),
    );
    this.jobs.push(job);
    return job;
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
   * Waits until event time has passed a moment in the whole job, the only one that runs, and the sink has sent
   * everything before it. The process says so at once, whereas the job's `awaitWatermark` and `awaitSent` poll Flink's
   * REST API.
   *
   * @param watermarkMs the moment, in epoch milliseconds.
   * @returns how many records the sink has sent in all.
   */
  async passed(watermarkMs: number): Promise<number> {
    this.process.stdin.write(`await ${watermarkMs}\n`);
    return Number((await this.line("passed ")).slice("passed ".length));
  }

  /**
   * Stops the job that was submitted last with a savepoint.
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
