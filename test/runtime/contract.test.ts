import assert from "node:assert/strict";
import fc from "fast-check";
import {
  heartbeatRecordSchema,
  readRecord,
  recommendationSchema,
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

describe("the contract", () => {
  it("takes every telemetry record that a layer can make", () => {
    fc.assert(
      fc.property(fc.nat(), (seed) => {
        for (const { record } of casesOf(parseSettings(), 5, seed)) {
          assert.deepEqual(readRecord(telemetryRecordSchema, JSON.stringify(record)), { ok: true, record });
        }
      }),
    );
  });

  it("takes a recommendation and a heartbeat", () => {
    assert.deepEqual(readRecord(recommendationSchema, JSON.stringify(recommendation)), {
      ok: true,
      record: recommendation,
    });
    assert.equal(readRecord(heartbeatRecordSchema, '{"heartbeatAt":"2026-01-15T00:00:00Z"}').ok, true);
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

  it("says so where there is no JSON, or no object", () => {
    assert.deepEqual(readRecord(recommendationSchema, "{"), { ok: false, problem: "the record is not JSON" });
    const checked = readRecord(recommendationSchema, "[]");
    assert.match(checked.ok ? "" : checked.problem, /^the record: /);
  });
});
