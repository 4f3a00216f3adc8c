import assert from "node:assert/strict";
import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { Sandbox } from "../../local/sandbox";

const IDLE_LAYER = path.join(__dirname, "../../bench/idle-layer/extensions/idle");

describe("the sandbox's clock", () => {
  const dawdles: Record<string, string> = {
    "waits for something": "setTimeout(() => next(id), 50)",
    "computes something":
      "const from = process.cpuUsage(); while (process.cpuUsage(from).user < 50_000); next(id)",
  };
  for (const [what, code] of Object.entries(dawdles)) {
    it(`charges an extension for the 50 ms that it ${what} before it asks for the next event`, async () => {
      const directory = await mkdtemp(path.join(os.tmpdir(), "slow-layer-"));
      try {
        await mkdir(path.join(directory, "extensions"));
        const idle = await readFile(IDLE_LAYER, "utf8");
        const slow = idle.replace(/(process\.exit\(0\);\s+)next\(id\)/, `$1${code}`);
        assert.notEqual(slow, idle);
        await writeFile(path.join(directory, "extensions/idle"), slow, { mode: 0o755 });
        const sandbox = await Sandbox.start({
          layerDirectory: directory,
          functionName: "checkout",
          memorySizeMB: 512,
          accountId: "123456789012",
          region: "eu-central-1",
          measuresOwnLatencies: true,
        });
        for (let index = 0; index < 10; index += 1) await sandbox.invoke();
        await sandbox.shutdown();
        assert.equal(sandbox.ownLatenciesMs.length, 10);
        // On a busy machine it may measure too little, but hardly ten times in a row.
        const highestMs = Math.max(...sandbox.ownLatenciesMs);
        assert.ok(highestMs > 20, `${highestMs} ms`);
      } finally {
        await rm(directory, { recursive: true });
      }
    });
  }
});
