/**
 * `quota-process.ts MEMORY_MB STAT_FILE PID…`: limits the processes to the quota of that size by stopping and
 * continuing them, until its standard input ends. Meanwhile it keeps their CPU time in the file, in the format of
 * /proc/stat. It is a separate process with a higher priority, so that it is on time.
 */
import { closeSync, openSync, writeSync } from "node:fs";
import { cpuMsOf } from "./cpu-time";
import { goFirst } from "./processors";
import { PERIOD_MS, Quota } from "./quota";
import { statLine } from "./stat-line";

const POLL_MS = 1;
const [memorySizeMB, statFile = "", ...pids] = process.argv.slice(2);
const processes = pids.map(Number);
const quota = new Quota(Number(memorySizeMB));
const stat = openSync(statFile, "r+");
let usedBeforeMs = usedMs();
let isRunning = true;
let writtenAt = -Infinity;

function usedMs(): number {
  return processes.reduce((sum, pid) => sum + cpuMsOf(pid), 0);
}

function signal(name: "SIGSTOP" | "SIGCONT"): void {
  isRunning = name === "SIGCONT";
  for (const pid of processes) {
    try {
      process.kill(pid, name);
    } catch {
      // The process has ended.
    }
  }
}

function writeStat(): void {
  writeSync(stat, statLine(usedMs()), 0);
}

function poll(): void {
  const now = performance.now();
  const used = usedMs();
  const mayRun = quota.mayRun(now, used - usedBeforeMs);
  usedBeforeMs = used;
  if (mayRun !== isRunning) signal(mayRun ? "SIGCONT" : "SIGSTOP");
  if (now - writtenAt >= PERIOD_MS) {
    writtenAt = now;
    writeStat();
  }
}

goFirst(2);
writeStat();
process.stdout.write("ready\n");
const timer = setInterval(poll, POLL_MS);
process.stdin.resume().on("end", () => {
  clearInterval(timer);
  signal("SIGCONT");
  writeStat();
  closeSync(stat);
});
