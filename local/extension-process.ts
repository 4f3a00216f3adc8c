/** Runs an external extension in a process group of its own, so that nothing of it can outlive it. */
import { spawn, type ChildProcessByStdio } from "node:child_process";
import path from "node:path";
import { createInterface } from "node:readline";
import type { Readable } from "node:stream";

export interface Exit {
  readonly exitCode: number | null;
  readonly signal: NodeJS.Signals | null;
}

const living = new Set<ExtensionProcess>();
process.on("exit", () => {
  for (const extension of living) extension.kill("SIGKILL");
});

export class ExtensionProcess {
  readonly name: string;
  /** Resolves once the process has ended and its last line has been read. */
  readonly ended: Promise<Exit>;
  private readonly child: ChildProcessByStdio<null, Readable, Readable>;

  /**
   * @param file the executable in `extensions/`.
   * @param environment the extension's whole environment.
   * @param onLine called with each line of its standard output and standard error.
   * @param statFile the file that it sees as /proc/stat; by default the machine's own.
   */
  constructor(
    file: string,
    environment: Readonly<Record<string, string>>,
    onLine: (line: string) => void,
    statFile?: string,
  ) {
    this.name = path.basename(file);
    const [command, ...args] = statFile === undefined ? [file] : withStatFile(statFile, file);
    this.child = spawn(command, args, {
      cwd: "/",
      env: { ...environment },
      detached: true,
      stdio: ["ignore", "pipe", "pipe"],
    });
    living.add(this);
    for (const output of [this.child.stdout, this.child.stderr]) {
      createInterface({ input: output }).on("line", onLine);
    }
    this.ended = new Promise((resolve) => {
      this.child.once("error", (error) => {
        onLine(`Extension.LaunchError: ${error.message}`);
        living.delete(this);
        resolve({ exitCode: null, signal: null });
      });
      // Kill what the extension started, because its output would otherwise stay open.
      this.child.once("exit", () => {
        this.kill("SIGKILL");
      });
      this.child.once("close", (exitCode, signal) => {
        living.delete(this);
        resolve({ exitCode, signal });
      });
    });
  }

  get pid(): number | undefined {
    return this.child.pid;
  }

  /** Sends a signal to the process and all that it started. */
  kill(signal: NodeJS.Signals): void {
    if (this.pid === undefined) return;
    try {
      process.kill(-this.pid, signal);
    } catch {
      // The whole group has already ended.
    }
  }
}

/** The command that runs `file` in a mount namespace of its own, in which `statFile` is mounted on /proc/stat. */
function withStatFile(statFile: string, file: string): [string, ...string[]] {
  const rights = process.getuid?.() === 0 ? [] : ["--map-root-user"];
  const script = 'mount --bind "$1" /proc/stat && exec "$2"';
  return ["unshare", ...rights, "--mount", "sh", "-c", script, "sh", statFile, file];
}
