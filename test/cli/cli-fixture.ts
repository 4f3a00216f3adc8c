/** Runs the command line program's bundle as a process, and serves everything that it calls over HTTP. */
import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, mkdtempSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { LOCAL_ENVIRONMENT } from "../../local/environment";
import { buildCli } from "../../scripts/build-cli";
import { functionArn, REGION } from "../updater/recommendations";
import { UpdaterFixture, type FixtureOptions } from "../updater/updater-fixture";
import { LambdaEndpoint } from "./lambda-endpoint";

/** Names in the style of the component and Pulumi. */
export const TABLE = "optimizer-updater-history-1a2b3c4";
export const UPDATER = "optimizer-updater-5d6e7f8";

export interface Ended {
  readonly exitCode: number | null;
  readonly output: string;
  /** Standard error. */
  readonly complaints: string;
}

let built: Promise<string> | undefined;

/** Builds the bundle, once for all tests; removed when the process ends. */
export function builtCli(): Promise<string> {
  built ??= (async () => {
    const folder = mkdtempSync(join(tmpdir(), "cli-"));
    process.once("exit", () => {
      rmSync(folder, { recursive: true, force: true });
    });
    await buildCli(folder);
    return join(folder, "cli", "main.mjs");
  })();
  return built;
}

export class CliFixture {
  private constructor(
    readonly updater: UpdaterFixture,
    readonly lambda: LambdaEndpoint,
    /** The program's working directory and home, without AWS CLI configuration. */
    readonly folder: string,
    private readonly main: string,
  ) {}

  static async start(options: FixtureOptions = {}): Promise<CliFixture> {
    const main = await builtCli();
    const updater = await UpdaterFixture.start({ historyTable: TABLE, ...options });
    const folder = mkdtempSync(join(tmpdir(), "cli-run-"));
    mkdirSync(join(folder, "bin"));
    symlinkSync(main, join(folder, "bin", "lambda-memory-optimizer"));
    return new CliFixture(updater, await LambdaEndpoint.start(updater, UPDATER), folder, main);
  }

  async close(): Promise<void> {
    await this.lambda.close();
    await this.updater.close();
    rmSync(this.folder, { recursive: true, force: true });
  }

  /** The program's environment, with credentials in variables. */
  get environment(): Record<string, string> {
    return {
      ...LOCAL_ENVIRONMENT,
      AWS_REGION: REGION,
      AWS_ENDPOINT_URL_LAMBDA: this.lambda.url,
      AWS_ENDPOINT_URL_DYNAMODB: this.updater.history.endpoint,
      AWS_EC2_METADATA_DISABLED: "true",
      HOME: this.folder,
      PATH: `${join(this.folder, "bin")}:${process.env.PATH ?? ""}`,
    };
  }

  /** @param environment further variables; an undefined one is removed. */
  spawn(args: readonly string[], environment: NodeJS.ProcessEnv = {}): ChildProcess {
    return spawn(process.execPath, [this.main, ...args], {
      cwd: this.folder,
      env: { ...this.environment, ...environment },
      stdio: ["ignore", "pipe", "pipe"],
    });
  }

  run(args: readonly string[], environment?: NodeJS.ProcessEnv): Promise<Ended> {
    return ended(this.spawn(args, environment));
  }

  /** Runs a line of a document in bash. */
  runLine(line: string): Promise<Ended> {
    return ended(
      spawn("bash", ["-euc", line], {
        cwd: this.folder,
        env: this.environment,
        stdio: ["ignore", "pipe", "pipe"],
      }),
    );
  }

  /** Runs a line in a terminal, and types into it. */
  runInTerminal(line: string, typed: string): Promise<Ended> {
    const child = spawn("script", ["-qec", line, "/dev/null"], {
      cwd: this.folder,
      env: this.environment,
      stdio: ["pipe", "pipe", "pipe"],
    });
    child.stdin.end(typed);
    return ended(child);
  }
}

export async function ended(child: ChildProcess): Promise<Ended> {
  if (!child.stdout || !child.stderr) throw new Error("it has no pipes");
  const [output, complaints] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    child.exitCode === null && child.signalCode === null ? once(child, "exit") : undefined,
  ]);
  return { exitCode: child.exitCode, output, complaints };
}

/** Functions of the emulated control plane, each at 1,024 MB. */
export function functionsNamed(names: readonly string[]) {
  return names.map((functionName) => ({
    functionName,
    functionArn: functionArn(functionName),
    memorySizeMB: 1_024,
  }));
}
