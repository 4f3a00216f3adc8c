/** The process of the embedded Flink: its command, its environment and Flink's own configuration. */
import { spawn, type ChildProcessByStdio } from "node:child_process";
import { createHash } from "node:crypto";
import fs from "node:fs";
import path from "node:path";
import type { Readable, Writable } from "node:stream";
import { EMBEDDED_FLINK, FLINK_JAR } from "../scripts/artefact-paths";
import { javaCommand } from "../scripts/java-command";
import { LOCAL_ENVIRONMENT } from "./environment";

export type FlinkProcess = ChildProcessByStdio<Writable, Readable, Readable>;

export interface FlinkProcessOptions {
  readonly kinesisEndpoint: string;
  /** The number of task slots, and the jobs' parallelism; 1 by default. */
  readonly parallelism?: number;
  /** Flink's own configuration, on top of the defaults below. */
  readonly configuration?: Readonly<Record<string, string>>;
  /**
   * Whether the jobs share the jar's classes, which are then loaded once, parent first. By default every job loads its
   * own, child first, as on Managed Flink.
   */
  readonly sharedClasses?: boolean;
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
  const archive = classArchive();
  const arguments_ = [
    ...JVM_ARGUMENTS,
    ...(fs.existsSync(archive) ? [`-XX:SharedArchiveFile=${archive}`] : []),
    ...clusterCommand(directory, options.sharedClasses ? [FLINK_JAR] : []),
  ];
  return spawn(javaCommand("java"), arguments_, {
    env: { ...process.env, ...LOCAL_ENVIRONMENT, AWS_ENDPOINT_URL_KINESIS: options.kinesisEndpoint },
    stdio: ["pipe", "pipe", "pipe"],
    // In a process group of its own, because on Ctrl-C the local run decides what ends first.
    detached: true,
    ...(options.signal ? { signal: options.signal, killSignal: "SIGKILL" } : {}),
  });
}

export const JVM_ARGUMENTS = [
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

/**
 * The arguments of `java`, after the JVM's own, that start a cluster.
 *
 * @param directory the folder for everything that Flink writes.
 * @param jars more jars for its class path.
 */
export function clusterCommand(directory: string, jars: readonly string[] = []): string[] {
  const classPath = [...flinkJars(), path.join(EMBEDDED_FLINK, "embedded-flink.jar"), ...jars];
  return [
    // Flink unpacks the jar of its RPC system into the JVM's temporary folder, and doesn't remove it.
    `-Djava.io.tmpdir=${directory}`,
    "-cp",
    classPath.join(path.delimiter),
    "io.github.lambdamemoryoptimizer.local.EmbeddedFlink",
    directory,
    FLINK_JAR,
  ];
}

/** The jars of Flink itself, in the order of the class path. */
export function flinkJars(): string[] {
  const folder = path.join(EMBEDDED_FLINK, "lib");
  if (!fs.existsSync(folder)) return [];
  return fs
    .readdirSync(folder)
    .sort()
    .map((jar) => path.join(folder, jar));
}

/**
 * The file that a class data archive of Flink's jars has, if there is one ("Class Data Sharing", Java Virtual Machine
 * Guide). A JVM refuses the archive of another Java or of other jars, so these are part of its name.
 */
export function classArchive(): string {
  const hash = createHash("sha256");
  for (const file of [javaBinary(), ...flinkJars()]) {
    const { mtimeMs, size } = fs.statSync(file, { throwIfNoEntry: false }) ?? { mtimeMs: 0, size: 0 };
    hash.update(`${file}\0${mtimeMs}\0${size}\0`);
  }
  return path.join(EMBEDDED_FLINK, `classes-${hash.digest("hex").slice(0, 16)}.jsa`);
}

function javaBinary(): string {
  const command = javaCommand("java");
  if (path.isAbsolute(command)) return command;
  const folders = (process.env.PATH ?? "").split(path.delimiter);
  const found = folders.map((folder) => path.join(folder, command)).find((file) => fs.existsSync(file));
  return found === undefined ? command : fs.realpathSync(found);
}

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
  { parallelism = 1, sharedClasses = false, configuration = {} }: FlinkProcessOptions,
): Record<string, string> {
  return {
    "parallelism.default": String(parallelism),
    "taskmanager.numberOfTaskSlots": String(parallelism),
    "jobmanager.bind-host": "127.0.0.1",
    "taskmanager.bind-host": "127.0.0.1",
    "rest.address": "127.0.0.1",
    "rest.bind-address": "127.0.0.1",
    "io.tmp.dirs": directory,
    // So often that a run of seconds has checkpoints, too.
    "execution.checkpointing.interval": "1 s",
    "execution.checkpointing.dir": `file://${directory}/checkpoints`,
    // A failed job is not restarted, so that its error shows.
    "restart-strategy.type": "none",
    ...(sharedClasses && { "classloader.resolve-order": "parent-first" }),
    "metrics.fetcher.update-interval": "100",
    "metrics.reporter.sink.factory.class": "io.github.lambdamemoryoptimizer.local.SinkMetrics$Factory",
    ...configuration,
  };
}
