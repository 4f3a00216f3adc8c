/** Notices when a process that the run depends on ends or is stopped. The run would otherwise wait forever. */
import { execFile, type ChildProcess } from "node:child_process";
import fs from "node:fs";
import { promisify } from "node:util";

/** A process of the run ended, was stopped or failed. The message is one sentence. */
export class ProcessError extends Error {
  override readonly name = "ProcessError";
}

/** A process that the run depends on. */
export interface WatchedProcess {
  /** As the user knows it, such as `Kinesis`. */
  readonly name: string;
  readonly process: ChildProcess;
  /** Says in one sentence why it ended by itself. By default, the sentence names the exit status. */
  readonly whyEnded?: () => string;
}

const POLL_MS = 1_000;
/** Ctrl-Z and fg stop and continue the whole run, but its processes don't all continue at the same moment. */
const POLLS_UNTIL_STOPPED = 3;

export class ProcessWatch {
  /** Rejects with the first fault. */
  readonly failed: Promise<never>;
  private fail: (error: ProcessError) => void = () => undefined;
  private readonly processes = new Set<WatchedProcess>();
  private readonly stoppedPolls = new Map<number, number>();
  private readonly timer: NodeJS.Timeout;

  constructor() {
    this.failed = new Promise((_, reject) => (this.fail = reject));
    this.failed.catch(() => undefined);
    this.timer = setInterval(() => void this.poll(), POLL_MS);
    this.timer.unref();
  }

  /** Watches a process from now on, until `release`. */
  readonly add = (watched: WatchedProcess): void => {
    this.processes.add(watched);
    watched.process.once("close", (status: number | null, signal: NodeJS.Signals | null) => {
      if (!this.processes.delete(watched)) return;
      const why = signal === null ? watched.whyEnded?.() : undefined;
      this.fail(
        new ProcessError(
          why ?? `${watched.name} ended unexpectedly (${signal ?? `exit status ${String(status)}`}).`,
        ),
      );
    });
  };

  /**
   * Stops watching, because what ends from now on is meant to.
   *
   * @param name the process; by default all of them.
   */
  release(name?: string): void {
    for (const watched of this.processes)
      if (name === undefined || watched.name === name) this.processes.delete(watched);
    if (name === undefined) clearInterval(this.timer);
  }

  /** Looks at all child processes, because those of the layers come and go without being added. */
  private async poll(): Promise<void> {
    const stopped = await stoppedChildren().catch((): number[] => []);
    for (const pid of this.stoppedPolls.keys()) if (!stopped.includes(pid)) this.stoppedPolls.delete(pid);
    for (const pid of stopped) {
      const polls = (this.stoppedPolls.get(pid) ?? 0) + 1;
      this.stoppedPolls.set(pid, polls);
      if (polls < POLLS_UNTIL_STOPPED) continue;
      const name =
        [...this.processes].find((watched) => watched.process.pid === pid)?.name ?? "A layer's process";
      this.fail(new ProcessError(`${name} was stopped (process ${pid}), so the run can't go on.`));
    }
  }
}

/** The children of this process that a signal such as SIGSTOP has stopped. */
async function stoppedChildren(): Promise<number[]> {
  const children = await childStates();
  return children.filter(({ state }) => state.startsWith("T")).map(({ pid }) => pid);
}

/** Kills the children of this process, except for some. */
export async function killChildren(spared: ReadonlySet<number>): Promise<void> {
  for (const pid of await childPids()) {
    if (spared.has(pid)) continue;
    try {
      process.kill(pid, "SIGKILL");
    } catch {
      // It has already ended.
    }
  }
}

export async function childPids(): Promise<number[]> {
  return (await childStates()).map(({ pid }) => pid);
}

async function childStates(): Promise<{ pid: number; state: string }[]> {
  if (fs.existsSync(childrenFile(process.pid))) {
    return linuxChildren(process.pid).map((pid) => ({ pid, state: linuxState(pid) }));
  }
  const { stdout } = await promisify(execFile)("ps", ["-A", "-o", "pid=,ppid=,stat="]);
  return stdout
    .trim()
    .split("\n")
    .map((line) => line.trim().split(/\s+/))
    .filter(([, parent]) => Number(parent) === process.pid)
    .map(([pid, , state = ""]) => ({ pid: Number(pid), state }));
}

/** "/proc/pid/task/tid/children" in proc(5). */
function childrenFile(pid: number): string {
  return `/proc/${pid}/task/${pid}/children`;
}

/** The children of a process's first thread, which starts all of ours; none if the process has ended. */
export function linuxChildren(pid: number): number[] {
  try {
    return fs.readFileSync(childrenFile(pid), "utf8").trim().split(" ").filter(Boolean).map(Number);
  } catch {
    return [];
  }
}

/** "/proc/pid/stat" in proc(5): the state follows the command, which is in parentheses; empty if the process has ended. */
export function linuxState(pid: number): string {
  try {
    const stat = fs.readFileSync(`/proc/${pid}/stat`, "utf8");
    return stat.slice(stat.lastIndexOf(")") + 2, stat.lastIndexOf(")") + 3);
  } catch {
    return "";
  }
}
