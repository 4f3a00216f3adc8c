/**
 * Binaries of other Node versions, from the npm packages that hold them. At 50 MB each they are too much for every `npm
 * ci`, so the first test that needs one fetches it, and node_modules/.cache keeps it.
 */
import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdtemp, writeFile } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { promisify } from "node:util";

const ROOT = path.join(__dirname, "../..");

/** @returns the path of a `node` of the same major version: this process's own, if that has it. */
export async function nodeBinary(version: string): Promise<string> {
  const isOwn = majorOf(version) === majorOf(process.versions.node);
  return isOwn ? process.execPath : installed(version, process.arch);
}

export function majorOf(version: string): number {
  return parseInt(version.replace(/^v/, ""));
}

async function installed(version: string, arch: string): Promise<string> {
  const name = `node-${process.platform}-${arch}`;
  const prefix = path.join(ROOT, "node_modules/.cache", `node-${version}-${arch}`);
  const binary = path.join(prefix, "node_modules", name, "bin/node");
  if (!existsSync(binary)) {
    const quiet = ["--no-save", "--no-audit", "--no-fund", "--ignore-scripts"];
    const foreign = arch === process.arch ? [] : ["--force", `--cpu=${arch}`];
    await promisify(execFile)("npm", [
      "install",
      "--prefix",
      prefix,
      ...quiet,
      ...foreign,
      `${name}@${version}`,
    ]);
  }
  return binary;
}

/** Where Debian's libc6-arm64-cross and libstdc++6-arm64-cross put the libraries. */
const ARM64_ROOT = "/usr/aarch64-linux-gnu";

/**
 * A folder with an arm64 `node` of exactly that version, which runs under emulation on this machine; undefined if
 * Debian's qemu-user and the arm64 libraries are not installed. The caller removes it.
 */
export async function emulatedArm64Node(version: string): Promise<string | undefined> {
  const qemu = ["/usr/bin/qemu-aarch64", "/usr/bin/qemu-aarch64-static"].find(existsSync);
  if (process.arch !== "x64" || qemu === undefined || !existsSync(`${ARM64_ROOT}/lib/libstdc++.so.6`))
    return undefined;
  const binary = await installed(version, "arm64");
  const directory = await mkdtemp(path.join(os.tmpdir(), "arm64-node-"));
  const script = `#!/bin/bash\nexec ${qemu} -L ${ARM64_ROOT} '${binary}' "$@"\n`;
  await writeFile(path.join(directory, "node"), script, { mode: 0o755 });
  return directory;
}
