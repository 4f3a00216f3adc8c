/**
 * `npm run bench:kills [-- TIMES [SEED]]`: kills or stops one process of `npm start` after another, 50 times by default,
 * each at a random moment of its life. The run must end within ten seconds with one sentence and a non-zero status, and
 * leave neither a process nor a folder. Fails if it doesn't. Needs Linux's /proc.
 */
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import Table from "cli-table3";
import { mulberry32 } from "../local/mulberry32";
import { killInput, killRun, PROCESS_NAMES, type Kill, type ProcessName } from "../test/support/kill-run";

/** About how long each process lives in this run, in milliseconds. A kill comes at any moment of that. */
const LIFE_MS: Readonly<Record<ProcessName, number>> = {
  Kinesis: 12_000,
  Flink: 10_000,
  "a layer": 6_000,
  "the updater": 1_500,
  "the run itself": 14_000,
};
const MOST_MISSES = 10;

async function main(): Promise<void> {
  const [times = 50, seed = 1] = process.argv.slice(2).map(Number);
  const random = mulberry32(seed);
  const directory = fs.mkdtempSync(path.join(os.tmpdir(), "bench-kills-"));
  const input = path.join(directory, "input.csv");
  killInput(input);
  const sums = new Map<string, { kills: number; failures: number; slowestMs: number }>();
  let failures = 0;
  let misses = 0;
  for (let n = 0; n < times;) {
    const name = PROCESS_NAMES[n % PROCESS_NAMES.length] ?? "Kinesis";
    // The run itself is only killed: whoever stops a run continues it too.
    const signal = name !== "the run itself" && random() < 0.5 ? "SIGSTOP" : "SIGKILL";
    const kill: Kill = { process: name, signal, afterMs: Math.floor(random() * LIFE_MS[name]) };
    const { hit, endingMs, sentence, faults } = await killRun(kill, input);
    if (!hit && ++misses < MOST_MISSES * times) continue;
    n++;
    const key = `${name}, ${signal}`;
    const sum = sums.get(key) ?? { kills: 0, failures: 0, slowestMs: 0 };
    sum.kills++;
    sum.slowestMs = Math.max(sum.slowestMs, endingMs);
    if (faults.length > 0) {
      sum.failures++;
      failures++;
    }
    sums.set(key, sum);
    console.log(
      `${n} of ${times}: ${key} after ${kill.afterMs} ms: ${faults.length > 0 ? `FAILED: ${faults.join("; ")}` : sentence}`,
    );
  }
  fs.rmSync(directory, { recursive: true });
  const table = new Table({
    head: ["process and signal", "kills", "failures", "slowest end"],
    style: { head: [] },
  });
  for (const [key, { kills, failures, slowestMs }] of [...sums].sort()) {
    table.push([key, kills, failures, `${(slowestMs / 1_000).toFixed(1)} s`]);
  }
  console.log(`\n${table.toString()}\n${failures} of ${times} failed`);
  if (failures > 0) process.exitCode = 1;
}

void main();
