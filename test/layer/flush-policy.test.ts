import assert from "node:assert/strict";
import { Breaker } from "../../layer/breaker";
import { FlushPolicy } from "../../layer/flush-policy";
import { Fold } from "../../layer/fold";
import { report, type ReportOptions } from "./telemetry";

const MINUTE_MS = 60_000;

describe("flush policy", () => {
  let fold: Fold;
  let policy: FlushPolicy;
  beforeEach(() => {
    fold = new Fold();
    policy = new FlushPolicy(MINUTE_MS);
  });
  const fed = (options: ReportOptions, nowMs: number): boolean => {
    fold.add(report(options));
    const isFlushed = policy.decide(fold.held, nowMs) === "flush";
    if (isFlushed) fold.take();
    return isFlushed;
  };

  it("sends nothing when nothing is held, the first report at once, and then waits for the interval", () => {
    assert.equal(policy.decide(fold.held, 0), "wait");
    assert.equal(fed({ maxMemoryUsedMB: 100 }, 0), true);
    assert.equal(policy.decide(fold.held, 10 * MINUTE_MS), "wait");
    assert.equal(fed({ maxMemoryUsedMB: 100 }, 1), false);
    assert.equal(fed({ maxMemoryUsedMB: 100 }, MINUTE_MS - 1), false);
    assert.equal(fed({ maxMemoryUsedMB: 100 }, MINUTE_MS), true);
  });

  it("sends a peak that is 5% higher at once, and a memory size's cap when it is first hit", () => {
    fed({ maxMemoryUsedMB: 100 }, 0);
    assert.equal(fed({ maxMemoryUsedMB: 104 }, 1), false, "a small rise");
    assert.equal(fed({ maxMemoryUsedMB: 105 }, 1), true, "small rises add up");
    assert.equal(fed({ maxMemoryUsedMB: 500 }, 2), true, "a large one");
    assert.equal(fed({ maxMemoryUsedMB: 500 }, 2), false, "the same again");
    assert.equal(fed({ maxMemoryUsedMB: 300 }, 2), false, "less than was sent");
    assert.equal(fed({ maxMemoryUsedMB: 512 }, 3), true, "the cap, though it is a small rise");
    assert.equal(fed({ maxMemoryUsedMB: 512 }, 4), false, "it was sent before");
    assert.equal(fed({ memorySizeMB: 1_024, maxMemoryUsedMB: 1_024 }, 5), true);
  });

  it("sends held reports when it must", () => {
    fed({ maxMemoryUsedMB: 100 }, 0);
    assert.equal(fed({ maxMemoryUsedMB: 101 }, 1), false);
    assert.equal(policy.decide(fold.held, 2, true), "flush");
  });

  it("makes a slow leak cost a call per 5%, not per invocation, and delays it by at most an interval", () => {
    let calls = 0;
    let sentMB = 0;
    for (let nowMs = 0; nowMs < 10 * MINUTE_MS; nowMs += 300) {
      const maxMemoryUsedMB = 100 + Math.floor(nowMs / 3_000);
      if (fed({ maxMemoryUsedMB, memorySizeMB: 1_024 }, nowMs)) {
        calls += 1;
        sentMB = maxMemoryUsedMB;
      }
      assert.ok(maxMemoryUsedMB < sentMB * 1.05, `${maxMemoryUsedMB} MB, ${sentMB} MB sent`);
    }
    // From 100 to 299 MB there are 22 steps of 5%, over 2,000 invocations and 200 peaks.
    assert.ok(calls <= 22 + 10, `${calls} calls`);
  });

  it("is not silenced by a clock that was set back", () => {
    fed({}, 10 * MINUTE_MS);
    assert.equal(fed({}, MINUTE_MS), true);
  });
});

describe("breaker", () => {
  it("pauses longer and longer, up to an hour, and reports only the first failure", () => {
    const breaker = new Breaker();
    let nowMs = 0;
    const pauses: number[] = [];
    for (let failure = 0; failure < 10; failure += 1) {
      assert.equal(breaker.failed(nowMs), failure === 0, "only the first failure in a row is news");
      const openedAtMs = nowMs;
      while (breaker.isOpen(nowMs)) nowMs += 1_000;
      pauses.push((nowMs - openedAtMs) / 1_000);
    }
    assert.deepEqual(pauses, [30, 60, 120, 240, 480, 960, 1_920, 3_600, 3_600, 3_600]);
    assert.equal(breaker.succeeded(), true);
    assert.equal(breaker.succeeded(), false);
    assert.equal(breaker.isOpen(nowMs), false);
    assert.equal(breaker.failed(nowMs), true, "and starts again");
  });
});
