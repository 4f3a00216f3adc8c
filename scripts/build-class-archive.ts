/**
 * Builds a class data archive of Flink's jars for the tests, which start some forty clusters: with it, each takes four
 * seconds less to its first job. It takes forty seconds itself, so nothing but `npm test` builds it; `npm start` uses it
 * if it is there.
 */
import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { createInterface } from "node:readline";
import { promisify } from "node:util";
import { LOCAL_ENVIRONMENT } from "../local/environment";
import {
  classArchive,
  clusterCommand,
  flinkJars,
  JVM_ARGUMENTS,
  writeConfiguration,
} from "../local/flink-process";
import { LOCAL_HOME, streamArn } from "../local/home";
import { FLINK_PROPERTY_GROUP, flinkProperties, functionArnPrefix } from "../runtime/parts";
import { parseSettings } from "../runtime/settings";
import { EMBEDDED_FLINK } from "./artefact-paths";
import { javaCommand } from "./java-command";

async function buildClassArchive(): Promise<void> {
  const archive = classArchive();
  if (fs.existsSync(archive)) return;
  console.log("building the archive of Flink's classes …");
  const startedAt = Date.now();
  for (const file of fs.readdirSync(EMBEDDED_FLINK)) {
    if (file.endsWith(".jsa")) fs.rmSync(path.join(EMBEDDED_FLINK, file));
  }
  const directory = fs.mkdtempSync(path.join(os.tmpdir(), "class-archive-"));
  try {
    const classes = path.join(directory, "classes.txt");
    await listClasses(classes, directory);
    const unfinished = path.join(directory, "classes.jsa");
    const dump = [
      "-Xshare:dump",
      `-XX:SharedClassListFile=${classes}`,
      `-XX:SharedArchiveFile=${unfinished}`,
    ];
    const classPath = flinkJars().join(path.delimiter);
    await promisify(execFile)(javaCommand("java"), [...JVM_ARGUMENTS, ...dump, "-cp", classPath], {
      maxBuffer: 64 * 1_048_576,
    });
    // Renamed into place, so that an interrupted build leaves none.
    fs.copyFileSync(unfinished, `${archive}.next`);
    fs.renameSync(`${archive}.next`, archive);
  } finally {
    fs.rmSync(directory, { recursive: true, force: true });
  }
  console.log(`built the archive of Flink's classes in ${((Date.now() - startedAt) / 1_000).toFixed(1)} s`);
}

/** Lists the classes that are loaded until a job has been submitted. Its sources need not find a Kinesis for that. */
async function listClasses(file: string, directory: string): Promise<void> {
  const job = path.join(directory, "job");
  fs.mkdirSync(job);
  const telemetryStreamArn = streamArn(LOCAL_HOME, "telemetry");
  const properties = flinkProperties(parseSettings(), {
    telemetryStreamArn,
    recommendationsStreamArn: streamArn(LOCAL_HOME, "recommendations"),
    functionArnPrefixes: [functionArnPrefix(telemetryStreamArn)],
  });
  const groups = [{ PropertyGroupId: FLINK_PROPERTY_GROUP, PropertyMap: properties }];
  fs.writeFileSync(path.join(job, "application_properties.json"), JSON.stringify(groups));
  writeConfiguration(job, {});
  writeConfiguration(directory, {
    "rest.address": "127.0.0.1",
    "rest.bind-address": "127.0.0.1",
    "jobmanager.bind-host": "127.0.0.1",
    "taskmanager.bind-host": "127.0.0.1",
    "io.tmp.dirs": directory,
  });
  const list = ["-Xshare:off", `-XX:DumpLoadedClassList=${file}`];
  const cluster = spawn(javaCommand("java"), [...JVM_ARGUMENTS, ...list, ...clusterCommand(directory)], {
    env: { ...process.env, ...LOCAL_ENVIRONMENT, AWS_ENDPOINT_URL_KINESIS: "http://127.0.0.1:9" },
    stdio: ["pipe", "pipe", "ignore"],
  });
  const closed = once(cluster, "close");
  cluster.stdin.write(`run ${job}\n`);
  for await (const line of createInterface(cluster.stdout)) if (line === "submitted") break;
  cluster.stdin.end();
  await closed;
}

buildClassArchive().catch((error: unknown) => {
  // Without it the tests are only slower.
  console.error(`There will be no archive of Flink's classes: ${String(error)}`);
});
