/** Builds the library and the plugin into `dist/`: `components/`, `plugin/` and their imports, as JavaScript with types. */
import { execFile } from "node:child_process";
import * as fs from "node:fs";
import * as path from "node:path";
import { promisify } from "node:util";

/**
 * @param root the folder that holds `components/` and `tsconfig.build.json`.
 * @throws Error if the sources don't compile.
 */
export async function buildLibrary(root: string): Promise<void> {
  // Outputs of sources that no longer exist must not be packed.
  for (const folder of ["components", "plugin", "runtime"]) {
    fs.rmSync(path.join(root, "dist", folder), { recursive: true, force: true });
  }
  const tsc = require.resolve("typescript/bin/tsc");
  // The rejection has tsc's errors.
  await promisify(execFile)(process.execPath, [tsc, "--project", path.join(root, "tsconfig.build.json")]);
}

if (require.main === module) void buildLibrary(path.resolve(process.argv[2] ?? path.join(__dirname, "..")));
