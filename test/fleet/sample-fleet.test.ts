/** The default `npm start` shows what it promises. */
import assert from "node:assert/strict";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import type { Change, FleetDay } from "../../local/fleet/day-book";
import { sampleFleet } from "../../local/sample-fleet";
import type { Verdict } from "../../local/verdict";
import { MS_PER_DAY } from "../../runtime/duration";
import { run } from "../local/run-main";

interface Result {
  readonly updates: readonly { readonly functionName: string; readonly reason: string }[];
  readonly days: readonly FleetDay[];
  readonly changes: readonly Change[];
  readonly verdict: Verdict;
}

describe("the sample fleet", () => {
  const fleet = sampleFleet();

  it("runs through whole windows, or fewer days if asked to", () => {
    const windowMs = 14 * MS_PER_DAY;
    assert.equal(Date.parse(fleet.start) % windowMs, 0);
    assert.equal((fleet.days * MS_PER_DAY) % windowMs, 0);
    assert.deepEqual(sampleFleet(7), { ...fleet, days: 7 });
  });

  describe("played by npm start", () => {
    let directory: string;
    let stdout: string;
    let stderr: string;
    let result: Result;
    before(async () => {
      directory = fs.mkdtempSync(path.join(os.tmpdir(), "sample-fleet-test-"));
      const json = path.join(directory, "result.json");
      const ended = await run(["--json", json]);
      assert.equal(ended.status, 0, ended.stderr);
      ({ stdout, stderr } = ended);
      result = JSON.parse(fs.readFileSync(json, "utf8")) as Result;
    });
    after(() => {
      fs.rmSync(directory, { recursive: true });
    });

    const changesOf = (name: string) => result.changes.filter(({ functionName }) => functionName === name);
    const daysOf = (name: string) => result.days.filter(({ functionName }) => functionName === name);

    it("shows the current day, and each change as it comes", () => {
      assert.match(stderr, /day 1 of 56, 2026-01-01/);
      for (const { functionName, from, to, reason } of result.changes) {
        assert.ok(stderr.includes(`${functionName} ${from} → ${to} MB (${reason})`), functionName);
      }
    });

    it("raises a function at its cap on the same day, until it has enough", () => {
      const [first, second] = daysOf("csv-importer");
      assert.ok(first!.outOfMemory > 0);
      assert.equal(changesOf("csv-importer")[0]!.reason, "memory-pressure");
      assert.ok(second!.memorySizeMB > first!.memorySizeMB);
      assert.equal(daysOf("csv-importer").at(-1)!.outOfMemory, 0);
    });

    it("leaves alone what would get slow", () => {
      assert.deepEqual(changesOf("thumbnail-generator"), []);
      const reasons = result.updates.filter(({ functionName }) => functionName === "thumbnail-generator");
      assert.ok(reasons.every(({ reason }) => reason === "would-be-slower"));
      assert.match(
        stdout,
        /^thumbnail-generator: would-be-slower: 200 ms and .* at 1024 MB, 367 ms and .* at 512 MB$/m,
      );
    });

    it("takes back a size that turned out too small", () => {
      const [down, back] = changesOf("pdf-renderer");
      assert.ok(down!.to < down!.from);
      assert.deepEqual([back!.from, back!.to, back!.reason], [down!.to, down!.from, "regression"]);
    });

    it("is what the README shows, except for the seconds", () => {
      const readme = fs.readFileSync(path.join(__dirname, "../../README.md"), "utf8");
      const [, block = ""] = /```\n( +0\.0 s {2}the bundled sample[^]*?)```/.exec(readme) ?? [];
      const shown = block.split("\n").filter((line) => line.trim() !== "" && line.trim() !== "…");
      assert.ok(shown.length > 10, block);
      const untimed = (line: string) => line.replace(/^ *\d+\.\d s {2}/, "");
      const told = new Set([...stdout.split("\n"), ...stderr.split("\n")].map(untimed));
      assert.deepEqual(
        shown.filter((line) => !told.has(untimed(line))),
        [],
      );
    });

    it("ends with the saving, at a real fleet's traffic", () => {
      const { savedPerMonth, netPerMonth, runningCostPerMonth } = result.verdict;
      assert.ok(netPerMonth > 0, String(netPerMonth));
      assert.ok(Math.abs(savedPerMonth - runningCostPerMonth - netPerMonth) < 0.011);
      assert.match(stdout, /^These sizes save \$[\d,.]+ of the \$[\d,.]+ a month .* a gain of \$[\d,.]+\.$/m);
      assert.match(stdout, /^It pays from [\d,]+ GB-seconds a month on/m);
    });
  });
});
