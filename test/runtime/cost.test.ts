/** Compares the cost model with the layer's real flush policy, and with the figures in docs/cost.md. */
import assert from "node:assert/strict";
import fc from "fast-check";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { FlushPolicy } from "../../layer/flush-policy";
import { Fold } from "../../layer/fold";
import { costOf, mostRecordsOfSandbox, recordsPerMonth, type CostQuestion } from "../../runtime/cost";
import { HOURS_PER_MONTH, MS_PER_MONTH, PRICES } from "../../runtime/pricing";

const CAP_MB = 3_008;
const THOUSAND = { functions: 1_000, invocations: 100_000_000 } as const;

describe("The cost of running it", () => {
  it("counts no fewer records of a sandbox than the layer's own rule sends", () => {
    const sandbox = fc.record({
      gapsMs: fc.array(fc.integer({ min: 1, max: 300_000 }), { minLength: 1, maxLength: 300 }),
      firstMB: fc.integer({ min: 30, max: 2_000 }),
      risesMB: fc.array(fc.integer({ min: 0, max: 40 }), { minLength: 300, maxLength: 300 }),
    });
    let tightest = 0;
    fc.assert(
      fc.property(sandbox, ({ gapsMs, firstMB, risesMB }) => {
        let usedMB = firstMB;
        const invocations = gapsMs.map((gapMs, n) => ({ gapMs, usedMB: (usedMB += risesMB[n] ?? 0) }));
        const { records, most } = sentBy(Date.UTC(2026, 0, 1, 22), invocations);
        tightest = Math.max(tightest, records / most);
        assert.ok(records <= most, `${records} of at most ${most}`);
      }),
      { numRuns: 300 },
    );
    assert.ok(tightest > 0.9, `the bound is far off: ${tightest}`);
  });

  it("counts the records that midnight adds", () => {
    const invocations = [100, 100, 100, 100].map((usedMB) => ({ gapMs: 5_000, usedMB }));
    const { records, most } = sentBy(Date.UTC(2026, 0, 1, 23, 59, 52), invocations);
    // The first report, the old and the new day's together, and the last one at shutdown.
    assert.deepEqual([records, most], [4, 4]);
  });

  it("assumes at most one record per invocation, and little more than one a minute for a busy sandbox", () => {
    const rare = { functions: 1_000, invocations: 50_000, by: "layer", flink: "always" } as const;
    assert.equal(recordsPerMonth(rare), 50_000);
    assert.equal(recordsPerMonth({ ...rare, by: "logs" }), 50_000);
    assert.equal(recordsPerMonth({ ...rare, by: "events" }), 150_000);
    const busy = recordsPerMonth({ ...rare, invocations: 1e12, sandboxes: 10 });
    const minutes = 10 * HOURS_PER_MONTH * 60;
    assert.ok(busy > minutes && busy < 1.3 * minutes, `${busy}`);
  });

  it("bills a daily run by the second, at least for ten minutes, and the retention that it needs", () => {
    const part = (question: CostQuestion, name: string) =>
      costOf(question).parts.find((one) => one.part === name)?.dollars;
    const daily = { functions: 5, invocations: 1_000, by: "layer", flink: "daily" } as const;
    const days = MS_PER_MONTH / 86_400_000;
    assert.ok(Math.abs(part(daily, "Flink application")! - days * 0.5 * 2 * PRICES.kpuHour) < 1e-9);
    assert.ok(
      Math.abs(part(daily, "retention of 48 h")! - PRICES.extendedRetentionShardHour * HOURS_PER_MONTH) <
        1e-9,
    );
    assert.equal(part({ ...daily, flink: "always" }, "retention of 48 h"), undefined);
    // The model also counts a run that takes longer than half an hour.
    const large = costOf({ ...daily, invocations: 1e9, by: "logs" });
    assert.ok(large.parts[0]!.dollars > 2 * part(daily, "Flink application")!);
  });

  it("is at most a third of that of a record for every platform event, with the layer and daily runs", () => {
    const events = costOf({ ...THOUSAND, by: "events", flink: "always" }).dollars;
    const ours = costOf({ ...THOUSAND, by: "layer", flink: "daily" }).dollars;
    assert.ok(ours <= events / 3, `$${ours} of $${events}`);
  });

  it("equals the figures in the text of docs/cost.md", () => {
    const page = readFileSync(join(__dirname, "../../docs/cost.md"), "utf8");
    const figure = (question: CostQuestion) => `$${Math.round(costOf(question).dollars)}`;
    const events = costOf({ ...THOUSAND, by: "events", flink: "always" }).dollars;
    const daily = { ...THOUSAND, by: "layer", flink: "daily" } as const;
    const share = (question: CostQuestion) => `${Math.round((100 * costOf(question).dollars) / events)}%`;
    for (const told of [
      figure({ ...THOUSAND, by: "events", flink: "always" }),
      `${figure(daily)} (${share(daily)})`,
      `${figure({ ...daily, by: "logs" })} (${share({ ...daily, by: "logs" })})`,
      `${figure({ ...daily, flink: "always" })} (${share({ ...daily, flink: "always" })})`,
    ]) {
      assert.ok(page.includes(told), `docs/cost.md doesn't say ${told}`);
    }
  });
});

/** What the layer sends for a sandbox with these invocations, and the model's bound for it. */
function sentBy(startMs: number, invocations: readonly { gapMs: number; usedMB: number }[]) {
  const fold = new Fold();
  const policy = new FlushPolicy(60_000);
  const used = invocations.map(({ usedMB }) => Math.min(usedMB, CAP_MB));
  let [nowMs, records] = [startMs, 0];
  const flush = (mustFlush = false) => {
    if (policy.decide(fold.held, nowMs, mustFlush) === "flush") records += fold.take().length;
  };
  invocations.forEach(({ gapMs }, n) => {
    fold.add(report(nowMs, used[n]!, n));
    nowMs += gapMs;
    // The next INVOKE.
    flush();
  });
  flush(true);
  const most = mostRecordsOfSandbox({
    aliveMs: nowMs - startMs,
    invocations: invocations.length,
    growth: used.at(-1)! / used[0]!,
  });
  return { records, most };
}

function report(atMs: number, maxMemoryUsedMB: number, n: number) {
  return {
    time: new Date(atMs).toISOString(),
    type: "platform.report",
    record: {
      requestId: `r-${n}`,
      status: "success",
      metrics: { durationMs: 10, billedDurationMs: 10, memorySizeMB: CAP_MB, maxMemoryUsedMB },
    },
  };
}
