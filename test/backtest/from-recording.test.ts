import assert from "node:assert/strict";
import { RecordedHistory } from "../../local/backtest/from-recording";
import { peaksAtCap } from "../../local/backtest/history";
import { walk } from "../../local/backtest/walk";
import { FLEET_DEFAULTS } from "../../local/arguments";
import type { Report } from "../../local/input/report";
import { MS_PER_DAY } from "../../runtime/duration";
import { parseSettings } from "../../runtime/settings";

const START_MS = Date.UTC(2026, 0, 1);

function report(day: number, values: Partial<Report>): Report {
  return {
    timeMs: START_MS + day * MS_PER_DAY + 1_000,
    functionName: "orders",
    functionArn: "arn:aws:lambda:eu-west-1:111111111111:function:orders",
    functionVersion: "7",
    memorySizeMB: 1_024,
    maxMemoryUsedMB: 300,
    durationMs: 100,
    billedDurationMs: 100,
    status: "success",
    requestId: "r",
    ...values,
  };
}

function historyOf(reports: readonly Report[]) {
  const recorded = new RecordedHistory();
  for (const one of reports) recorded.add(one);
  return recorded.history(MS_PER_DAY);
}

describe("a recording's history", () => {
  it("has each function's days in order, in any order of the reports", () => {
    const { startMs, steps, subjects } = historyOf([
      report(3, { maxMemoryUsedMB: 320 }),
      report(1, { memorySizeMB: 2_048 }),
      report(3, { maxMemoryUsedMB: 310, timeMs: START_MS + 3 * MS_PER_DAY }),
    ]);
    assert.deepEqual([startMs, steps], [START_MS + MS_PER_DAY, 3]);
    const [orders] = subjects;
    assert.equal(orders!.memorySizeMB, 2_048);
    assert.deepEqual(
      orders!.steps.map(({ index, usedMB }) => [index, Array.from(usedMB)]),
      [
        [0, [300]],
        [2, [310, 320]],
      ],
    );
  });

  it("treats a peak at the cap as a lower bound: the same size would not have been enough", async () => {
    const days = Array.from({ length: 20 }, (_, day) => day);
    const reports = days.flatMap((day) => [
      report(day, {}),
      ...(day === 4
        ? [report(day, { maxMemoryUsedMB: 1_024, timeMs: START_MS + day * MS_PER_DAY + 2 })]
        : []),
    ]);
    const history = historyOf(reports);
    assert.deepEqual(peaksAtCap(history), { functionDays: 1, ofFunctionDays: 20, functions: 1 });
    const asItIs = await walk(history, parseSettings(), { optimize: false });
    assert.deepEqual([asItIs.daysBeyond, asItIs.invocationsBeyond, asItIs.invocations], [1, 1, 21]);
    const { changes } = await walk(history, parseSettings(FLEET_DEFAULTS), { keep: true });
    assert.deepEqual(changes[0], {
      at: new Date(START_MS + 5 * MS_PER_DAY).toISOString(),
      functionName: "orders",
      from: 1_024,
      to: 1_280,
      reason: "memory-pressure",
    });
  });

  it("has the measured durations at their size, and the model's at others", () => {
    const slow = { memorySizeMB: 512, durationMs: 190, maxMemoryUsedMB: 300 };
    const history = historyOf(Array.from({ length: 40 }, (_, day) => report(day, day % 2 === 0 ? {} : slow)));
    const [orders] = history.subjects;
    for (const { index, durationFactor } of orders!.steps) {
      const [sizeMB, durationMs] = index % 2 === 0 ? [1_024, 100] : [512, 190];
      const at = orders!.durationAt(sizeMB).durationMs * durationFactor[0]!;
      assert.ok(Math.abs(at - durationMs) < 1e-6);
    }
    // Mostly CPU-bound, by the two sizes: 256 MB take about twice as long as 512.
    const ratio = orders!.durationAt(256).durationMs / orders!.durationAt(512).durationMs;
    assert.ok(ratio > 1.7 && ratio < 2.2, String(ratio));
  });

  it("costs the same, and has no slowdown, without measured durations", async () => {
    const history = historyOf(Array.from({ length: 30 }, (_, day) => report(day, { durationMs: 0 })));
    const { meanSlowdown, worstSlowdown } = await walk(history, parseSettings(FLEET_DEFAULTS));
    assert.deepEqual([meanSlowdown, worstSlowdown], [1, 1]);
  });
});
