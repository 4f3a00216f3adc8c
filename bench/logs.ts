/**
 * `npm run bench:logs [-- OPTIONS]`: how many report lines a second the job takes from the logs stream at parallelism 1, on
 * RocksDB: gzip, parse, window. Next to it, on the same records, a loop that only unpacks and splits them. The first run
 * warms up; medians of the others are printed.
 *
 *     --functions 500   --days 56   --lines 100 (of a function and day, in one record)   --runs 3
 */
import { execFile } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { parseArgs, promisify } from "node:util";
import { flinkProperties } from "../runtime/parts";
import { parseSettings } from "../runtime/settings";
import { buildFlinkBench, flinkJvmArguments, rocksDb } from "./flink-run";
import { medianOf } from "./median";
import { javaCommand } from "../scripts/java-command";

const LINES_PER_SECOND = 100_000;

const { values } = parseArgs({
  options: {
    functions: { type: "string", default: "500" },
    days: { type: "string", default: "56" },
    lines: { type: "string", default: "100" },
    runs: { type: "string", default: "3" },
  },
});

interface Figures {
  readonly lines: number;
  readonly runs: readonly { readonly jobSeconds: number; readonly splitSeconds: number }[];
}

async function main(): Promise<void> {
  buildFlinkBench();
  const directory = mkdtempSync(path.join(os.tmpdir(), "bench-logs-"));
  try {
    const { lines, runs } = await measure(directory);
    const measured = runs.slice(1);
    const rate = (seconds: readonly number[]) => lines / medianOf(seconds);
    const job = rate(measured.map(({ jobSeconds }) => jobSeconds));
    const split = rate(measured.map(({ splitSeconds }) => splitSeconds));
    console.log(
      `the job      ${Math.round(job)} lines/s, ${(job / LINES_PER_SECOND).toFixed(2)} × the target`,
    );
    console.log(`gunzip+split ${Math.round(split)} lines/s`);
    console.log(`the job ÷ gunzip+split: ${(job / split).toFixed(2)}`);
    if (job < LINES_PER_SECOND) process.exitCode = 1;
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

async function measure(directory: string): Promise<Figures> {
  const stream = (name: string) => `arn:aws:kinesis:eu-central-1:123456789012:stream/${name}`;
  const job = flinkProperties(parseSettings({ pressureInterval: "1d" }), {
    telemetryStreamArn: stream("telemetry"),
    recommendationsStreamArn: stream("recommendations"),
    functionArnPrefixes: ["arn:aws:lambda:eu-central-1:123456789012:function:"],
    logs: { streamArn: stream("logs"), logGroupFunctions: {} },
  });
  const entries = [
    ["functions", values.functions],
    ["days", values.days],
    ["linesPerRecord", values.lines],
    ["runs", String(Number(values.runs) + 1)],
    ...Object.entries(rocksDb(directory)).map(([key, value]) => [`flink.${key}`, value]),
    ...Object.entries(job).map(([key, value]) => [`job.${key}`, value]),
  ];
  const java = javaCommand("java");
  const args = entries.map(([key, value]) => `${key}=${value}`);
  const { stdout } = await promisify(execFile)(java, [...flinkJvmArguments("LogBench"), ...args], {
    timeout: 30 * 60_000,
    killSignal: "SIGKILL",
  });
  return JSON.parse(stdout) as Figures;
}

void main();
