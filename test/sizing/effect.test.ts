/** A change's effect, from its figures. */
import assert from "node:assert/strict";
import { effectOf, type WatchedChange } from "../../runtime/sizing/effect";
import { measured } from "./figures";

/** A change from 1,024 to 512 MB, watched for three days. */
function effect({
  since = {},
  before = {},
  days = 3,
  ...fields
}: Partial<Omit<WatchedChange, "since" | "before">> & {
  since?: Parameters<typeof measured>[0];
  before?: Parameters<typeof measured>[0];
  days?: number;
} = {}) {
  const told = effectOf({
    fromMB: 1_024,
    toMB: 512,
    baselineMB: 1_024,
    baselineMs: 100,
    before: [measured(before)],
    since: measured({ memorySizeMB: 512, ...since }, days),
    limits: { maxSlowdown: 0.25, regressionLimit: 0.1 },
    ...fields,
  });
  return told.verdict === "harm" ? told.harm : told.verdict;
}

describe("the effect of a change", () => {
  it("is none if nothing got worse", () => {
    assert.equal(effect(), "none");
    assert.equal(effect({ since: { meanMs: 124 }, days: 14 }), "none", "within the limit");
  });

  it("is harm if it got too slow, once there are enough figures", () => {
    assert.equal(
      effect({ since: { meanMs: 200 }, days: 1 }),
      "duration",
      "twice as slow shows on the first day",
    );
    assert.equal(effect({ since: { meanMs: 135 }, days: 1 }), "none", "a third may be a bad day");
    assert.equal(effect({ since: { meanMs: 135 }, days: 28 }), "duration", "and not four bad weeks");
    assert.equal(
      effect({ since: { meanMs: 200, spread: 2, invocations: 10 }, days: 1 }),
      "none",
      "ten invocations say little",
    );
  });

  it("is harm if it got more expensive", () => {
    const dear = { toMB: 960, since: { memorySizeMB: 960, meanMs: 122 } };
    assert.equal(effect({ ...dear, days: 1 }), "none", "14% more may be a bad day");
    assert.equal(effect({ ...dear, days: 28 }), "cost", "and not four bad weeks");
  });

  it("doesn't look at durations if maxSlowdown is off, except for the cost", () => {
    const limits = { maxSlowdown: "off" as const, regressionLimit: 0.1 };
    assert.equal(effect({ limits, since: { meanMs: 180 }, days: 14 }), "none");
    assert.equal(effect({ limits, since: { meanMs: 300 }, days: 14 }), "cost");
  });

  it("compares a duration with the baseline, not with the step before", () => {
    const baseline = measured({ memorySizeMB: 2_048, meanMs: 100 });
    const from = measured({ memorySizeMB: 1_024, meanMs: 120 });
    const told = effectOf({
      fromMB: 1_024,
      toMB: 512,
      baselineMB: 2_048,
      baselineMs: undefined,
      before: [baseline, from],
      since: measured({ memorySizeMB: 512, meanMs: 145 }, 28),
      limits: { maxSlowdown: 0.25, regressionLimit: 0.1 },
    });
    assert.equal(told.verdict, "harm");
    assert.equal(
      effect({ before: { memorySizeMB: 700 }, baselineMs: undefined, since: { meanMs: 900 } }),
      "none",
    );
  });

  it("is harm at the first invocation out of memory", () => {
    assert.equal(effect({ since: { outOfMemory: 1 }, days: 1 }), "memory");
  });

  it("is harm if errors or timeouts rose, by counts", () => {
    assert.equal(effect({ since: { timeouts: 2 }, days: 1 }), "none");
    assert.equal(effect({ since: { timeouts: 30 }, days: 1 }), "timeouts");
    assert.equal(effect({ before: { errors: 50 }, since: { errors: 55 } }), "none");
    assert.equal(effect({ before: { errors: 50 }, since: { errors: 90 } }), "errors");
  });

  it("has an outside cause if the function would now be as slow at the old size", () => {
    // 5 ms of CPU time cost 9 ms more at half the size, of 200: the rest waits for something.
    const since = { meanMs: 200, cpuMs: 5 };
    assert.equal(effect({ since }), "outside");
    assert.equal(effect({ since: { meanMs: 200, cpuMs: 57 } }), "duration", "CPU-bound: that was the change");
  });

  it("shows after going back whether the cause was outside", () => {
    const back = { fromMB: 512, toMB: 1_024, before: {}, days: 3 };
    assert.equal(effect({ ...back, since: { memorySizeMB: 1_024, meanMs: 100 } }), "none");
    assert.equal(effect({ ...back, since: { memorySizeMB: 1_024, meanMs: 180 } }), "outside");
    assert.equal(
      effect({ ...back, since: { memorySizeMB: 1_024, outOfMemory: 1 } }),
      "none",
      "not by more memory",
    );
  });
});
