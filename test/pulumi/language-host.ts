/**
 * Starts a program the way `pulumi up` does: with Pulumi's own Node host, `@pulumi/pulumi/cmd/run`, in its own process,
 * with the flags and variables that Pulumi's `pulumi-language-nodejs` hands it.
 */
import { spawn } from "node:child_process";
import * as path from "node:path";

export const PROJECT_ROOT = path.resolve(__dirname, "..", "..");

export interface ProgramRun {
  readonly project: string;
  readonly stack: string;
  /** The program's folder. */
  readonly folder: string;
  /** `main` of Pulumi.yaml; `.` if it has none. */
  readonly entryPoint: string;
  /** Values by full key, such as `project:windowLength`. */
  readonly config: Readonly<Record<string, string>>;
  /** Addresses of the engine's two services. */
  readonly monitor: string;
  readonly engine: string;
  readonly dryRun: boolean;
  readonly env?: NodeJS.ProcessEnv;
}

/** Runs a program to its end. */
export async function runProgram(run: ProgramRun): Promise<{ exitCode: number | null; output: string }> {
  const host = require.resolve("@pulumi/pulumi/cmd/run", { paths: [run.folder, PROJECT_ROOT] });
  const flags = {
    monitor: run.monitor,
    engine: run.engine,
    project: run.project,
    stack: run.stack,
    organization: "organization",
    pwd: run.folder,
    "root-directory": run.folder,
    parallel: "16",
  };
  const args = Object.entries(flags).flatMap(([flag, value]) => [`--${flag}`, value]);
  const child = spawn(
    process.execPath,
    [host, ...args, ...(run.dryRun ? ["--dry-run"] : []), run.entryPoint],
    {
      cwd: run.folder,
      env: {
        ...process.env,
        // Not the tests' own, which load TypeScript. Pulumi keeps a stack trace of every promise and ts-node finds the
        // place in the source of each of its lines, which is about a sixth of a program's time.
        NODE_OPTIONS: "--stack-trace-limit=0",
        ...run.env,
        PULUMI_NODEJS_TYPESCRIPT: "true",
        PULUMI_CONFIG: JSON.stringify(run.config),
        PULUMI_CONFIG_SECRET_KEYS: "[]",
      },
      stdio: ["ignore", "pipe", "pipe"],
    },
  );
  let output = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding("utf8").on("data", (text: string) => (output += text));
  }
  const exitCode = await new Promise<number | null>((resolve, reject) => {
    child.once("error", reject).once("close", resolve);
  });
  return { exitCode, output };
}
