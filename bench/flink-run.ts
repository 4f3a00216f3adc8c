/** One run of one version of the Flink job, in its own process. */
import { execFile, execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { promisify } from "node:util";
import { flinkProperties } from "../runtime/parts";
import type { Settings } from "../runtime/settings";
import { javaCommand } from "../scripts/java-command";

const ROOT = path.join(__dirname, "..");
const BENCH = path.join(ROOT, "bench", "flink", "target");
/** The job's classes, without the Kinesis connector that its jar brings. */
const JOB = path.join(ROOT, "runtime", "flink", "target", "classes");

const WINDOW_DAYS = 14;
/** Each run has at least this many records, in whole windows. */
const MIN_RECORDS = 3_000_000;
export const REPORTS_PER_DAY = 24;

export interface FlinkRun {
  readonly version: "sql" | "datastream";
  readonly functions: number;
  readonly parallelism: number;
  readonly stateBackend: string;
  readonly settings: Settings;
  /** Flink's table options, on top of what the job sets. */
  readonly tableOptions: Readonly<Record<string, string>>;
}

export interface FlinkFigures {
  readonly records: number;
  /** From the first record to the end of the last window. */
  readonly seconds: number;
  /** CPU time of all threads of the process. */
  readonly cpuSeconds: number;
  /** Size of a full checkpoint in the state backend's own format, with an open window for every function. */
  readonly checkpointBytes: number;
  /**
   * Size of a savepoint in Flink's canonical format at the same moment: the state alone, independent of the backend.
   */
  readonly savepointBytes: number;
  /** One per line, sorted. */
  readonly recommendations: string;
}

/** Builds the job and the bench, with Maven. */
export function buildFlinkBench(): void {
  execFileSync("mvn", ["-B", "-q", "-P", "bench", "-pl", "bench/flink", "-am", "-DskipTests", "package"], {
    cwd: ROOT,
    stdio: "inherit",
  });
}

/** Runs one version once, on the whole machine. */
export async function measureFlink(run: FlinkRun): Promise<FlinkFigures> {
  const directory = mkdtempSync(path.join(os.tmpdir(), "bench-flink-"));
  try {
    const file = path.join(directory, "recommendations");
    const java = javaCommand("java");
    const { stdout } = await promisify(execFile)(
      java,
      [...flinkJvmArguments("Bench"), ...benchArguments(run, directory, file)],
      {
        timeout: 30 * 60_000,
        killSignal: "SIGKILL",
      },
    );
    const figures = JSON.parse(stdout) as Omit<FlinkFigures, "recommendations">;
    return { ...figures, recommendations: readFileSync(file, "utf8") };
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

/** @param mainClass of the bench's package. */
export const flinkJvmArguments = (mainClass: string): string[] => [
  "-Xmx3g",
  // Flink's own start scripts open these on Java 17.
  "--add-opens=java.base/java.util=ALL-UNNAMED",
  "--add-opens=java.base/java.lang=ALL-UNNAMED",
  "-cp",
  [path.join(BENCH, "classes"), JOB, path.join(BENCH, "lib", "*")].join(path.delimiter),
  `io.github.lambdamemoryoptimizer.flink.${mainClass}`,
];

/** Flink's configuration for state in RocksDB, as on Managed Flink. */
export function rocksDb(directory: string, parallelism = 1): Record<string, string> {
  return {
    "state.backend.type": "rocksdb",
    "state.backend.rocksdb.options-factory": "io.github.lambdamemoryoptimizer.flink.MergedFiles",
    "io.tmp.dirs": directory,
    "execution.checkpointing.dir": `file://${directory}/checkpoints`,
    "restart-strategy.type": "disable",
    "taskmanager.memory.managed.size": `${512 * parallelism}m`,
    // Event time runs thousands of times faster than real time. With the default of 200 ms it would jump by weeks.
    "pipeline.auto-watermark-interval": "10ms",
  };
}

function benchArguments(run: FlinkRun, directory: string, file: string): string[] {
  const perWindow = run.functions * REPORTS_PER_DAY * WINDOW_DAYS;
  return Object.entries({
    version: run.version,
    functions: run.functions,
    reportsPerDay: REPORTS_PER_DAY,
    days: Math.ceil(MIN_RECORDS / perWindow) * WINDOW_DAYS,
    parallelism: run.parallelism,
    recommendations: file,
    savepoints: path.join(directory, "savepoints"),
    ...prefixed("flink.", {
      ...rocksDb(directory, run.parallelism),
      "state.backend.type": run.stateBackend,
    }),
    ...prefixed("table.", run.tableOptions),
    ...prefixed("job.", {
      ...flinkProperties(run.settings, {
        telemetryStreamArn: "arn:aws:kinesis:eu-central-1:123456789012:stream/telemetry",
        recommendationsStreamArn: "arn:aws:kinesis:eu-central-1:123456789012:stream/recommendations",
        functionArnPrefixes: ["arn:aws:lambda:eu-central-1:123456789012:function:"],
      }),
    }),
  }).map(([key, value]) => `${key}=${value}`);
}

function prefixed(prefix: string, values: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(values).map(([key, value]) => [prefix + key, value]));
}
