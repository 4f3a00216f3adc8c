/**
 * Node's binaries of other versions, from the npm packages that hold them. They are 50 MB each, too much for every
 * `npm ci`, so they are fetched by the first test that wants one, and kept in node_modules/.cache.
 */
import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import path from "node:path";
import { promisify } from "node:util";

const ROOT = path.join(__dirname, "../..");

/** @returns the path of an executable `node` of exactly that version, for this machine. */
export async function nodeBinary(version: string): Promise<string> {
  const name = `node-${process.platform}-${process.arch}`;
  const prefix = path.join(ROOT, "node_modules/.cache", `node-${version}`);
  const binary = path.join(prefix, "node_modules", name, "bin/node");
  if (!existsSync(binary)) {
    const quiet = ["--no-save", "--no-audit", "--no-fund", "--ignore-scripts"];
    await promisify(execFile)("npm", ["install", "--prefix", prefix, ...quiet, `${name}@${version}`]);
  }
  return binary;
}
