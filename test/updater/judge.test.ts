/** The decision, reason by reason. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parseSettings } from "../../runtime/settings";
import { decideRollback } from "../../runtime/updater/command";
import { emptyHistory, type Change, type History } from "../../runtime/updater/history";
import { judge, SKIP_REASONS, type Case, type LiveFunction } from "../../runtime/updater/judge";
import { functionArn, recommendation } from "./recommendations";

const NOW_MS = Date.parse("2026-01-15T01:00:00.000Z");

function live(fields: Partial<LiveFunction> = {}): LiveFunction {
  return {
    functionArn: functionArn("checkout"),
    version: "$LATEST",
    memorySizeMB: 1_024,
    lastModifiedMs: Date.parse("2025-06-01T00:00:00.000Z"),
    lastUpdateStatus: "Successful",
    revisionId: "now",
    tags: {},
    managedInstances: false,
    durable: false,
    architecture: "x86_64",
    ...fields,
  };
}

/** A change down from 2,048 to 1,024 MB, made on 1 January. */
function change(fields: Partial<Change> = {}): Change {
  return {
    at: "2026-01-01T01:00:00.000Z",
    from: 2_048,
    to: 1_024,
    reason: "window",
    windowStart: "2025-12-18T00:00:00.000Z",
    windowEnd: "2026-01-01T00:00:00.000Z",
    sequenceNumber: "1",
    revisionId: "before",
    before: { invocations: 1_000, errors: 0, timeouts: 0, billedGBSeconds: 1_000 },
    ...fields,
  };
}

function history(fields: Partial<History> = {}): History {
  return { ...emptyHistory("checkout"), revision: 1, ...fields };
}

function decide({
  recommendation: recommended = recommendation(),
  settings = {},
  ...fields
}: Partial<Omit<Case, "settings">> & { settings?: Record<string, string | number> } = {}) {
  const verdict = judge({
    recommendation: recommended,
    sequenceNumber: "2",
    live: live(),
    history: history(),
    settings: parseSettings(settings),
    nowMs: NOW_MS,
    ...fields,
  });
  if (verdict.action === "wait") return "wait";
  return verdict.action === "skip" ? verdict.reason : `${verdict.reason} ${verdict.to}`;
}

const pressure = (fields = {}) =>
  recommendation({ reason: "memory-pressure", recommendedMemorySizeMB: 1_200, outOfMemory: 1, ...fields });

describe("the judge", () => {
  it("applies a size that stands nothing against", () => {
    assert.equal(decide(), "window 600");
  });

  for (const size of [null, 0, 600.5, NaN, 64, 20_000, "600", undefined]) {
    it(`never sets ${String(size)} MB`, () => {
      const hostile = { ...recommendation(), recommendedMemorySizeMB: size as number };
      assert.equal(decide({ recommendation: hostile }), "invalid-size");
    });
  }

  it("stays in the bounds of the stack", () => {
    assert.equal(decide({ settings: { minMemoryMB: 601 } }), "out-of-bounds");
    assert.equal(decide({ settings: { maxMemoryMB: 599 } }), "out-of-bounds");
    assert.equal(decide({ settings: { minMemoryMB: 600, maxMemoryMB: 600 } }), "window 600");
  });

  it("changes only functions that it may", () => {
    const allowed = (allowedFunctionArns: string) => decide({ settings: { allowedFunctionArns } });
    assert.equal(allowed("arn:aws:lambda:*:*:function:prod-*"), "not-allowed");
    assert.equal(allowed("arn:aws:lambda:*:*:function:check"), "not-allowed");
    assert.equal(allowed("arn:aws:lambda:*:*:function:prod-*,*:function:chec?out"), "window 600");
    assert.equal(decide({ live: live({ tags: { "memory-optimizer": "off" } }) }), "opted-out");
    assert.equal(decide({ live: live({ tags: { "memory-optimizer": "recommend" } }) }), "recommend-mode");
    assert.equal(decide({ live: live({ tags: undefined }) }), "tags-unreadable");
    assert.equal(decide({ live: live({ managedInstances: true }) }), "managed-instances");
    assert.equal(decide({ live: live({ durable: true }) }), "durable-function");
    assert.equal(decide({ recommendation: recommendation({ functionVersion: "7" }) }), "other-version");
  });

  it("waits for an update that is under way, and leaves one that failed to its owner", () => {
    assert.equal(decide({ live: live({ lastUpdateStatus: "InProgress" }) }), "wait");
    assert.equal(decide({ live: live({ lastUpdateStatus: "Failed" }) }), "last-update-failed");
  });

  it("takes no size from telemetry of another size, where the function was updated since", () => {
    const updated = live({ memorySizeMB: 2_048, lastModifiedMs: Date.parse("2026-01-03T00:00:00.000Z") });
    assert.equal(decide({ live: updated }), "measured-at-another-size");
    assert.equal(
      decide({ live: { ...updated, memorySizeMB: 1_024 } }),
      "window 600",
      "only its code changed",
    );
    assert.equal(decide({ live: updated, recommendation: pressure() }), "measured-at-another-size");
    const lowered = { ...updated, memorySizeMB: 512 };
    assert.equal(decide({ live: lowered, recommendation: pressure() }), "memory-pressure 1200");
  });

  it("makes no change that is too small", () => {
    const to = (recommendedMemorySizeMB: number, memorySizeMB: number) =>
      decide({
        recommendation: recommendation({ recommendedMemorySizeMB, memorySizeMB, peakMB: 128 }),
        live: live({ memorySizeMB }),
      });
    assert.equal(to(256, 256), "no-change");
    assert.equal(to(225, 256), "small-change");
    assert.equal(to(224, 256), "window 224");
    assert.equal(to(1_945, 2_048), "window 1945");
    assert.equal(to(1_946, 2_048), "small-change");
    assert.equal(to(2_100, 2_048), "small-change");
    assert.equal(to(2_160, 2_048), "window 2160");
  });

  it("takes one step down at a time, but the bounds come first", () => {
    const tiny = recommendation({ recommendedMemorySizeMB: 128, peakMB: 60 });
    assert.equal(decide({ recommendation: tiny }), "window 512");
    assert.equal(decide({ recommendation: tiny, settings: { maxStepDown: 0.25 } }), "window 768");
    assert.equal(decide({ recommendation: tiny, settings: { maxMemoryMB: 300 } }), "window 300");
  });

  it("never goes below what was needed since the last change", () => {
    assert.equal(decide({ recommendation: recommendation({ peakMB: 700 }) }), "window 700");
    const needed = (at: string) =>
      decide({ history: history({ needs: [{ neededMB: 800, at }] }), settings: { minChange: "0MB" } });
    assert.equal(needed("2026-01-10T00:00:00.000Z"), "window 800");
    assert.equal(needed("2025-09-01T00:00:00.000Z"), "window 600", "not for ever");
    const both = history({
      needs: [
        { neededMB: 900, at: "2025-10-01T00:00:00.000Z" },
        { neededMB: 800, at: "2025-12-01T00:00:00.000Z" },
      ],
    });
    assert.equal(decide({ history: both }), "window 800", "the lesser need is the fresher one");
    assert.equal(decide({ recommendation: recommendation({ outOfMemory: 1 }) }), "no-change");
  });

  it("tells a size that was too small from one that is only seen in the same window", () => {
    const ranOut = (cappedMemorySizeMB: number) =>
      decide({ recommendation: recommendation({ outOfMemory: 1, cappedMemorySizeMB }) });
    assert.equal(ranOut(256), "window 600");
    assert.equal(ranOut(700), "window 701");
    assert.equal(ranOut(1_024), "no-change");
  });

  it("changes nothing down in the cool-down, and up at any time", () => {
    const changes = [change({ from: 900, at: "2026-01-14T02:00:00.000Z" })];
    assert.equal(decide({ history: history({ changes }) }), "cool-down");
    assert.equal(decide({ history: history({ changes }), settings: { cooldown: "22h" } }), "window 600");
    const up = recommendation({ recommendedMemorySizeMB: 1_200 });
    assert.equal(decide({ history: history({ changes }), recommendation: up }), "window 1200");
  });

  it("goes up at once under memory-pressure, and then not down before a whole window has passed", () => {
    const recent = history({ changes: [change({ from: 900, at: "2026-01-14T23:00:00.000Z" })] });
    assert.equal(decide({ recommendation: pressure(), history: recent }), "memory-pressure 1200");
    const slightly = pressure({ recommendedMemorySizeMB: 1_030 });
    assert.equal(decide({ recommendation: slightly, history: recent }), "memory-pressure 1030");
    assert.equal(decide({ recommendation: pressure({ recommendedMemorySizeMB: 512 }) }), "no-change");
    assert.equal(
      decide({ history: history({ pressureAt: "2026-01-01T00:00:01.000Z" }) }),
      "after-memory-pressure",
    );
    assert.equal(decide({ history: history({ pressureAt: "2026-01-01T00:00:00.000Z" }) }), "window 600");
  });

  it("skips what is older than the last change, or settled already", () => {
    const later = [change({ windowEnd: "2026-01-15T00:00:01.000Z" })];
    assert.equal(decide({ history: history({ changes: later }) }), "older-than-last-change");
    const made = (fields: Partial<Change>, sequenceNumber: string) =>
      decide({ history: history({ changes: [change(fields)] }), sequenceNumber });
    assert.equal(made({ sequenceNumber: "10" }, "9"), "already-settled");
    assert.equal(made({ sequenceNumber: "9" }, "9"), "already-applied");
    assert.equal(made({ sequenceNumber: "9", to: 600 }, "9"), "changed-meanwhile");
    assert.equal(
      made({ sequenceNumber: "9", from: 1_024, to: 600, revisionId: "now" }, "9"),
      "window 600",
      "it was written down and never made",
    );
  });

  it("takes a change down back that ran out of memory, cost more or failed more, and holds the old size", () => {
    const after = (fields: object) =>
      decide({
        history: history({ changes: [change()] }),
        recommendation: recommendation({ invocations: 1_000, ...fields }),
      });
    assert.equal(after({ billedGBSeconds: 1_101 }), "regression 2048");
    assert.equal(after({ billedGBSeconds: 1_100 }), "window 600");
    assert.equal(after({ outOfMemory: 1 }), "regression 2048");
    assert.equal(after({ outOfMemory: 1, cappedMemorySizeMB: 1_024 }), "regression 2048");
    assert.equal(after({ outOfMemory: 1, cappedMemorySizeMB: 512 }), "window 600", "before the change");
    assert.equal(after({ timeouts: 11 }), "regression 2048");
    assert.equal(after({ errors: 10 }), "window 600", "noise");
    assert.equal(after({ reason: "memory-pressure", recommendedMemorySizeMB: 1_200 }), "regression 2048");
    assert.equal(after({ reason: "memory-pressure", recommendedMemorySizeMB: 3_000 }), "regression 3000");
    const mostlyBefore = { windowStart: "2025-12-28T00:00:00.000Z", windowEnd: "2026-01-11T00:00:00.000Z" };
    assert.equal(after({ ...mostlyBefore, billedGBSeconds: 2_000 }), "window 600", "not its doing");
    const muchLater = { windowStart: "2026-03-01T00:00:00.000Z", windowEnd: "2026-03-15T00:00:00.000Z" };
    assert.equal(after({ ...muchLater, billedGBSeconds: 2_000 }), "window 600", "has other causes");
  });

  it("holds a function where it was put back, save for memory-pressure", () => {
    const held = history({ hold: { since: "2026-01-01T00:00:00.000Z", reason: "rolled back" } });
    assert.equal(decide({ history: held }), "held");
    assert.equal(decide({ history: held, recommendation: pressure() }), "memory-pressure 1200");
  });

  it("rolls back to the size before, or the first one, unless somebody else has changed it", () => {
    const kept = history({ changes: [change()], originalMemorySizeMB: 3_008 });
    const rollback = (fields: Partial<LiveFunction>, to: "previous" | "original") => {
      const decision = decideRollback(live(fields), kept, to);
      if (decision.action === "wait") return "wait";
      return decision.action === "skip" ? decision.reason : decision.to;
    };
    assert.equal(rollback({}, "previous"), 2_048);
    assert.equal(rollback({}, "original"), 3_008);
    assert.equal(rollback({ memorySizeMB: 1_500 }, "previous"), "changed-elsewhere");
    assert.equal(rollback({ lastUpdateStatus: "InProgress" }, "previous"), "wait");
    assert.equal(rollback({ memorySizeMB: 2_048, revisionId: "before" }, "previous"), "nothing-to-roll-back");
  });

  it("has each of its reasons explained", () => {
    const page = readFileSync(join(__dirname, "..", "..", "docs", "operations.md"), "utf8");
    const explained = page.split("\n").filter((line) => line.startsWith("| `"));
    for (const reason of SKIP_REASONS) {
      assert.ok(
        explained.some((line) => line.includes(`\`${reason}\``)),
        `docs/operations.md has a row for ${reason}`,
      );
    }
  });
});
