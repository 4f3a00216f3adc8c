/** The process of the embedded Flink: its command, its environment and Flink's own configuration. */
import { spawn, type ChildProcessByStdio } from "node:child_process";
import fs from "node:fs";
import path from "node:path";
import type { Readable, Writable } from "node:stream";
import { EMBEDDED_FLINK, FLINK_JAR } from "../scripts/artefact-paths";
import { LOCAL_ENVIRONMENT } from "./environment";

export type FlinkProcess = ChildProcessByStdio<Writable, Readable, Readable>;

export interface FlinkProcessOptions {
  readonly kinesisEndpoint: string;
  /** The number of task slots, and the jobs' parallelism; 1 by default. */
  readonly parallelism?: number;
  /** Flink's own configuration, on top of the defaults below. */
  readonly configuration?: Readonly<Record<string, string>>;
  /** Kills the process when aborted. */
  readonly signal?: AbortSignal;
}

/**
 * Starts a cluster without a job. EmbeddedFlink.java describes its standard input and output.
 *
 * @param directory the folder for everything that Flink writes.
 */
export function spawnFlink(directory: string, options: FlinkProcessOptions): FlinkProcess {
  writeConfiguration(directory, clusterConfiguration(directory, options));
  const java = process.env.JAVA_HOME ? path.join(process.env.JAVA_HOME, "bin", "java") : "java";
  // Flink's planner unpacks 45 MB into the JVM's temporary folder, and doesn't remove them.
  const temporary = `-Djava.io.tmpdir=${directory}`;
  return spawn(java, [...JVM_ARGUMENTS, temporary, ...CLUSTER_COMMAND, directory, FLINK_JAR], {
    env: { ...process.env, ...LOCAL_ENVIRONMENT, AWS_ENDPOINT_URL_KINESIS: options.kinesisEndpoint },
    stdio: ["pipe", "pipe", "pipe"],
    // In a process group of its own, because on Ctrl-C the local run decides what ends first.
    detached: true,
    ...(options.signal ? { signal: options.signal, killSignal: "SIGKILL" } : {}),
  });
}

const JVM_ARGUMENTS = [
  "-Xmx1g",
  // A start loads 30,000 classes. With these two, it collects garbage less often.
  "-Xmn256m",
  "-XX:MetaspaceSize=256m",
  "-XX:+UseSerialGC",
  "-XX:TieredStopAtLevel=1",
  "-XX:-UsePerfData",
  // As in Flink's own start scripts for Java 17.
  "--add-opens=java.base/java.util=ALL-UNNAMED",
  "--add-opens=java.base/java.lang=ALL-UNNAMED",
  // kinesalite answers in JSON, not in CBOR.
  "-Daws.cborEnabled=false",
];

const CLUSTER_COMMAND = [
  "-cp",
  [path.join(EMBEDDED_FLINK, "embedded-flink.jar"), path.join(EMBEDDED_FLINK, "lib", "*")].join(
    path.delimiter,
  ),
  "io.github.lambdamemoryoptimizer.local.EmbeddedFlink",
];

/** Writes Flink's configuration file. */
export function writeConfiguration(
  directory: string,
  configuration: NonNullable<FlinkProcessOptions["configuration"]>,
): void {
  const lines = Object.entries(configuration).map(([key, value]) => `${key}: ${JSON.stringify(value)}\n`);
  fs.writeFileSync(path.join(directory, "config.yaml"), lines.join(""));
}

function clusterConfiguration(
  directory: string,
  { parallelism = 1, configuration = {} }: FlinkProcessOptions,
): Record<string, string> {
  return {
    "parallelism.default": String(parallelism),
    "taskmanager.numberOfTaskSlots": String(parallelism),
    "jobmanager.bind-host": "127.0.0.1",
    "taskmanager.bind-host": "127.0.0.1",
    "rest.address": "127.0.0.1",
    "rest.bind-address": "127.0.0.1",
    "io.tmp.dirs": directory,
    // A checkpoint also flushes the sink's buffer.
    "execution.checkpointing.interval": "1 s",
    "execution.checkpointing.dir": `file://${directory}/checkpoints`,
    // A failed job is not restarted, so that its error shows.
    "restart-strategy.type": "none",
    "metrics.fetcher.update-interval": "100",
    "metrics.reporter.sink.factory.class": "io.github.lambdamemoryoptimizer.local.SinkMetrics$Factory",
    ...configuration,
  };
}
