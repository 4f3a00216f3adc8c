/**
 * The `pulumi` command for the engine test: the one on the PATH, or else one built from source with Go and kept in the
 * user's cache. `node --require tsx/cjs scripts/pulumi-cli.ts` finds or builds it and prints its path.
 */
import * as fs from "node:fs";
import * as path from "node:path";
import { CACHE, inScratchModule, keep, MODULE, PULUMI_MODULES, PULUMI_VERSION } from "./scratch-module";

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
  let place = "";
  inScratchModule(PULUMI_MODULES, (go, folder) => {
    const version = `${MODULE}/sdk/v3/go/common/version.Version=v${PULUMI_VERSION}`;
    go("build", "-ldflags", `-s -w -X ${version}`, "-o", "pulumi", `${MODULE}/pkg/v3/cmd/pulumi`);
    place = keep(path.join(folder, "pulumi"), "pulumi");
  });
  return place;
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
