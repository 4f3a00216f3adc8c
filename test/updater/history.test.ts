/** What the updater remembers about a function, step by step. */
import assert from "node:assert/strict";
import {
  holdOf,
  ofDeletedFunction,
  withObserved,
  withPending,
  withPendingMade,
  withPendingSettled,
} from "../../runtime/updater/history";
import { emptyHistory, readHistory, type Change, type History } from "../../runtime/updater/history-item";
import type { LiveFunction } from "../../runtime/updater/live-function";
import { rememberedNeedMB } from "../../runtime/updater/needs";
import { omit } from "../../runtime/updater/omit";
import { recommendation } from "./recommendations";

const AT = "2026-01-15T01:00:00.000Z";

function change(fields: Partial<Change> = {}): Change {
  return {
    at: AT,
    from: 1_024,
    to: 600,
    reason: "window",
    trigger: "window",
    windowStart: "2026-01-01T00:00:00.000Z",
    windowEnd: "2026-01-15T00:00:00.000Z",
    sequenceNumber: "7",
    revisionId: "before",
    ...fields,
  };
}

const history = (fields: Partial<History> = {}): History => ({
  ...emptyHistory("checkout"),
  revision: 1,
  ...fields,
});
const liveAt = (memorySizeMB: number) => ({ memorySizeMB, revisionId: "now" }) as LiveFunction;

describe("the updater's history", () => {
  it("counts a change, its hold and its consequences only once it has been made", () => {
    const needs = [
      { neededMB: 700, at: "2026-01-10T00:00:00.000Z" },
      { neededMB: 801, at: "2026-01-11T00:00:00.000Z", lowerBound: true as const },
    ];
    const hold = holdOf("regression", "it cost more", AT);
    const before = history({ needs, memorySizeMB: 512, originalMemorySizeMB: 2_048 });
    const pending = withPending(before, change({ from: 512, to: 1_024, trigger: "memory-pressure" }), hold);
    assert.deepEqual(withPendingSettled(pending, liveAt(512)), before);
    assert.deepEqual(withPendingSettled(pending, liveAt(3_008)), before);

    const made = withPendingSettled(pending, liveAt(1_024));
    assert.equal(made.pending, undefined);
    assert.equal(made.memorySizeMB, 1_024);
    assert.equal(made.originalMemorySizeMB, 2_048);
    assert.deepEqual(made.hold, hold);
    assert.deepEqual(made.pressureSteps, { day: "2026-01-15", count: 1 });
    assert.equal(made.settledSequenceNumber, "7");
    assert.deepEqual(made.needs, needs.slice(0, 1), "a lower bound belongs to the old size");
  });

  it("remembers measured peaks through changes: the month's end comes again", () => {
    const monthEnd = recommendation({ peakMB: 2_000, windowEnd: "2025-12-31T00:00:00.000Z" });
    const seen = withObserved(history(), monthEnd);
    const made = withPendingMade(withPending(seen, change()));
    assert.equal(rememberedNeedMB(made, "2026-01-31T00:00:00.000Z"), 2_000);
    assert.equal(rememberedNeedMB(made, "2026-04-30T00:00:00.000Z"), 0, "for 90 days");
  });

  it("keeps the lower bound that a change was taken back for", () => {
    const ranOut = recommendation({ memorySizeMB: 600, peakMB: 600, outOfMemory: 1 });
    const seen = withObserved(history(), ranOut);
    const back = change({ from: 600, to: 1_024, reason: "regression" });
    const need = (made: Change) =>
      rememberedNeedMB(withPendingMade(withPending(seen, made)), ranOut.windowEnd);
    assert.equal(need(back), 601);
    assert.equal(need({ ...back, reason: "window" }), 0);
  });

  it("treats the size that the owner set as the original one", () => {
    const kept = history({ memorySizeMB: 600, originalMemorySizeMB: 1_024 });
    const next = (from: number) => withPendingMade(withPending(kept, change({ from, to: 512 })));
    assert.equal(next(600).originalMemorySizeMB, 1_024);
    assert.equal(next(3_008).originalMemorySizeMB, 3_008);
  });

  it("leaves a recreated function only the size that it may adopt", () => {
    const kept = history({
      memorySizeMB: 600,
      originalMemorySizeMB: 1_024,
      changes: [change()],
      needs: [{ neededMB: 700, at: AT }],
      hold: { since: AT, reason: "rolled back" },
      settledSequenceNumber: "7",
    });
    assert.deepEqual(ofDeletedFunction(kept), history({ memorySizeMB: 600, settledSequenceNumber: "7" }));
    const empty = history();
    assert.equal(ofDeletedFunction(empty), empty);
  });

  it("reads the items of earlier versions", () => {
    const old = omit(change(), "trigger");
    const item = {
      functionName: "checkout",
      memorySizeMB: 600,
      originalMemorySizeMB: 1_024,
      changes: [old],
      needs: [{ neededMB: 700, at: AT }],
      hold: { since: AT, reason: "it cost more" },
      revision: 3,
    };
    assert.deepEqual(readHistory({ ...item, settledSequenceNumber: "7" }), {
      ...item,
      settledSequenceNumber: "7",
    });
    // Written, but not confirmed: a look shows whether it was made, and it holds nothing before that.
    const unconfirmed = readHistory({ ...item, settledSequenceNumber: "6" });
    assert.deepEqual(unconfirmed.pending, { change: old, hold: item.hold });
    assert.deepEqual(
      [unconfirmed.changes, unconfirmed.hold, unconfirmed.memorySizeMB],
      [[], undefined, undefined],
    );
    assert.deepEqual(withPendingSettled(unconfirmed, liveAt(600)).changes, [old]);
  });
});
