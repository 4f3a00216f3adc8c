import assert from "node:assert/strict";
import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import path from "node:path";
import { TYPESCRIPT_LOADER } from "../../local/typescript-loader";
import { ENGINE_PID } from "./plugins/end-with-engine";

const MODULE = path.join(__dirname, "plugins/end-with-engine.ts");

describe("A stand-in for one of Pulumi's plugins", () => {
  const plugin = (engine: number | string) => {
    const code = `require(${JSON.stringify(MODULE)}).endWithEngine(); console.log(); setInterval(() => {}, 1_000);`;
    return spawn(process.execPath, [...TYPESCRIPT_LOADER, "-e", code], {
      env: { ...process.env, [ENGINE_PID]: String(engine) },
      stdio: ["ignore", "pipe", "inherit"],
    });
  };

  it("ends if the engine ended before it was loaded", async () => {
    const ended = execFileSync("sh", ["-c", "echo $$"], { encoding: "utf8" }).trim();
    for (const engine of [ended, 1]) assert.deepEqual(await once(plugin(engine), "exit"), [0, null]);
  });

  it("lives as long as the engine", async () => {
    const child = plugin(process.pid);
    await once(child.stdout, "data");
    await new Promise((resolve) => setTimeout(resolve, 600));
    assert.equal(child.exitCode, null);
    child.kill();
    assert.deepEqual(await once(child, "exit"), [null, "SIGTERM"]);
  });
});
