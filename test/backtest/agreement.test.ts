/** The back-test against the closed loop through the real jar and the real bundle: the same sizes, changes and sums. */
import assert from "node:assert/strict";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { FLEET_DEFAULTS } from "../../local/arguments";
import { historyOfFleet } from "../../local/backtest/from-fleet";
import { walk } from "../../local/backtest/walk";
import type { Change, FleetDay } from "../../local/fleet/day-book";
import { stepOf } from "../../local/fleet/closed-loop";
import { checkFleet } from "../../local/fleet/fleet-file";
import { mulberry32 } from "../../local/mulberry32";
import { parseSettings } from "../../runtime/settings";
import { run } from "../local/run-main";

const DAYS = 44;
const START = "2026-01-01T00:00:00Z";

/** Functions of all kinds: steady, noisy, growing, falling, capped, silent for days, waiting and CPU-bound. */
function fleet() {
  const random = mulberry32(7);
  const daily = (of: (day: number) => number) => Array.from({ length: DAYS }, (_, day) => of(day));
  const functions = Array.from({ length: 14 }, (_, n) => {
    const memorySizeMB = [256, 512, 1_024, 2_048][n % 4]!;
    const middleMB = memorySizeMB * (0.2 + 0.75 * random());
    const trend = [0, 0, 0.02, -0.012][(n >> 2) % 4]!;
    const [jumpDay, jump] = n % 5 === 3 ? [16 + n, 1.8] : [DAYS, 1];
    const isSilent = (day: number) => n % 6 === 5 && day % 9 < 5;
    return {
      functionName: `fn-${n}`,
      memorySizeMB,
      invocationsPerDay: daily((day) => (isSilent(day) ? 0 : 4 + (n % 3))),
      weight: 1 + 50 * (n % 2),
      usedMB: daily((day) =>
        Math.round(Math.max(20, middleMB * (1 + trend * day) * (day >= jumpDay ? jump : 1))),
      ),
      usedSpread: 0.1 * (n % 3),
      duration: n % 4 === 1 ? { "128": 900, "1024": 130, "3008": 90 } : { waitMs: 80, cpuMs: 12 * n },
      durationSpread: 0.3,
      errorRate: n % 7 === 0 ? 0.1 : 0,
      cpu: n % 2 === 0,
    };
  });
  return checkFleet({ start: START, days: DAYS, functions }, "the fleet");
}

describe("the back-test", () => {
  let directory: string;
  before(() => (directory = fs.mkdtempSync(path.join(os.tmpdir(), "back-test-agreement-"))));
  after(() => {
    fs.rmSync(directory, { recursive: true });
  });

  const policies: readonly (readonly [Readonly<Record<string, string>>, days: number])[] = [
    [{}, DAYS],
    [{ windowType: "sliding", windowLength: "6d", sizing: "percentile", cooldown: "48h" }, DAYS],
    // Windows close at midnight, so every change down waits.
    [{ windowType: "sliding", windowLength: "6d", changeWindow: "Tue-Thu 09:00-17:00 Europe/Berlin" }, DAYS],
    [{ windowType: "per-function", bucketLength: "6h", windowLength: "2d", cooldown: "12h" }, 18],
  ];
  for (const [values, days] of policies) {
    it(`has every size, day and change of the closed loop: ${JSON.stringify(values)}`, async () => {
      const file = path.join(directory, "fleet.json");
      const json = path.join(directory, "result.json");
      fs.writeFileSync(file, JSON.stringify(fleet()));
      const sets = Object.entries(values).flatMap(([key, value]) => ["--set", `${key}=${value}`]);
      const { status, stderr } = await run(["--fleet", file, "--days", `${days}`, "--json", json, ...sets]);
      assert.equal(status, 0, stderr);
      const loop = JSON.parse(fs.readFileSync(json, "utf8")) as { days: FleetDay[]; changes: Change[] };

      const settings = parseSettings({ ...FLEET_DEFAULTS, ...values });
      const history = historyOfFleet({ ...fleet(), days }, undefined, stepOf(settings));
      const walked = await walk(history, settings, { keep: true });
      const order = <T extends FleetDay | Change>(rows: readonly T[]) =>
        [...rows].sort((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1));
      assert.deepEqual(order(walked.changes), order(loop.changes));
      assert.deepEqual(order(walked.days), order(loop.days));
      assert.ok(loop.changes.length > 14, `only ${loop.changes.length} changes`);
      if (values.changeWindow !== undefined) {
        const lowered = loop.changes.filter(({ from, to }) => to < from);
        // A change is reported at the end of its day.
        const days = lowered.map(({ at }) => new Date(Date.parse(at) - 1).toUTCString().slice(0, 3));
        assert.deepEqual([...new Set(days)].sort(), ["Thu", "Tue", "Wed"]);
      }
      // The default's run has every kind of change.
      if (Object.keys(values).length > 0) return;
      for (const reason of ["window", "memory-pressure", "regression"]) {
        assert.ok(
          loop.changes.some((change) => change.reason === reason),
          reason,
        );
      }
      const outOfMemory = loop.days.reduce((sum, day) => sum + day.outOfMemory, 0);
      assert.equal(walked.invocationsBeyond, outOfMemory);
      assert.equal(walked.daysBeyond, loop.days.filter((day) => day.outOfMemory > 0).length);
    });
  }
});
