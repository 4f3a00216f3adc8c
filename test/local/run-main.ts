/** Runs `npm start` as a process, and finds what it writes and leaves behind. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import fs from "node:fs";
import path from "node:path";
import { linuxChildren } from "../../local/process-watch";
import { TYPESCRIPT_LOADER } from "../../local/typescript-loader";

const MAIN = path.join(__dirname, "../../local/main.ts");

export function start(args: readonly string[], env: NodeJS.ProcessEnv = process.env) {
  return spawn(process.execPath, [...TYPESCRIPT_LOADER, MAIN, ...args], {
    env,
    stdio: ["ignore", "pipe", "pipe"],
  });
}

export async function run(args: readonly string[], env?: NodeJS.ProcessEnv) {
  const child = start(args, env);
  let stdout = "";
  let stderr = "";
  child.stdout.on("data", (chunk: Buffer) => (stdout += chunk.toString()));
  child.stderr.on("data", (chunk: Buffer) => (stderr += chunk.toString()));
  const [status] = (await once(child, "close")) as [number | null];
  return { status, stdout, stderr };
}

/** All descendants of a process. */
export function descendants(pid: number): number[] {
  return linuxChildren(pid).flatMap((child) => [child, ...descendants(child)]);
}

export function isAlive(pid: number): boolean {
  try {
    return !/^State:\s+Z/m.test(fs.readFileSync(`/proc/${pid}/status`, "utf8"));
  } catch {
    return false;
  }
}

/** The lines that a run wrote to standard error, without its progress. */
export function told(stderr: string): string[] {
  return stderr.split("\n").filter((line) => line !== "" && !/^ *\d+\.\d s {2}/.test(line));
}
