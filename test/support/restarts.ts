/** Checkpoints and metrics for tests that restart a job. */
import fs from "node:fs";
import path from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import type { FlinkJob } from "../../local/flink-job";
import { restoreFrom, startCluster } from "./cluster";

const POLL_MS = 50;
const MAX_POLLS = 200;

/** A job that is killed and started again twice. */
export interface MortalJob {
  readonly parameters: Readonly<Record<string, string>>;
  readonly parallelism: number;
  readonly lives: readonly [Life, Life, Life];
}

export interface Life {
  /** Comes before the job is started. */
  readonly before?: () => Promise<void>;
  readonly during: (job: FlinkJob) => Promise<void>;
  /** Begins once every job has come to the end of `during`. The end of the life follows. */
  readonly last?: (job: FlinkJob) => Promise<void>;
}

/**
 * Runs jobs side by side through their lives, each life on a cluster of its own. Kills the cluster with SIGKILL at the
 * end of a life. In the next one, each job continues from its newest checkpoint. The last life ends with a stop instead,
 * which sends all pending output.
 *
 * @param directory an empty directory.
 * @param configuration Flink's own configuration in addition to `retainCheckpoints`.
 */
export async function runLives(
  jobs: readonly MortalJob[],
  directory: string,
  kinesisEndpoint: string,
  configuration: Readonly<Record<string, string>> = {},
): Promise<void> {
  const slots = jobs.reduce((sum, { parallelism }) => sum + parallelism, 0);
  let snapshots: readonly string[] = [];
  for (const life of [0, 1, 2] as const) {
    const checkpoints = path.join(directory, `life-${life}`);
    const lives = jobs.map((job) => job.lives[life]);
    await Promise.all(lives.map(async ({ before }) => before?.()));
    const flink = await startCluster({
      kinesisEndpoint,
      parallelism: slots,
      configuration: { ...retainCheckpoints(checkpoints), ...configuration },
    });
    const running: FlinkJob[] = [];
    try {
      for (const [n, { parameters, parallelism }] of jobs.entries()) {
        const ownConfiguration = {
          "parallelism.default": String(parallelism),
          ...(life > 0 && restoreFrom(snapshots[n]!)),
        };
        running.push(await flink.submit(parameters, ownConfiguration));
      }
      await Promise.all(lives.map(({ during }, n) => during(running[n]!)));
      await Promise.all(lives.map(async ({ last }, n) => last?.(running[n]!)));
      if (life === 2) await Promise.all(running.map((job) => job.stop(path.join(directory, "end"), true)));
    } finally {
      // Unless the jobs have been stopped, this is their kill.
      await flink.close();
    }
    if (life < 2) snapshots = running.map((job) => newestCheckpoint(checkpoints, job));
  }
}

/**
 * Flink's configuration for a cluster whose jobs' checkpoints outlive it. It writes them only on request: tests decide
 * by the jobs' progress, not by time.
 *
 * @param directory a directory for this cluster alone.
 */
function retainCheckpoints(directory: string): Record<string, string> {
  return {
    "execution.checkpointing.dir": `file://${directory}`,
    "execution.checkpointing.interval": "1 h",
    "execution.checkpointing.externalized-checkpoint-retention": "RETAIN_ON_CANCELLATION",
  };
}

/**
 * The path of a job's newest completed checkpoint.
 *
 * @param directory the directory of its cluster's checkpoints.
 */
function newestCheckpoint(directory: string, { id }: FlinkJob): string {
  const completed = fs
    .readdirSync(path.join(directory, id))
    .filter((name) => name.startsWith("chk-") && fs.existsSync(path.join(directory, id, name, "_metadata")))
    .sort((a, b) => Number(a.slice("chk-".length)) - Number(b.slice("chk-".length)));
  const newest = completed.at(-1);
  if (newest === undefined) throw new Error(`No checkpoint in ${directory} of the job ${id} was completed.`);
  return path.join(directory, id, newest);
}

/** A metric's value once it is at least `atLeast`, or after a while if it never is. */
export async function awaitMetric(job: FlinkJob, name: string, atLeast: number): Promise<number> {
  for (let polls = 1; ; polls++) {
    const value = await job.metric(name);
    if (value >= atLeast || polls === MAX_POLLS) return value;
    await delay(POLL_MS);
  }
}
