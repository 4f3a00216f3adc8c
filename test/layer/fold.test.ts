import fc from "fast-check";
import assert from "node:assert/strict";
import { Fold } from "../../layer/fold";
import { report } from "./telemetry";

describe("fold", () => {
  it("folds a day's reports of one memory size into one entry", () => {
    const fold = new Fold();
    fold.add(report({ time: "2026-03-01T10:00:00.000Z", maxMemoryUsedMB: 90 }));
    fold.add(report({ time: "2026-03-01T09:00:00Z", maxMemoryUsedMB: 120, status: "error" }));
    fold.add(report({ time: "2026-03-01T11:00:00.000Z", maxMemoryUsedMB: 100, status: "timeout" }));
    assert.deepEqual(fold.take(), [
      {
        memorySizeMB: 512,
        maxMemoryUsedMB: 120,
        invocations: 3,
        durationMs: 36.75,
        durationSquaredMs2: 450,
        billedDurationMs: 39,
        errors: 1,
        timeouts: 1,
        outOfMemory: 0,
        firstReportAt: "2026-03-01T09:00:00.000Z",
        lastReportAt: "2026-03-01T11:00:00.000Z",
      },
    ]);
    assert.deepEqual(fold.take(), [], "taken entries are gone");
  });

  it("sums and counts init and restore durations, and has neither if there was none", () => {
    const fold = new Fold();
    fold.add(report({ initDurationMs: 200.6 }));
    fold.add(report({}));
    fold.add(report({ initDurationMs: 5_000, restoreDurationMs: 100.1 }));
    fold.add(report({ memorySizeMB: 1_024 }));
    const [cold, warm] = fold.take();
    assert.deepEqual([cold!.initDurationMs, cold!.coldStarts], [301, 2]);
    assert.ok(!("initDurationMs" in warm!) && !("coldStarts" in warm!));
  });

  it("divides CPU time by duration, to the millisecond, and has none if it is unknown", () => {
    const fold = new Fold();
    const feed = () => {
      fold.add(report({ time: "2026-03-01T23:59:59.999Z", durationMs: 100 }));
      fold.add(report({ time: "2026-03-02T00:00:01.000Z", durationMs: 50 }));
      fold.add(report({ time: "2026-03-02T00:00:02.000Z", memorySizeMB: 1_024, durationMs: 50 }));
    };
    feed();
    assert.deepEqual(
      fold.take(101).map(({ cpuMs }) => cpuMs),
      [51, 25, 25],
    );
    feed();
    assert.ok(fold.take().every((record) => !("cpuMs" in record)));
    fold.add(report({ durationMs: 0 }));
    assert.ok(fold.take(7).every((record) => !("cpuMs" in record)));
  });

  it("divides any CPU time among any records without loss and never below 0", () => {
    fc.assert(
      fc.property(
        fc.array(fc.double({ min: 0.01, max: 900_000, noNaN: true }), { minLength: 1, maxLength: 64 }),
        fc.nat(),
        (durationsMs, cpuMs) => {
          const fold = new Fold();
          durationsMs.forEach((durationMs, index) => {
            fold.add(report({ memorySizeMB: 128 + index, durationMs }));
          });
          const shares = fold.take(cpuMs).map((record) => record.cpuMs ?? NaN);
          assert.ok(
            shares.every((share) => Number.isInteger(share) && share >= 0),
            String(shares),
          );
          assert.equal(
            shares.reduce((sum, share) => sum + share),
            cpuMs,
          );
        },
      ),
      { seed: 20260301 },
    );
  });

  it("leaves out a sum of squares that is no longer an integer", () => {
    const fold = new Fold();
    fold.add(report({ durationMs: 1e300 }));
    assert.ok(!("durationSquaredMs2" in fold.take()[0]!));
  });

  it("never mixes two UTC days or two memory sizes", () => {
    const fold = new Fold();
    fold.add(report({ time: "2026-03-01T23:59:59.999Z", memorySizeMB: 512, maxMemoryUsedMB: 1 }));
    fold.add(report({ time: "2026-03-02T00:00:00.000Z", memorySizeMB: 512, maxMemoryUsedMB: 2 }));
    fold.add(report({ time: "2026-03-02T00:00:00.000Z", memorySizeMB: 256, maxMemoryUsedMB: 3 }));
    fold.add(report({ time: "2026-03-01T00:00:00.000Z", memorySizeMB: 512, maxMemoryUsedMB: 4 }));
    assert.deepEqual(
      fold.take().map(({ memorySizeMB, maxMemoryUsedMB }) => [memorySizeMB, maxMemoryUsedMB]),
      [
        [512, 4],
        [512, 2],
        [256, 3],
      ],
    );
  });

  it("recognizes an invocation that ran out of memory", () => {
    const fold = new Fold();
    fold.add(report({ memorySizeMB: 128, maxMemoryUsedMB: 129 }));
    fold.add(report({ memorySizeMB: 128, maxMemoryUsedMB: 128, status: "timeout" }));
    fold.add(
      report({ memorySizeMB: 128, maxMemoryUsedMB: 90, status: "error", errorType: "Runtime.OutOfMemory" }),
    );
    fold.add(report({ memorySizeMB: 128, maxMemoryUsedMB: 127, status: "error" }));
    assert.equal(fold.take()[0]!.outOfMemory, 3);
  });

  it("distinguishes a report that was delivered twice from an invocation that was retried", () => {
    const fold = new Fold();
    const first = report({ requestId: "a", time: "2026-03-01T10:00:00.000Z" });
    assert.equal(fold.add(first), "folded");
    assert.equal(fold.add(first), "duplicate");
    fold.take();
    assert.equal(fold.add(first), "duplicate", "also after a flush");
    assert.equal(fold.add(report({ requestId: "a", time: "2026-03-01T10:01:00.000Z" })), "folded");
  });

  it("rejects reports that it can't use", () => {
    const fold = new Fold();
    const sound = report();
    const { metrics } = sound.record;
    const unusable: Parameters<Fold["add"]>[0][] = [
      {},
      { ...sound, time: "yesterday" },
      { ...sound, time: "2026-13-01T00:00:00.000Z" },
      { ...sound, time: 7 },
      { ...sound, record: null },
      { ...sound, record: { metrics: null } },
      { ...sound, record: { metrics: { durationMs: 1 } } },
      { ...sound, record: { metrics: { ...metrics, memorySizeMB: 0 } } },
      { ...sound, record: { metrics: { ...metrics, memorySizeMB: 128.5 } } },
      { ...sound, record: { metrics: { ...metrics, memorySizeMB: 1e9 } } },
      { ...sound, record: { metrics: { ...metrics, maxMemoryUsedMB: "90" } } },
      { ...sound, record: { metrics: { ...metrics, maxMemoryUsedMB: -1 } } },
    ];
    for (const each of unusable) assert.equal(fold.add(each), "unusable", JSON.stringify(each));
    assert.equal(fold.isEmpty, true);
  });

  it("holds a bounded number of entries and reports those that don't fit", () => {
    const fold = new Fold();
    const outcomes = Array.from({ length: 100 }, (_, index) =>
      fold.add(report({ memorySizeMB: 128 + index })),
    );
    assert.equal(outcomes.filter((outcome) => outcome === "folded").length, 64);
    assert.equal(outcomes.filter((outcome) => outcome === "overflow").length, 36);
    assert.equal(fold.add(report({ memorySizeMB: 128 })), "folded", "held entries still take reports");
  });
});
