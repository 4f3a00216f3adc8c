/** One of the functions in functions.cjs, as the process that Lambda's runtime would be. */
import { spawn, type ChildProcessByStdio } from "node:child_process";
import { once } from "node:events";
import path from "node:path";
import { createInterface } from "node:readline";
import type { Readable, Writable } from "node:stream";

export const FUNCTIONS = ["busy", "waiting", "mixed", "two-threads"] as const;
export type FunctionName = (typeof FUNCTIONS)[number];

export class FunctionProcess {
  /** What the kernel says that the process has used until the end of the last invocation, in milliseconds. */
  cpuMs = 0;

  private constructor(
    private readonly child: ChildProcessByStdio<Writable, Readable, null>,
    private readonly lines: AsyncIterator<string, undefined>,
  ) {}

  /** Resolves when the function has warmed up. */
  static async start(name: FunctionName): Promise<FunctionProcess> {
    const child = spawn(process.execPath, [path.join(__dirname, "functions.cjs"), name], {
      stdio: ["pipe", "pipe", "inherit"],
    });
    const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]() as AsyncIterator<
      string,
      undefined
    >;
    const started = new FunctionProcess(child, lines);
    await started.nextLine();
    return started;
  }

  get pid(): number {
    return this.child.pid ?? 0;
  }

  /** Resolves with how long the handler took, in milliseconds. */
  async invoke(): Promise<number> {
    const startedAt = performance.now();
    this.child.stdin.write("invoke\n");
    await this.nextLine();
    return performance.now() - startedAt;
  }

  async end(): Promise<void> {
    if (this.child.exitCode !== null || this.child.signalCode !== null) return;
    const ended = once(this.child, "close");
    this.child.kill("SIGKILL");
    await ended;
  }

  private async nextLine(): Promise<void> {
    const { done, value } = await this.lines.next();
    if (done === true) throw new Error("the function ended");
    this.cpuMs = Number(value);
  }
}
