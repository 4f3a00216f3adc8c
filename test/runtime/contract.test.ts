import assert from "node:assert/strict";
import fc from "fast-check";
import {
  heartbeatRecordSchema,
  observationSchema,
  readRecord,
  recommendationSchema,
  recommendationStreamRecordSchema,
  telemetryRecordSchema,
} from "../../runtime/contract";
import { parseSettings } from "../../runtime/settings";
import { casesOf } from "../support/telemetry";

const recommendation = {
  functionName: "checkout-api",
  functionArn: "arn:aws:lambda:us-east-1:000000000000:function:checkout-api",
  functionVersion: "$LATEST",
  memorySizeMB: 1_024,
  recommendedMemorySizeMB: 429,
  reason: "window",
  windowStart: "2026-01-15T00:00:00Z",
  windowEnd: "2026-01-29T00:00:00Z",
  activeDays: 14,
  invocations: 1_260,
  averageDailyPeakMB: 328.1,
  peakMB: 329,
  outOfMemory: 0,
};

const FIGURES = {
  invocations: 90,
  durationMs: 12_345.678,
  durationSquaredMs2: 1_800_000,
  cpuMs: 4_000,
  cpuDurationMs: 12_000.5,
  billedDurationMs: 12_400,
  initDurationMs: 310,
  coldStarts: 1,
  errors: 2,
  timeouts: 0,
  outOfMemory: 0,
  peakMB: 327,
};

const observation = {
  functionName: "checkout-api",
  functionArn: "arn:aws:lambda:us-east-1:000000000000:function:checkout-api",
  functionVersion: "17",
  memorySizeMB: 1_024,
  reason: "observation",
  windowStart: "2026-01-15T00:00:00Z",
  windowEnd: "2026-01-16T00:00:00Z",
  ...FIGURES,
};

describe("the contract", () => {
  it("accepts every telemetry record that a layer can make", () => {
    fc.assert(
      fc.property(fc.nat(), (seed) => {
        for (const { record } of casesOf(parseSettings(), 5, seed)) {
          assert.deepEqual(readRecord(telemetryRecordSchema, JSON.stringify(record)), { ok: true, record });
        }
      }),
    );
  });

  it("accepts a recommendation and a heartbeat", () => {
    assert.deepEqual(readRecord(recommendationSchema, JSON.stringify(recommendation)), {
      ok: true,
      record: recommendation,
    });
    assert.equal(readRecord(heartbeatRecordSchema, '{"heartbeatAt":"2026-01-15T00:00:00Z"}').ok, true);
  });

  it("accepts an observation, and distinguishes it from a recommendation by its reason", () => {
    for (const record of [observation, recommendation, { ...recommendation, atMemorySize: FIGURES }]) {
      assert.deepEqual(readRecord(recommendationStreamRecordSchema, JSON.stringify(record)), {
        ok: true,
        record,
      });
    }
    assert.equal(readRecord(observationSchema, JSON.stringify(recommendation)).ok, false);
    assert.equal(readRecord(recommendationSchema, JSON.stringify(observation)).ok, false);
    for (const key of ["durationSquaredMs2", "cpuMs", "cpuDurationMs"]) {
      const text = JSON.stringify({ ...observation, [key]: undefined });
      assert.equal(readRecord(observationSchema, text).ok, true, `without ${key}`);
    }
    for (const key of ["invocations", "durationMs", "billedDurationMs", "coldStarts", "peakMB"]) {
      const checked = readRecord(observationSchema, JSON.stringify({ ...observation, [key]: -1 }));
      assert.match(checked.ok ? "" : checked.problem, new RegExp(`^${key}: `));
    }
  });

  const broken: [change: Record<string, unknown>, where: RegExp][] = [
    [{ recommendedMemorySizeMB: 127 }, /^recommendedMemorySizeMB: /],
    [{ recommendedMemorySizeMB: 10_241 }, /^recommendedMemorySizeMB: /],
    [{ recommendedMemorySizeMB: 512.5 }, /^recommendedMemorySizeMB: /],
    [{ recommendedMemorySizeMB: null }, /^recommendedMemorySizeMB: /],
    [
      { functionArn: "arn:aws:lambda:us-east-1:000000000000:function:a:1" },
      /^functionArn: must be an unqualified/,
    ],
    [{ windowEnd: "yesterday" }, /^windowEnd: must be an ISO 8601 time/],
    [{ reason: "mood" }, /^reason: /],
    [{ activeDays: 0 }, /^activeDays: /],
    [{ outOfMemory: -1 }, /^outOfMemory: /],
    [{ functionName: undefined }, /^functionName: /],
  ];
  for (const [change, problem] of broken) {
    it(`names what is wrong with ${JSON.stringify(change)}`, () => {
      const checked = readRecord(recommendationSchema, JSON.stringify({ ...recommendation, ...change }));
      assert.ok(!checked.ok);
      assert.match(checked.problem, problem);
    });
  }

  it("rejects a text that isn't JSON, or isn't an object", () => {
    assert.deepEqual(readRecord(recommendationSchema, "{"), { ok: false, problem: "the record is not JSON" });
    const checked = readRecord(recommendationSchema, "[]");
    assert.match(checked.ok ? "" : checked.problem, /^the record: /);
  });
});
