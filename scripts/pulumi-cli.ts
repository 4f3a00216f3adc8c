/**
 * The `pulumi` command for the engine test: the one on the PATH, or else one built from source with Go and kept in the
 * user's cache. `node --import tsx scripts/pulumi-cli.ts` finds or builds it and prints its path.
 */
import { execFileSync } from "node:child_process";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";

/**
 * A release whose modules Go's checksum database knows. It may differ from the SDK's version, because the protocol is
 * the same.
 */
const VERSION = "3.246.0";
/** The Go version that this release's go.mod requires. */
const GO_MINOR = 25;

const CACHE = path.join(
  process.env.XDG_CACHE_HOME ?? path.join(os.homedir(), ".cache"),
  "lambda-memory-optimizer",
  `pulumi-${VERSION}`,
);

/** The path of an existing `pulumi` command, or undefined. */
export function findPulumi(): string | undefined {
  const folders = [...(process.env.PATH ?? "").split(path.delimiter), CACHE];
  return folders.map((folder) => path.join(folder, "pulumi")).find(isExecutable);
}

/**
 * Builds the command from the Go module proxy. This takes minutes on two cores, so no test calls it.
 *
 * @throws Error if Go is missing or too old, or the build fails.
 */
export function buildPulumi(): string {
  checkGo();
  const work = fs.mkdtempSync(path.join(os.tmpdir(), "pulumi-cli-"));
  const built = path.join(work, "pulumi");
  const module = "github.com/pulumi/pulumi";
  const go = (...args: string[]) => {
    console.error(`$ go ${args.join(" ")}`);
    // The machine's GOFLAGS may forbid a scratch module to write its own go.mod.
    const env = {
      ...process.env,
      GOFLAGS: "-mod=mod -buildvcs=false",
      GOTOOLCHAIN: "local",
      CGO_ENABLED: "0",
    };
    execFileSync("go", args, { cwd: work, env, stdio: ["ignore", 2, 2] });
  };
  try {
    go("mod", "init", "pulumi-cli");
    // As in the go.mod of Pulumi's own pkg, because Go ignores its replacements in modules that require it.
    go(
      "mod",
      "edit",
      "-replace=github.com/atotto/clipboard=github.com/tgummerer/clipboard@v0.0.0-20241001131231-d02d263e614e",
    );
    go("get", `${module}/pkg/v3@v${VERSION}`, `${module}/sdk/v3@v${VERSION}`);
    const version = `${module}/sdk/v3/go/common/version.Version=v${VERSION}`;
    go("build", "-ldflags", `-s -w -X ${version}`, "-o", built, `${module}/pkg/v3/cmd/pulumi`);
    fs.mkdirSync(CACHE, { recursive: true });
    // Copied next to its destination and then renamed, so that other processes see all of it or nothing.
    const beside = path.join(CACHE, `pulumi.${process.pid}`);
    fs.copyFileSync(built, beside);
    fs.renameSync(beside, path.join(CACHE, "pulumi"));
  } finally {
    fs.rmSync(work, { recursive: true, force: true });
  }
  return path.join(CACHE, "pulumi");
}

function checkGo(): void {
  let version: string;
  try {
    version = execFileSync("go", ["env", "GOVERSION"], { encoding: "utf8" }).trim();
  } catch {
    throw new Error(`There is no pulumi on the PATH, and no Go to build it with; it needs Go 1.${GO_MINOR}.`);
  }
  const minor = Number(/^go1\.(\d+)/.exec(version)?.[1]);
  if (!(minor >= GO_MINOR)) {
    throw new Error(`There is no pulumi on the PATH, and Go is ${version}; building it needs 1.${GO_MINOR}.`);
  }
}

function isExecutable(file: string): boolean {
  try {
    fs.accessSync(file, fs.constants.X_OK);
    return fs.statSync(file).isFile();
  } catch {
    return false;
  }
}

if (require.main === module) console.log(findPulumi() ?? buildPulumi());
