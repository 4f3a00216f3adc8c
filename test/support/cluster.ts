/** A Flink cluster for tests, and where its jobs start. */
import { EmbeddedFlink, type EmbeddedFlinkOptions } from "../../local/flink";

/** A cluster whose jobs make no more progress fails their tests, and frees the machine for the next ones. */
const TIMEOUT_MS = 1_800_000;

/** Starts a cluster that ends by itself in the end, whatever becomes of its test. */
export function startCluster(options: EmbeddedFlinkOptions): Promise<EmbeddedFlink> {
  return EmbeddedFlink.start({ ...options, signal: AbortSignal.timeout(TIMEOUT_MS) });
}

/**
 * A cluster for many short jobs one after another. They share the jar's classes, they send a record at once, and Flink
 * leaves their generated code in one piece: splitting it takes half of a later job's CPU time. Every other cluster
 * splits it, as on AWS.
 */
export const MANY_JOBS: Pick<EmbeddedFlinkOptions, "sharedClasses" | "configuration"> = {
  sharedClasses: true,
  configuration: {
    "table.exec.kinesis.sink.flush-buffer.timeout": "1",
    "table.generated-code.max-length": String(10 ** 7),
  },
};

/**
 * Flink's configuration for a job that continues from a checkpoint or a savepoint.
 *
 * @param options.ignoreUnclaimedState whether the job starts even if none of its operators claims some of the state.
 */
export function restoreFrom(snapshot: string, { ignoreUnclaimedState = false } = {}): Record<string, string> {
  return {
    "execution.state-recovery.path": snapshot,
    "execution.state-recovery.ignore-unclaimed-state": String(ignoreUnclaimedState),
  };
}
