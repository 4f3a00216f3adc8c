import assert from "node:assert/strict";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { killInput, killRun, type Kill } from "../support/kill-run";

describe("npm start with a process that fails", () => {
  let directory: string;
  before(() => (directory = fs.mkdtempSync(path.join(os.tmpdir(), "kills-test-"))));
  after(() => {
    fs.rmSync(directory, { recursive: true });
  });

  const kills: readonly (readonly [Kill, RegExp])[] = [
    [{ process: "Kinesis", signal: "SIGKILL", afterMs: 0 }, /^Kinesis ended/],
    [{ process: "Kinesis", signal: "SIGSTOP", afterMs: 2_000 }, /^Kinesis was stopped/],
    [{ process: "Flink", signal: "SIGKILL", afterMs: 1_000 }, /^Flink ended/],
    [{ process: "Flink", signal: "SIGSTOP", afterMs: 0 }, /^Flink was stopped/],
    [{ process: "a layer", signal: "SIGSTOP", afterMs: 0 }, /^The layer of |layer.* was stopped/],
    [{ process: "the updater", signal: "SIGKILL", afterMs: 0 }, /updater.* ended/],
    [{ process: "the run itself", signal: "SIGKILL", afterMs: 3_000 }, /^$/],
  ];
  for (const [kill, sentence] of kills) {
    it(`ends with a sentence and leaves nothing behind: ${kill.process}, ${kill.signal}`, async () => {
      const input = path.join(directory, "input.csv");
      killInput(input);
      let result = await killRun(kill, input);
      // A layer lives for a moment, and may have ended before its signal came.
      for (let again = 0; !result.hit && again < 5; again++) result = await killRun(kill, input);
      assert.ok(result.hit);
      assert.deepEqual(result.faults, []);
      assert.match(result.sentence, sentence, result.stderr);
    });
  }
});
