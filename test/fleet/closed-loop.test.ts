import assert from "node:assert/strict";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import type { Change, FleetDay } from "../../local/fleet/day-book";
import { dataOf } from "../report/page-data";
import { run } from "../local/run-main";

const DAYS = 44;
const START = "2026-01-01T00:00:00Z";
const days = (usedMB: (day: number) => number) => Array.from({ length: DAYS }, (_, day) => usedMB(day));

/** Functions that only wait: no size is slower than another, so memory alone decides. */
const FUNCTIONS = [
  { functionName: "steady", memorySizeMB: 1_024, usedMB: days(() => 310) },
  { functionName: "growing", memorySizeMB: 2_048, usedMB: days((day) => 300 + 11 * day) },
  { functionName: "capped", memorySizeMB: 256, usedMB: days((day) => (day < 2 ? 200 : 420)) },
  { functionName: "tiny", memorySizeMB: 128, usedMB: days(() => 40) },
].map((fn) => ({ ...fn, invocationsPerDay: 6, duration: { waitMs: 50, cpuMs: 0 } }));

/** Such a function's size on each day at the defaults, according to docs/sizing.md and docs/operations.md. */
function simulate({ memorySizeMB, usedMB }: (typeof FUNCTIONS)[number]): number[] {
  const sizes: number[] = [];
  let size = memorySizeMB;
  let cameDownFrom = 0;
  for (let from = 0, lastPressure = -1, day = 0; day < DAYS; day++) {
    sizes.push(size);
    const atCap = usedMB[day]! >= size;
    if (atCap) {
      // A function that runs out of memory after a change down goes back at least to its earlier size.
      size = Math.max(Math.ceil(size * 1.25), size + 100, cameDownFrom);
      [lastPressure, cameDownFrom] = [day, 0];
    }
    // Windows of 14 days are aligned to the epoch, and so is the fleet's start.
    if ((day + 1) % 14 !== 0) continue;
    const window = days((day) => day).slice(from, day + 1);
    const measured = window.filter((day) => usedMB[day]! < sizes[day]!).map((day) => usedMB[day]!);
    const capped = window.filter((day) => usedMB[day]! >= sizes[day]!).map((day) => sizes[day]!);
    const average = measured.reduce((sum, peak) => sum + peak, 0) / measured.length;
    const floor = Math.max(0, ...capped.map((size) => Math.max(Math.ceil(size * 1.25), size + 100)));
    const wanted = Math.max(Math.ceil(average) + 100, Math.ceil((Math.max(...measured) * 115) / 100), floor);
    const to = Math.max(wanted, Math.ceil(size / 2));
    const lowersAfterPressure = to < size && lastPressure >= from;
    const tooSmall = Math.abs(to - size) < Math.max(32, 0.05 * size);
    // A size that was set after the window was not measured in it.
    if (!atCap && !lowersAfterPressure && !tooSmall) [cameDownFrom, size] = [to < size ? size : 0, to];
    from = day + 1;
  }
  return sizes;
}

describe("a fleet in a closed loop", () => {
  let directory: string;
  before(() => (directory = fs.mkdtempSync(path.join(os.tmpdir(), "closed-loop-test-"))));
  after(() => {
    fs.rmSync(directory, { recursive: true });
  });

  async function play(json: string) {
    const file = path.join(directory, "fleet.json");
    fs.writeFileSync(file, JSON.stringify({ start: START, days: DAYS, functions: FUNCTIONS }));
    const [results, report] = [path.join(directory, json), path.join(directory, `${json}.html`)];
    const { status, stdout, stderr } = await run(["--fleet", file, "--json", results, "--report", report]);
    assert.equal(status, 0, stderr);
    return { stdout, text: fs.readFileSync(results, "utf8"), page: fs.readFileSync(report, "utf8") };
  }

  it("has each function, on each day, at the size that an independent simulation computes; the same every time", async () => {
    const { stdout, text, page } = await play("first.json");
    const result = JSON.parse(text) as { days: FleetDay[]; changes: Change[] };
    for (const fn of FUNCTIONS) {
      const sizes = simulate(fn);
      const own = result.days.filter(({ functionName }) => functionName === fn.functionName);
      assert.deepEqual(
        own.map(({ memorySizeMB }) => memorySizeMB),
        sizes,
        fn.functionName,
      );
      for (const [day, row] of own.entries()) {
        const [used, size] = [fn.usedMB[day]!, sizes[day]!];
        assert.equal(row.day, new Date(Date.parse(START) + day * 86_400_000).toISOString().slice(0, 10));
        assert.deepEqual([row.invocations, row.outOfMemory], [6, used > size ? 6 : 0]);
        assert.deepEqual([row.peakUsedMB, row.meanDurationMs], [Math.min(used, size), 50]);
        assert.ok(Math.abs(row.billedGBSeconds - (6 * 0.05 * size) / 1_024) < 1e-9);
      }
      const changes = sizes.flatMap((to, day) =>
        day > 0 && to !== sizes[day - 1] ? [[own[day]!.day, sizes[day - 1], to]] : [],
      );
      assert.deepEqual(
        result.changes
          .filter(({ functionName, at }) => functionName === fn.functionName && at < own.at(-1)!.day)
          .map(({ at, from, to }) => [at.slice(0, 10), from, to]),
        changes,
      );
    }
    assert.match(stdout, new RegExp(`steady +1024 → ${simulate(FUNCTIONS[0]!).at(-1)} `));
    const shown = dataOf(page);
    assert.equal(shown.days.length, DAYS);
    for (const [n, { name, toMB, days, changes, curve }] of shown.functions.entries()) {
      assert.equal(name, FUNCTIONS[n]!.functionName);
      const sizes = simulate(FUNCTIONS[n]!);
      assert.deepEqual(days!.memorySizeMB, sizes);
      assert.equal(toMB, changes.at(-1)?.to ?? sizes.at(-1));
      assert.deepEqual(
        changes,
        result.changes
          .filter(({ functionName }) => functionName === name)
          .map(({ at, from, to, reason }) => ({ at, from, to, reason })),
      );
      assert.equal(curve!.source, "given");
      assert.deepEqual([curve!.fromMs, curve!.toMs, ...new Set(curve!.durationMs)], [50, 50, 50]);
    }
    const again = await play("second.json");
    assert.equal(again.text, text);
    assert.equal(again.page, page);
  });
});
