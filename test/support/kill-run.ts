/** Kills or stops one process of an `npm start` run, and reports what happens to the rest. Needs Linux's /proc. */
import fs from "node:fs";
import { once } from "node:events";
import os from "node:os";
import path from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { linuxState } from "../../local/process-watch";
import { descendants, isAlive, start, told } from "../local/run-main";

/** The run's processes, by a pattern of their command lines. */
const PROCESSES = {
  Kinesis: /kinesis-server\.ts/,
  Flink: /embedded-flink\.jar/,
  "a layer": /extension\.cjs/,
  "the updater": /updater-sandbox\.ts/,
  "the run itself": /local\/main\.ts/,
} as const;
export type ProcessName = keyof typeof PROCESSES;
export const PROCESS_NAMES = Object.keys(PROCESSES) as ProcessName[];

/** The longest time within which everything must have ended. */
export const ENDING_MS = 10_000;

export interface Kill {
  readonly process: ProcessName;
  readonly signal: "SIGKILL" | "SIGSTOP";
  /** How long the process has lived when the signal comes. */
  readonly afterMs: number;
}

export interface KillResult {
  /** False if the run, or the process, had already ended. */
  readonly hit: boolean;
  /** From the signal until no process and no folder was left. */
  readonly endingMs: number;
  readonly sentence: string;
  readonly stderr: string;
  /** What is wrong, if anything is. */
  readonly faults: string[];
}

/** @param input a file with few enough reports for layer processes. */
export async function killRun({ process: name, signal, afterMs }: Kill, input: string): Promise<KillResult> {
  const temporary = fs.mkdtempSync(path.join(os.tmpdir(), "kill-run-"));
  const child = start(["--input", input, "--fold", "layer"], { ...process.env, TMPDIR: temporary });
  let stderr = "";
  let stdout = "";
  child.stdout.on("data", (chunk: Buffer) => (stdout += chunk.toString()));
  child.stderr.on("data", (chunk: Buffer) => (stderr += chunk.toString()));
  let below: number[] = [];
  const closed = once(child, "close") as Promise<[number | null, NodeJS.Signals | null]>;
  try {
    const pid = await pidToHit(name, afterMs, child.pid ?? 0, closed);
    below = descendants(child.pid ?? 0);
    if (pid === undefined || !reached(pid, signal)) {
      child.kill("SIGINT");
      await closed;
      return { hit: false, endingMs: 0, sentence: "", stderr, faults: [] };
    }
    const startedAt = performance.now();
    const left = await untilNothingIsLeft(temporary, below);
    const endingMs = performance.now() - startedAt;
    const [status] = await Promise.race([closed, delay(0, [undefined] as const)]);
    const [sentence = "", ...more] = told(stderr);
    const faults = left.map((what) => `${what} is left`);
    if (status === undefined) faults.push("the run goes on");
    if (name !== "the run itself") {
      if (status === 0 || status === null) faults.push(`the exit status is ${String(status)}`);
      if (more.length > 0 || !/^[A-Z].*\.$/.test(sentence))
        faults.push(`it says ${JSON.stringify(told(stderr))}`);
      if (stdout !== "") faults.push("it shows a result");
    }
    return { hit: true, endingMs, sentence, stderr, faults };
  } finally {
    for (const { pid } of processesOf(temporary, below)) process.kill(pid, "SIGKILL");
    await closed;
    fs.rmSync(temporary, { recursive: true, force: true, maxRetries: 10 });
  }
}

/** The process after `afterMs`, or another of its kind if it has ended. */
async function pidToHit(
  name: ProcessName,
  afterMs: number,
  run: number,
  closed: Promise<unknown>,
): Promise<number | undefined> {
  const over = new AbortController();
  void closed.then(() => {
    over.abort();
  });
  const find = () => [run, ...descendants(run)].find((pid) => PROCESSES[name].test(read(pid, "cmdline")));
  while (!over.signal.aborted && find() === undefined) await delay(50);
  await Promise.race([closed, delay(afterMs)]);
  return over.signal.aborted ? undefined : find();
}

/** Sends a signal; false if the process has just ended, or was about to end, by itself. */
function reached(pid: number, signal: Kill["signal"]): boolean {
  // A process that is ending takes a signal as well. Only one that goes on living stops.
  const state = send(pid, "SIGSTOP") ? settledState(pid) : "";
  return state === "T" && (signal === "SIGSTOP" || send(pid, signal));
}

function send(pid: number, signal: NodeJS.Signals): boolean {
  try {
    return process.kill(pid, signal);
  } catch {
    return false;
  }
}

/** The state of a process that was sent SIGSTOP, once it has reached it; empty if the process is gone. */
function settledState(pid: number): string {
  for (;;) {
    const state = linuxState(pid);
    if (!/^[RSD]$/.test(state)) return state;
  }
}

async function untilNothingIsLeft(temporary: string, below: readonly number[]): Promise<string[]> {
  const deadline = performance.now() + ENDING_MS;
  for (;;) {
    const processes = processesOf(temporary, below).map(
      ({ pid, command }) => `process ${pid} (${command.slice(0, 60)})`,
    );
    // tsx keeps its compiled files for the next run.
    const folders = fs.readdirSync(temporary).filter((name) => !/^(tsx|node-compile-cache)/.test(name));
    const left = [...processes, ...folders];
    if (left.length === 0 || performance.now() > deadline) return left;
    await delay(50);
  }
}

/** The living processes of a run: its descendants, and those whose variables or command name its folder. */
function processesOf(temporary: string, below: readonly number[]): { pid: number; command: string }[] {
  return fs
    .readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .map((name) => ({ pid: Number(name), command: read(Number(name), "cmdline") }))
    .filter(({ pid, command }) => {
      if (!isAlive(pid)) return false;
      const named = command.includes(temporary) || read(pid, "environ").includes(`TMPDIR=${temporary}\0`);
      return named || below.includes(pid);
    });
}

/** A file of a process; empty if the process has just ended or belongs to another user. */
function read(pid: number, file: "cmdline" | "environ"): string {
  try {
    return fs.readFileSync(`/proc/${pid}/${file}`, "utf8");
  } catch {
    return "";
  }
}

/** Four weeks of three functions, with one report a day each: a run of some seconds with all its processes. */
export function killInput(file: string): void {
  const rows = Array.from({ length: 28 * 3 }, (_, n) => {
    const at = new Date(Date.UTC(2026, 0, 1 + Math.floor(n / 3), 12)).toISOString();
    return `${at},function-${n % 3},1024,${200 + n}`;
  });
  fs.writeFileSync(file, `time,functionName,memorySizeMB,maxMemoryUsedMB\n${rows.join("\n")}\n`);
}
