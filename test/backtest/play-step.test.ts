import assert from "node:assert/strict";
import fc from "fast-check";
import { historyOfFleet } from "../../local/backtest/from-fleet";
import { playStep } from "../../local/backtest/play-step";
import { demandOf } from "../../local/fleet/demand";
import { checkFleet } from "../../local/fleet/fleet-file";
import { play } from "../../local/fleet/invocations";
import { MS_PER_DAY } from "../../runtime/duration";
import { omit } from "../../runtime/updater/omit";

describe("a step of the back-test", () => {
  it("has the same result as the layer's fold of the same invocations", () => {
    const part = fc.double({ min: 0, max: 1, noNaN: true });
    const behaviour = fc.record({
      usedMB: fc.integer({ min: 1, max: 3_000 }),
      usedSpread: part,
      durationSpread: part,
      errorRate: part,
      invocationsPerDay: fc.integer({ min: 0, max: 40 }),
      weight: fc.integer({ min: 1, max: 5_000 }),
      cpu: fc.boolean(),
      waitMs: fc.double({ min: 0, max: 5_000, noNaN: true }),
      cpuMs: fc.double({ min: 0, max: 5_000, noNaN: true }),
    });
    fc.assert(
      fc.property(behaviour, fc.integer({ min: 128, max: 3_008 }), ({ waitMs, cpuMs, ...values }, sizeMB) => {
        const duration = { waitMs, cpuMs };
        const fn = { functionName: "orders", memorySizeMB: 1_024, duration, ...values };
        const fleet = checkFleet({ start: "2026-01-01T00:00:00Z", days: 2, functions: [fn] }, "f.json");
        const [checked] = fleet.functions;
        const { subjects } = historyOfFleet(fleet, undefined, MS_PER_DAY);
        for (const step of subjects[0]!.steps) {
          const expected = play(checked!, demandOf(checked!, step.index, fleet), sizeMB, step.index);
          const { record, billedDurationMs, ...played } = playStep(subjects[0]!, step, sizeMB);
          assert.deepEqual(
            [omit(record, "sandboxId", "sequence")],
            expected.records.map((one) => omit(one, "sandboxId", "sequence")),
          );
          assert.deepEqual(
            { ...played, billedGBSeconds: (billedDurationMs * sizeMB) / 1_024 / 1_000 },
            omit(expected, "records"),
          );
        }
        const count = values.invocationsPerDay > 0 ? 2 : 0;
        assert.equal(subjects[0]!.steps.length, count);
      }),
    );
  });
});
