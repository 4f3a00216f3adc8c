/** The decision, reason by reason. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parseSettings } from "../../runtime/settings";
import { decideRollback } from "../../runtime/updater/command";
import type { Recommendation } from "../../runtime/contract";
import { NO_ENROLMENT, type Enrolment } from "../../runtime/updater/deployment";
import { holdOf } from "../../runtime/updater/history";
import { emptyHistory, type Change, type History } from "../../runtime/updater/history-item";
import { judge, type Case } from "../../runtime/updater/judge";
import type { LiveFunction } from "../../runtime/updater/live-function";
import { SKIP_REASONS } from "../../runtime/updater/outcome";
import { liveFunction } from "../support/live-function";
import { functionArn, recommendation } from "./recommendations";

const NOW = "2026-01-15T01:00:00.000Z";
const NOW_MS = Date.parse(NOW);

const live = (fields: Partial<LiveFunction> = {}) =>
  liveFunction({ functionArn: functionArn("checkout"), ...fields });

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

type Asked = Partial<Omit<Case, "settings">> & { settings?: Record<string, string | number> };

function verdictOn({ recommendation: recommended = recommendation(), settings = {}, ...fields }: Asked = {}) {
  return judge({
    recommendation: recommended,
    sequenceNumber: "2",
    live: live(),
    history: history(),
    // The size that memory alone asks for; other tests are about sizes that pay.
    settings: parseSettings({ maxSlowdown: "off", ...settings }),
    enrolment: NO_ENROLMENT,
    nowMs: NOW_MS,
    ...fields,
  });
}

function decide(asked?: Asked) {
  const verdict = verdictOn(asked);
  if (verdict.action === "wait") return "wait";
  return verdict.action === "skip" ? verdict.reason : `${verdict.reason} ${verdict.to}`;
}

const pressure = (fields = {}) =>
  recommendation({ reason: "memory-pressure", recommendedMemorySizeMB: 1_200, outOfMemory: 1, ...fields });

describe("the judge", () => {
  it("applies a size without objections", () => {
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

  it("changes only functions that it may change", () => {
    const allowed = (allowedFunctionArns: string) => decide({ settings: { allowedFunctionArns } });
    assert.equal(allowed("arn:aws:lambda:*:*:function:prod-*"), "not-allowed");
    assert.equal(allowed("arn:aws:lambda:*:*:function:check"), "not-allowed");
    assert.equal(allowed("arn:aws:lambda:*:*:function:prod-*,*:function:chec?out"), "window 600");
    const excluded = (excludedFunctionArns: string) => decide({ settings: { excludedFunctionArns } });
    assert.equal(excluded("arn:aws:lambda:*:*:function:prod-*"), "window 600");
    assert.equal(excluded("arn:aws:lambda:*:*:function:prod-*,*:function:check*"), "excluded");
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

  it("takes no size from telemetry at another size if the function was updated since", () => {
    const updated = live({ memorySizeMB: 2_048, lastModifiedMs: Date.parse("2026-01-03T00:00:00.000Z") });
    assert.equal(decide({ live: updated }), "measured-at-another-size");
    assert.equal(
      decide({ live: { ...updated, memorySizeMB: 1_024 } }),
      "window 600",
      "only its code changed",
    );
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
    assert.equal(needed("2025-09-01T00:00:00.000Z"), "window 600", "not forever");
    const both = history({
      needs: [
        { neededMB: 900, at: "2025-10-01T00:00:00.000Z" },
        { neededMB: 800, at: "2025-12-01T00:00:00.000Z" },
      ],
    });
    assert.equal(decide({ history: both }), "window 800", "the smaller need is the newer one");
    assert.equal(decide({ recommendation: recommendation({ outOfMemory: 1 }) }), "no-change");
  });

  it("distinguishes a size that was too small from one that was only seen in the same window", () => {
    const ranOut = (cappedMemorySizeMB: number) =>
      decide({ recommendation: recommendation({ outOfMemory: 1, cappedMemorySizeMB }) });
    assert.equal(ranOut(256), "window 600");
    assert.equal(ranOut(700), "window 701");
    assert.equal(ranOut(1_024), "no-change");
  });

  it("changes nothing down during the cool-down, and up at any time", () => {
    const changes = [change({ from: 900, at: "2026-01-14T02:00:00.000Z" })];
    assert.equal(decide({ history: history({ changes }) }), "cool-down");
    assert.equal(decide({ history: history({ changes }), settings: { cooldown: "22h" } }), "window 600");
    const up = recommendation({ recommendedMemorySizeMB: 1_200 });
    assert.equal(decide({ history: history({ changes }), recommendation: up }), "window 1200");
  });

  it("lets a change down wait for the change window, unless there is nothing to change", () => {
    const changeWindow = "Mon-Fri 09:00-17:00 Europe/Berlin";
    const at = (time: string, asked: Asked = {}) =>
      decide({ ...asked, nowMs: Date.parse(time), settings: { changeWindow, ...asked.settings } });
    assert.equal(at(NOW), "outside-change-window");
    assert.equal(at("2026-01-15T08:00:00.000Z"), "window 600");
    assert.equal(at(NOW, { settings: { updateMode: "recommend" } }), "recommend-mode");
    assert.equal(at(NOW, { settings: { minMemoryMB: 601 } }), "out-of-bounds");
    assert.equal(at(NOW, { live: live({ lastUpdateStatus: "InProgress" }) }), "outside-change-window");
    const changes = [change({ at: "2026-01-14T02:00:00.000Z" })];
    assert.equal(at(NOW, { history: history({ changes }) }), "cool-down", "the reason that lasts longer");

    const deferred = { since: NOW, to: 700, sequenceNumber: "1", record: "{}" };
    const keptBy = (asked: Asked) => verdictOn({ history: history({ deferred }), ...asked });
    const then = (asked: Asked) => {
      const verdict = keptBy(asked);
      assert.ok(verdict.action !== "wait");
      return verdict.history.deferred?.sequenceNumber;
    };
    const settings = { changeWindow };
    assert.equal(then({ settings }), "2", "newer evidence");
    assert.equal(
      then({ settings, recommendation: recommendation({ recommendedMemorySizeMB: 1_000 }) }),
      undefined,
    );
    assert.equal(then({ settings, recommendation: pressure({ recommendedMemorySizeMB: 1_000 }) }), "1");
    assert.equal(
      then({ settings, recommendation: recommendation({ functionVersion: "7" }) }),
      "1",
      "not ours",
    );
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
      decide({
        history: history({ pending: { change: change({ sequenceNumber: "9", from: 1_024, to: 600 }) } }),
        sequenceNumber: "9",
      }),
      "window 600",
      "it was planned, and never made",
    );
  });

  it("takes back a change down that ran out of memory, cost more or failed more, and holds the old size", () => {
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
    const more = { recommendedMemorySizeMB: 3_000 };
    assert.equal(
      after({ ...more, reason: "memory-pressure" }),
      "regression 2048",
      "one step doubles at most",
    );
    const mostlyBefore = { windowStart: "2025-12-28T00:00:00.000Z", windowEnd: "2026-01-11T00:00:00.000Z" };
    assert.equal(
      after({ ...mostlyBefore, billedGBSeconds: 2_000 }),
      "window 600",
      "not caused by the change",
    );
    const muchLater = { windowStart: "2026-03-01T00:00:00.000Z", windowEnd: "2026-03-15T00:00:00.000Z" };
    assert.equal(after({ ...muchLater, billedGBSeconds: 2_000 }), "window 600", "has other causes");
  });

  it("rolls back once, however often it is asked to", () => {
    const back = (reason: string, hold?: History["hold"]) =>
      decideRollback(
        live(),
        history({ changes: [change({ from: 600, reason })], ...(hold && { hold }) }),
        "previous",
        NOW,
      );
    for (const reason of ["rollback", "regression"]) {
      const decision = back(reason);
      assert.ok(decision.action === "skip" && decision.reason === "already-rolled-back", reason);
      assert.deepEqual(decision.history.hold, { since: NOW, reason: "rolled back" });
    }
    const hold = { since: "2026-01-02T00:00:00.000Z", reason: "rolled back" };
    const again = back("rollback", hold);
    assert.ok(again.action === "skip");
    assert.deepEqual(again.history.hold, hold);
  });

  it("holds a function where it was put back, except under memory pressure", () => {
    const held = history({ hold: { since: "2026-01-01T00:00:00.000Z", reason: "rolled back" } });
    assert.equal(decide({ history: held }), "held");
    assert.equal(decide({ history: held, recommendation: pressure() }), "memory-pressure 1200");
  });

  it("rolls back to the size before, or the first one, unless somebody else has changed it", () => {
    const kept = history({ changes: [change()], originalMemorySizeMB: 3_008 });
    const rollback = (fields: Partial<LiveFunction>, to: "previous" | "original") => {
      const decision = decideRollback(live(fields), kept, to, NOW);
      if (decision.action === "wait") return "wait";
      return decision.action === "skip" ? decision.reason : decision.to;
    };
    assert.equal(rollback({}, "previous"), 2_048);
    assert.equal(rollback({}, "original"), 3_008);
    assert.equal(rollback({ memorySizeMB: 1_500 }, "previous"), "changed-elsewhere");
    assert.equal(rollback({ lastUpdateStatus: "InProgress" }, "previous"), "wait");
  });

  it("leaves alone a function with neither our layer nor our stream's ARN, or without the tag", () => {
    const layer = "arn:aws:lambda:eu-west-1:123456789012:layer:optimizer";
    const stream = "arn:aws:kinesis:eu-west-1:123456789012:stream/telemetry";
    const enrolment = { layerArns: [layer], telemetryStreamArn: stream, functionTag: undefined };
    const asked = (fields: Partial<LiveFunction>) => decide({ enrolment, live: live(fields) });
    assert.equal(asked({}), "not-enrolled");
    assert.equal(asked({ layerArns: [`${layer}-else:7`] }), "not-enrolled");
    assert.equal(asked({ telemetryStreamArn: `${stream}-else` }), "not-enrolled");
    assert.equal(asked({ layerArns: [`${layer}:7`] }), "window 600");
    assert.equal(asked({ telemetryStreamArn: stream }), "window 600", "an image has no layers");

    const functionTag = { key: "optimize", value: "yes" };
    const tagged = (tags: Record<string, string>) =>
      decide({ enrolment: { ...NO_ENROLMENT, functionTag }, live: live({ tags }) });
    assert.equal(tagged({}), "not-tagged");
    assert.equal(tagged({ optimize: "no" }), "not-tagged");
    assert.equal(tagged({ optimize: "yes" }), "window 600");
  });

  it("uses logs for functions without the layer, and only recommends if a policy covers the whole account", () => {
    const stream = "arn:aws:kinesis:eu-west-1:123456789012:stream/telemetry";
    const asked = (
      logs: Enrolment["logs"],
      source: Recommendation["source"],
      fields: Partial<LiveFunction> = {},
    ) =>
      decide({
        enrolment: { layerArns: [], telemetryStreamArn: stream, functionTag: undefined, logs },
        recommendation: recommendation({ source }),
        live: live(fields),
      });
    const withLayer = { telemetryStreamArn: stream };
    assert.equal(asked("apply", "logs"), "window 600");
    assert.equal(asked("recommend", "logs"), "recommend-mode");
    assert.equal(asked(undefined, "logs"), "not-enrolled", "no subscription of ours");
    // A writer to the telemetry stream can't report for a function that joined by its logs.
    assert.equal(asked("apply", "layer"), "not-enrolled");
    assert.equal(asked("apply", undefined), "not-enrolled");
    for (const logs of ["apply", "recommend"] as const) {
      assert.equal(asked(logs, "logs", withLayer), "told-by-layer");
      assert.equal(asked(logs, "layer", withLayer), "window 600");
      assert.equal(asked(logs, "logs", { tags: { "memory-optimizer": "off" } }), "opted-out");
    }
    assert.equal(asked("apply", "logs", { tags: { "memory-optimizer": "recommend" } }), "recommend-mode");
    assert.equal(
      decide({ recommendation: recommendation({ source: "logs" }) }),
      "window 600",
      "told nothing",
    );
  });

  it("accepts memory pressure at another size only if the function got its live size inside its window", () => {
    const claimed = (fields: object, lastModified: string, changes: Change[] = []) => {
      const forged = pressure({ memorySizeMB: 8_192, recommendedMemorySizeMB: 10_240, ...fields });
      const verdict = verdictOn({
        recommendation: forged,
        live: live({ lastModifiedMs: Date.parse(lastModified) }),
        history: history({ changes }),
      });
      assert.ok(verdict.action !== "wait");
      return verdict.action === "skip"
        ? ([verdict.reason, verdict.history.needs] as const)
        : ([verdict.reason, verdict.to] as const);
    };
    const nothing = ["measured-at-another-size", []];
    assert.deepEqual(claimed({}, "2025-06-01T00:00:00.000Z"), nothing, "the size is older than the window");
    assert.deepEqual(claimed({}, "2026-01-16T00:00:00.000Z"), nothing, "it is newer");
    assert.deepEqual(
      claimed({}, "2026-01-10T00:00:00.000Z"),
      ["memory-pressure", 2_048],
      "it doubles at most",
    );
    // If we set the live size ourselves, we know the size before, and the time of the change.
    const ours = [change({ at: "2026-01-10T00:00:00.000Z" })];
    assert.deepEqual(claimed({}, "2026-01-10T00:00:01.000Z", ours), nothing);
    assert.equal(
      claimed({ memorySizeMB: 2_048, recommendedMemorySizeMB: 2_560 }, "2026-01-10T00:00:01.000Z", ours)[1],
      2_048,
    );
  });

  it("goes up by no more than maxStepUp at a time, but the bounds come first", () => {
    const large = recommendation({ recommendedMemorySizeMB: 10_240 });
    assert.equal(decide({ recommendation: large }), "window 2048");
    assert.equal(decide({ recommendation: large, settings: { maxStepUp: 0.5 } }), "window 1536");
    const bounded = { recommendation: large, settings: { minMemoryMB: 3_000 } };
    assert.equal(decide(bounded), "window 3000");
  });

  it("limits how often memory pressure changes a function in a day", () => {
    const steps = (day: string, count: number, settings = {}) =>
      decide({ recommendation: pressure(), history: history({ pressureSteps: { day, count } }), settings });
    assert.equal(steps("2026-01-15", 5), "memory-pressure 1200");
    assert.equal(steps("2026-01-15", 6), "pressure-limit");
    assert.equal(steps("2026-01-15", 6, { pressureStepsPerDay: 7 }), "memory-pressure 1200");
    assert.equal(steps("2026-01-14", 6), "memory-pressure 1200", "yesterday's don't count");
  });

  it("holds a function only with a whole window's evidence at the live size, and not forever", () => {
    const after = (fields: object, liveMB = 1_024) =>
      verdictOn({
        history: history({ changes: [change()], memorySizeMB: 1_024 }),
        live: live({ memorySizeMB: liveMB }),
        recommendation: recommendation(fields),
      });
    const byPressure = after({ reason: "memory-pressure", outOfMemory: 1, recommendedMemorySizeMB: 1_280 });
    assert.ok(byPressure.action === "apply" && byPressure.reason === "regression");
    assert.equal(byPressure.holdBy, undefined);
    const byWindow = after({ outOfMemory: 1 });
    assert.ok(byWindow.action === "apply" && byWindow.holdBy === "regression");
    const elsewhere = after({ outOfMemory: 1 }, 1_500);
    assert.ok(elsewhere.action !== "apply" || elsewhere.reason !== "regression");

    const hold = holdOf("regression", "it failed more", "2026-01-01T00:00:00.000Z");
    const held = history({ hold, memorySizeMB: 1_024 });
    assert.equal(decide({ history: held }), "held");
    assert.equal(decide({ history: held, nowMs: NOW_MS + 90 * 86_400_000 }), "window 600");
    assert.equal(
      decide({ history: { ...held, memorySizeMB: 2_048 } }),
      "window 600",
      "somebody has set another size",
    );
  });

  it("takes the number of invocations behind a rise of failures into account", () => {
    const after = (was: number, before: number, is: number, invocations: number) =>
      decide({
        history: history({ changes: [change({ before: { invocations: before, timeouts: was } })] }),
        recommendation: recommendation({ invocations, timeouts: is }),
      });
    assert.equal(after(0, 1_000_000, 10_000, 1_000_000), "regression 2048");
    assert.equal(after(10_000, 1_000_000, 20_000, 1_000_000), "regression 2048");
    assert.equal(after(10_000, 1_000_000, 11_000, 1_000_000), "window 600", "a tenth more is tolerated");
    assert.equal(after(0, 1_000, 1, 3), "window 600");
    assert.equal(after(0, 1_000_000, 1, 3), "window 600");
    assert.equal(after(0, 1_000, 3, 3), "regression 2048");
    assert.equal(after(5, 1_000, 12, 1_000), "window 600", "chance");
    assert.equal(after(5, 1_000, 40, 1_000), "regression 2048");
  });

  it("goes further up than the old size if the window asks for more", () => {
    const asking = (recommendedMemorySizeMB: number, from: number) =>
      decide({
        history: history({ changes: [change({ from })] }),
        recommendation: recommendation({ recommendedMemorySizeMB, outOfMemory: 1 }),
      });
    assert.equal(asking(1_800, 1_500), "regression 1800");
    assert.equal(asking(1_200, 1_500), "regression 1500");
  });

  it("has a documented meaning for every reason", () => {
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
