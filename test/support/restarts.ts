/** Checkpoints and metrics for tests that restart a job. */
import fs from "node:fs";
import path from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import type { EmbeddedFlink } from "../../local/flink";

const POLL_MS = 50;
const MAX_POLLS = 200;

/**
 * Flink's configuration for a job whose checkpoints outlive it. It writes them only on request: tests decide by the
 * job's progress, not by time.
 *
 * @param directory a directory for this job alone.
 */
export function retainCheckpoints(directory: string): Record<string, string> {
  return {
    "execution.checkpointing.dir": `file://${directory}`,
    "execution.checkpointing.interval": "1 h",
    "execution.checkpointing.externalized-checkpoint-retention": "RETAIN_ON_CANCELLATION",
  };
}

/** The path of the newest completed checkpoint. */
export function newestCheckpoint(directory: string): string {
  const [job, ...others] = fs.readdirSync(directory);
  if (job === undefined || others.length > 0) throw new Error(`${directory} does not belong to one job.`);
  const completed = fs
    .readdirSync(path.join(directory, job))
    .filter((name) => name.startsWith("chk-") && fs.existsSync(path.join(directory, job, name, "_metadata")))
    .sort((a, b) => Number(a.slice("chk-".length)) - Number(b.slice("chk-".length)));
  const newest = completed.at(-1);
  if (newest === undefined) throw new Error(`No checkpoint in ${directory} was completed.`);
  return path.join(directory, job, newest);
}

/** Flink's configuration for a job that continues from a checkpoint or a savepoint. */
export function restoreFrom(snapshot: string): Record<string, string> {
  return { "execution.state-recovery.path": snapshot };
}

/** Lets a job run until `use` resolves, then kills it. */
export async function alive(
  started: Promise<EmbeddedFlink>,
  use: (flink: EmbeddedFlink) => Promise<void>,
): Promise<void> {
  const flink = await started;
  try {
    await use(flink);
  } finally {
    await flink.close();
  }
}

/** A metric's value once it is at least `atLeast`, or after a while if it never is. */
export async function awaitMetric(flink: EmbeddedFlink, name: string, atLeast: number): Promise<number> {
  for (let polls = 1; ; polls++) {
    const value = await flink.job.metric(name);
    if (value >= atLeast || polls === MAX_POLLS) return value;
    await delay(POLL_MS);
  }
}
