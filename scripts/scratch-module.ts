/** Builds commands from Pulumi's Go modules, in a temporary module. */
import { execFileSync } from "node:child_process";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";

/**
 * A release whose modules Go's checksum database knows. It may differ from the SDK's version, because the protocol is
 * the same.
 */
export const PULUMI_VERSION = "3.246.0";
/** The Go version that this release's go.mod requires. */
const GO_MINOR = 25;

export const MODULE = "github.com/pulumi/pulumi";

/** Where commands are kept, in the user's cache. */
export const CACHE = path.join(
  process.env.XDG_CACHE_HOME ?? path.join(os.homedir(), ".cache"),
  "lambda-memory-optimizer",
  `pulumi-${PULUMI_VERSION}`,
);

/** Runs `go` in the module's folder and returns what it prints. */
export type Go = (...args: string[]) => string;

/** The modules of the `pulumi` command. */
export const PULUMI_MODULES = ["pkg", "sdk"].map((part) => `${MODULE}/${part}/v3@v${PULUMI_VERSION}`);

/**
 * @param requires modules, each with its version.
 * @param use gets `go` and the module's folder.
 * @throws Error if Go is missing or too old, or a command fails.
 */
export function inScratchModule(requires: readonly string[], use: (go: Go, folder: string) => void): void {
  checkGo();
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), "pulumi-module-"));
  const go: Go = (...args) => {
    console.error(`$ go ${args.join(" ")}`);
    // The machine's GOFLAGS may forbid writing a scratch module's go.mod.
    const env = {
      ...process.env,
      GOFLAGS: "-mod=mod -buildvcs=false",
      GOTOOLCHAIN: "local",
      CGO_ENABLED: "0",
    };
    return execFileSync("go", args, { cwd: folder, env, encoding: "utf8", stdio: ["ignore", "pipe", 2] });
  };
  try {
    go("mod", "init", "scratch");
    // The same replacements as in Pulumi's own pkg, because Go doesn't apply them to modules that require it.
    go(
      "mod",
      "edit",
      "-replace=github.com/atotto/clipboard=github.com/tgummerer/clipboard@v0.0.0-20241001131231-d02d263e614e",
    );
    go("get", ...requires);
    use(go, folder);
  } finally {
    fs.rmSync(folder, { recursive: true, force: true });
  }
}

/** Copies a file into the cache: next to its place and then renamed, so that other processes see all of it or nothing. */
export function keep(file: string, name: string): string {
  fs.mkdirSync(CACHE, { recursive: true });
  const [place, beside] = [path.join(CACHE, name), path.join(CACHE, `${name}.${process.pid}`)];
  fs.copyFileSync(file, beside);
  fs.renameSync(beside, place);
  return place;
}

function checkGo(): void {
  let version: string;
  try {
    version = execFileSync("go", ["env", "GOVERSION"], { encoding: "utf8" }).trim();
  } catch {
    throw new Error(`There is no Go to build Pulumi's commands with; it needs Go 1.${GO_MINOR}.`);
  }
  const minor = Number(/^go1\.(\d+)/.exec(version)?.[1]);
  if (!(minor >= GO_MINOR))
    throw new Error(`Go is ${version}; building Pulumi's commands needs 1.${GO_MINOR}.`);
}
