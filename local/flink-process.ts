/** The process of the embedded Flink: its command, its environment and Flink's own configuration. */
import { spawn, type ChildProcessByStdio } from "node:child_process";
import fs from "node:fs";
import path from "node:path";
import type { Readable, Writable } from "node:stream";
import { EMBEDDED_FLINK, FLINK_JAR } from "../scripts/build";
import { LOCAL_ENVIRONMENT } from "./environment";

export type FlinkProcess = ChildProcessByStdio<Writable, Readable, Readable>;

export interface FlinkProcessOptions {
  readonly kinesisEndpoint: string;
  /** How many task slots work side by side, 1 by default. */
  readonly parallelism?: number;
  /** Flink's own configuration, on top of the defaults below. */
  readonly configuration?: Readonly<Record<string, string>>;
  /** Ends the process, while it starts or later. */
  readonly signal?: AbortSignal;
}

/**
 * Starts a cluster without a job; local/flink's EmbeddedFlink says what its standard input and output carry.
 *
 * @param directory where everything that Flink writes is kept.
 */
export function spawnFlink(directory: string, options: FlinkProcessOptions): FlinkProcess {
  fs.writeFileSync(path.join(directory, "config.yaml"), flinkConfiguration(directory, options));
  const java = process.env.JAVA_HOME ? path.join(process.env.JAVA_HOME, "bin", "java") : "java";
  // Flink's planner unpacks itself, 45 MB, into the JVM's own folder for temporary files, and leaves them there.
  const temporary = `-Djava.io.tmpdir=${directory}`;
  return spawn(java, [...JVM_ARGUMENTS, temporary, ...CLUSTER_COMMAND, directory, FLINK_JAR], {
    env: { ...process.env, ...LOCAL_ENVIRONMENT, AWS_ENDPOINT_URL_KINESIS: options.kinesisEndpoint },
    stdio: ["pipe", "pipe", "pipe"],
    // In a group of its own, so that Ctrl-C leaves the order of ending to the local run.
    detached: true,
    ...(options.signal ? { signal: options.signal, killSignal: "SIGKILL" } : {}),
  });
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
  { parallelism = 1, configuration = {} }: FlinkProcessOptions,
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
    "metrics.reporter.sink.factory.class": "io.github.lambdamemoryoptimizer.local.SinkMetrics$Factory",
    ...configuration,
  };
  return Object.entries(values)
    .map(([key, value]) => `${key}: ${JSON.stringify(value)}\n`)
    .join("");
}
