/**
 * The CPU time that the function uses: the whole sandbox's, less the layer's own. A Lambda sandbox is a virtual machine,
 * so /proc/stat covers the sandbox and nothing else.
 */
import { readFileSync } from "node:fs";

/** User, nice, system, irq and softirq of all processors together, without idle, iowait and steal (proc_stat(5)). */
const CPU_LINE = /^cpu +(\d+) (\d+) (\d+) \d+ \d+ (\d+) (\d+)/;
/** /proc/stat counts in USER_HZ, a hundredth of a second on x86_64 and arm64, whatever the kernel's own tick is. */
const MS_PER_TICK = 10;
/** A counter that is this much lower than before was reset. Coarse ticks explain only some 10 ms. */
const RESET_MS = 1_000;

export class CpuMeter {
  private countedMs: number | undefined;

  /** @param read returns the CPU time in milliseconds since some fixed point in time, or undefined. */
  constructor(private readonly read: () => number | undefined = readFunctionCpuMs) {}

  /** Starts counting at the first call. Call it at each INVOKE, so that the init phase isn't counted. */
  start(): void {
    this.countedMs ??= this.read();
  }

  /** Milliseconds, as an integer, since `start` or the last `take`; undefined if they aren't known. */
  take(): number | undefined {
    const before = this.countedMs;
    const nowMs = (this.countedMs = this.read());
    if (nowMs === undefined || before === undefined || nowMs < before - RESET_MS) return undefined;
    const takenMs = Math.max(0, Math.round(nowMs - before));
    this.countedMs = before + takenMs;
    return takenMs;
  }
}

/** CPU time of this machine since it started, less this process's, in ms; undefined if it can't be read. */
export function readFunctionCpuMs(
  readStat = () => readFileSync("/proc/stat", "utf8"),
  own = process.cpuUsage(),
): number | undefined {
  try {
    const ticks = CPU_LINE.exec(readStat())?.slice(1);
    return ticks?.reduce((sum, each) => sum + Number(each) * MS_PER_TICK, (own.user + own.system) / -1_000);
  } catch {
    return undefined;
  }
}
