/** Runs one of the functions in functions.ts in a process that stands for Lambda's runtime. */
import { spawn, type ChildProcessByStdio } from "node:child_process";
import { once } from "node:events";
import path from "node:path";
import { createInterface } from "node:readline";
import type { Readable, Writable } from "node:stream";
import { TYPESCRIPT_LOADER } from "../../local/typescript-loader";
import type { Answer, FunctionName } from "./functions";

export class FunctionProcess {
  /** The process's CPU time by the kernel's account, until the end of the last invocation, in milliseconds. */
  cpuMs = 0;

  private constructor(
    private readonly child: ChildProcessByStdio<Writable, Readable, null>,
    private readonly lines: AsyncIterator<string, undefined>,
  ) {}

  /** Resolves when the function has warmed up. */
  static async start(name: FunctionName): Promise<FunctionProcess> {
    const args = [...TYPESCRIPT_LOADER, path.join(__dirname, "functions.ts"), name];
    const child = spawn(process.execPath, args, { stdio: ["pipe", "pipe", "inherit"] });
    const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
    const started = new FunctionProcess(child, lines as AsyncIterator<string, undefined>);
    await started.answer();
    return started;
  }

  get pid(): number {
    return this.child.pid ?? 0;
  }

  async invoke(): Promise<Answer> {
    this.child.stdin.write("invoke\n");
    return this.answer();
  }

  async end(): Promise<void> {
    if (this.child.exitCode !== null || this.child.signalCode !== null) return;
    const ended = once(this.child, "close");
    this.child.kill("SIGKILL");
    await ended;
  }

  private async answer(): Promise<Answer> {
    const { done, value } = await this.lines.next();
    if (done === true) throw new Error("the function ended");
    const answer = JSON.parse(value) as Answer;
    this.cpuMs = answer.cpuMs;
    return answer;
  }
}
