import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { access, constants, mkdtemp, readFile, rm, stat } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { promisify } from "node:util";
import { layerDirectory } from "./layer-sandbox";

const ROOT = path.join(__dirname, "../..");

describe("build-layer", () => {
  it("makes the same bytes in every time zone, umask and directory, and at most 15 KB", async () => {
    const build = async (timeZone: string, umask: string) => {
      const directory = await mkdtemp(path.join(os.tmpdir(), "build layer-"));
      try {
        const program = `require(${JSON.stringify(path.join(ROOT, "scripts/build-layer.ts"))}).buildLayer(process.argv[1])`;
        await promisify(execFile)(
          "sh",
          [
            "-c",
            'umask "$1" && exec "$0" --require tsx/cjs -e "$2" "$3"',
            process.execPath,
            umask,
            program,
            directory,
          ],
          { cwd: ROOT, env: { ...process.env, TZ: timeZone } },
        );
        return await readFile(path.join(directory, "layer.zip"));
      } finally {
        await rm(directory, { recursive: true });
      }
    };
    const [one, other] = await Promise.all([build("Pacific/Auckland", "077"), build("America/Lima", "002")]);
    assert.ok(one.equals(other));
    assert.ok(one.length <= 15 * 1024, `${one.length} bytes`);
  });

  it("makes the launcher executable, and only the launcher", async () => {
    const directory = await layerDirectory();
    await access(path.join(directory, "extensions/lambda-memory-optimizer"), constants.X_OK);
    const { mode } = await stat(path.join(directory, "lambda-memory-optimizer/extension.cjs"));
    assert.equal(mode & 0o111, 0);
  });
});
