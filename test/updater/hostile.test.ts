/** Records from somebody who shouldn't write to the stream. */
import assert from "node:assert/strict";
import { readRecommendation } from "../../runtime/updater/record";
import { UpdaterFixture, metricsOf } from "./updater-fixture";
import { ACCOUNT, functionArn, recommendation, REGION } from "./recommendations";

const good = recommendation();
const arn = (account: string, region: string, name = "checkout") =>
  `arn:aws:lambda:${region}:${account}:function:${name}`;
const named = (functionName: string) => ({
  ...good,
  functionName,
  functionArn: arn(ACCOUNT, REGION, functionName),
});

const HOSTILE: Record<string, unknown> = {
  "another account": { ...good, functionArn: arn("999999999999", REGION) },
  "another region": { ...good, functionArn: arn(ACCOUNT, "us-east-1") },
  "another partition": { ...good, functionArn: functionArn("checkout").replace("arn:aws:", "arn:aws-cn:") },
  "a name that isn't the ARN's": { ...good, functionName: "search" },
  "a name with path characters": named("../../2015-03-31/functions/search"),
  "a name with an escaped slash": named("a%2Fsearch"),
  "a name with a qualifier": named("checkout:live"),
  "a name with a line break": named("checkout\n"),
  "an endless name": named("x".repeat(500_000)),
  "a size too large for a number": JSON.stringify(good).replace(
    '"recommendedMemorySizeMB":600',
    '"recommendedMemorySizeMB":1e400',
  ),
  "a huge peak": { ...good, peakMB: 1e300 },
  "a huge size": { ...good, memorySizeMB: Number.MAX_SAFE_INTEGER },
  "a negative size": { ...good, recommendedMemorySizeMB: -600 },
  "a size as text": { ...good, recommendedMemorySizeMB: "600" },
  "a size that is null": { ...good, recommendedMemorySizeMB: null },
  "an invalid version": { ...good, functionVersion: "$LATEST/../7" },
  "a window in the future": {
    ...good,
    windowStart: "9000-01-01T00:00:00.000Z",
    windowEnd: "9000-01-02T00:00:00.000Z",
  },
  "a window that ends 399 days ahead": {
    ...good,
    windowEnd: new Date(Date.now() + 399 * 86_400_000).toISOString(),
  },
  "an endless window": { ...good, windowEnd: "9999-01-01T00:00:00.000Z" },
  "a reversed window": { ...good, windowStart: good.windowEnd, windowEnd: good.windowStart },
  "nothing but a prototype": '{"__proto__": {"functionName": "checkout", "recommendedMemorySizeMB": 600}}',
  "a million letters": "x".repeat(1_000_000),
  "a million brackets": "[".repeat(1_000_000),
  "not an object": "[1, 2, 3]",
  nothing: "",
};

describe("hostile records", () => {
  it("are refused, counted and dead-lettered, and cost no good record", async () => {
    const updater = await UpdaterFixture.start();
    try {
      const payloads = Object.values(HOSTILE);
      const { failed, decisions, logLines } = await updater.settle([
        ...payloads,
        // A pollution attempt beside a good record's own fields is dropped; the record counts.
        JSON.stringify(good).replace(
          "{",
          '{"__proto__": {"polluted": true}, "constructor": {"prototype": {}},',
        ),
      ]);
      assert.deepEqual(failed, []);
      for (const [i, what] of Object.keys(HOSTILE).entries()) {
        const sequenceNumber = String(i + 1);
        const letter = updater.deadLetters.find((one) => one.sequenceNumber === sequenceNumber);
        assert.ok(letter, `${what} is in the queue`);
        assert.ok(letter.reason.length < 200, `${what}: ${letter.reason.slice(0, 200)}`);
      }
      assert.equal(updater.deadLetters.length, payloads.length);
      assert.equal(metricsOf(logLines).DeadLettered, payloads.length);
      assert.deepEqual(updater.memorySizesSetMB("checkout"), [600]);
      assert.deepEqual(updater.memorySizesSetMB("search"), []);
      const calls = new Set(updater.controlPlane.calls.map(({ functionName }) => functionName));
      assert.deepEqual(calls, new Set(["checkout"]), "no call to the control plane about the others");
      assert.ok(logLines.every((line) => line.length < 2_000));
      assert.equal(decisions.filter(({ status }) => status === "applied").length, 1);
    } finally {
      await updater.close();
    }
  });

  it("leave no trace on the prototype of anything", () => {
    const updaterArn = functionArn("updater");
    const text = JSON.stringify(good).replace("{", '{"__proto__": {"polluted": true},');
    const checked = readRecommendation(text, updaterArn, Date.now());
    assert.ok(checked.ok);
    assert.deepEqual(checked.record, good);
    assert.equal(({} as { polluted?: boolean }).polluted, undefined);
    assert.equal((checked.record as { polluted?: boolean }).polluted, undefined);
  });
});
