/** Notices when a process that the run depends on ends or is stopped. Its callers would otherwise wait for ever. */
import { execFile, type ChildProcess } from "node:child_process";
import fs from "node:fs";
import { promisify } from "node:util";

/** A part of the run that ended, was stopped or failed; the message is one sentence. */
export class PartError extends Error {
  override readonly name = "PartError";
}

/** A process that the run depends on. */
export interface Part {
  /** As the user knows it, such as `Kinesis`. */
  readonly name: string;
  readonly process: ChildProcess;
  /** One sentence that says why it ended by itself; by default one that names the exit status. */
  readonly whyEnded?: () => string;
}

const POLL_MS = 1_000;
/** Ctrl-Z and fg stop and continue the whole run; its processes don't all continue in the same moment. */
const POLLS_UNTIL_STOPPED = 3;

export class PartWatch {
  /** Rejects with the first fault. */
  readonly failed: Promise<never>;
  private fail: (error: PartError) => void = () => undefined;
  private readonly parts = new Set<Part>();
  private readonly stoppedPolls = new Map<number, number>();
  private readonly timer: NodeJS.Timeout;

  constructor() {
    this.failed = new Promise((_, reject) => (this.fail = reject));
    this.failed.catch(() => undefined);
    this.timer = setInterval(() => void this.poll(), POLL_MS);
    this.timer.unref();
  }

  /** Watches a part from now on, until `release`. */
  readonly add = (part: Part): void => {
    this.parts.add(part);
    part.process.once("close", (status: number | null, signal: NodeJS.Signals | null) => {
      if (!this.parts.delete(part)) return;
      const why = signal === null ? part.whyEnded?.() : undefined;
      this.fail(
        new PartError(
          why ?? `${part.name} ended unexpectedly (${signal ?? `exit status ${String(status)}`}).`,
        ),
      );
    });
  };

  /** Watches no longer: whatever ends from now on was meant to. */
  release(name?: string): void {
    for (const part of this.parts) if (name === undefined || part.name === name) this.parts.delete(part);
    if (name === undefined) clearInterval(this.timer);
  }

  /** Layers' processes come and go without being added; a stopped one is noticed all the same. */
  private async poll(): Promise<void> {
    const stopped = await stoppedChildren().catch((): number[] => []);
    for (const pid of this.stoppedPolls.keys()) if (!stopped.includes(pid)) this.stoppedPolls.delete(pid);
    for (const pid of stopped) {
      const polls = (this.stoppedPolls.get(pid) ?? 0) + 1;
      this.stoppedPolls.set(pid, polls);
      if (polls < POLLS_UNTIL_STOPPED) continue;
      const name = [...this.parts].find((part) => part.process.pid === pid)?.name ?? "A layer's process";
      this.fail(new PartError(`${name} was stopped (process ${pid}), so the run can't go on.`));
    }
  }
}

/** The children of this process that a signal has stopped, such as SIGSTOP. */
async function stoppedChildren(): Promise<number[]> {
  const children = await childStates();
  return children.filter(({ state }) => state.startsWith("T")).map(({ pid }) => pid);
}

/** Ends the children of this process at once, save for some. */
export async function killChildren(spared: ReadonlySet<number>): Promise<void> {
  for (const pid of await childPids()) {
    if (spared.has(pid)) continue;
    try {
      process.kill(pid, "SIGKILL");
    } catch {
      // It has ended by itself.
    }
  }
}

export async function childPids(): Promise<number[]> {
  return (await childStates()).map(({ pid }) => pid);
}

async function childStates(): Promise<{ pid: number; state: string }[]> {
  const children = `/proc/self/task/${process.pid}/children`;
  if (fs.existsSync(children)) {
    const pids = fs.readFileSync(children, "utf8").trim().split(" ").filter(Boolean).map(Number);
    return pids.map((pid) => ({ pid, state: linuxState(pid) }));
  }
  const { stdout } = await promisify(execFile)("ps", ["-A", "-o", "pid=,ppid=,stat="]);
  return stdout
    .trim()
    .split("\n")
    .map((line) => line.trim().split(/\s+/))
    .filter(([, parent]) => Number(parent) === process.pid)
    .map(([pid, , state = ""]) => ({ pid: Number(pid), state }));
}

/** "/proc/pid/stat" in proc(5): the state follows the command, which is in parentheses. */
function linuxState(pid: number): string {
  try {
    const stat = fs.readFileSync(`/proc/${pid}/stat`, "utf8");
    return stat.slice(stat.lastIndexOf(")") + 2, stat.lastIndexOf(")") + 3);
  } catch {
    return "";
  }
}
