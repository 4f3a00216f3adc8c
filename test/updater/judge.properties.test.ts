/** Properties for any history of recommendations and of changes that others make. */
import assert from "node:assert/strict";
import fc from "fast-check";
import type { Observation, Recommendation } from "../../runtime/contract";
import { MS_PER_DAY } from "../../runtime/duration";
import { parseSettings } from "../../runtime/settings";
import { NO_ENROLMENT } from "../../runtime/updater/deployment";
import { planned } from "../../runtime/updater/change";
import { figures, withPendingMade } from "../../runtime/updater/history";
import { emptyHistory, type History } from "../../runtime/updater/history-item";
import { judge } from "../../runtime/updater/judge";
import { omit } from "../../runtime/updater/omit";
import type { Decision } from "../../runtime/updater/outcome";
import { takeBack } from "../../runtime/updater/take-back";
import { liveFunction } from "../support/live-function";
import { functionArn, observation, recommendation } from "./recommendations";

const START_MS = Date.parse("2026-01-01T00:00:00.000Z");
const HOUR_MS = 3_600_000;

const settingsArbitrary = fc
  .record({
    minMemoryMB: fc.integer({ min: 128, max: 2_048 }),
    maxMemoryMB: fc.integer({ min: 2_048, max: 10_240 }),
    maxStepDown: fc.constantFrom(0.1, 0.5, 1),
    maxStepUp: fc.constantFrom(0.25, 1, 100),
    pressureStepsPerDay: fc.constantFrom(1, 6),
    minChange: fc.constantFrom("32MB,5%", "0MB"),
    cooldown: fc.constantFrom("0s", "24h", "10d"),
    maxSlowdown: fc.constantFrom<("off" | number)[]>("off", 0.25, 0.25),
    speedUpCost: fc.constantFrom(0, 0.1),
  })
  .map(parseSettings);

/** One thing that happens, `afterHours` after the one before. */
const eventArbitrary = fc.oneof(
  {
    weight: 8,
    arbitrary: fc.record({
      kind: fc.constant("recommendation" as const),
      afterHours: fc.integer({ min: 0, max: 400 }),
      recommendedMemorySizeMB: fc.integer({ min: 128, max: 10_240 }),
      peakMB: fc.integer({ min: 20, max: 10_240 }),
      reason: fc.oneof(
        { weight: 6, arbitrary: fc.constant("window" as const) },
        { weight: 1, arbitrary: fc.constant("memory-pressure" as const) },
      ),
      outOfMemory: fc.oneof(
        { weight: 9, arbitrary: fc.constant(0) },
        { weight: 1, arbitrary: fc.constant(1) },
      ),
      cappedMemorySizeMB: fc.option(fc.integer({ min: 128, max: 10_240 }), { nil: undefined, freq: 2 }),
      windowDays: fc.constantFrom(1, 3, 14),
      measuredAt: fc.constantFrom("live" as const, "live" as const, "live" as const, "another size" as const),
      invocations: fc.integer({ min: 1, max: 10_000 }),
      billedGBSeconds: fc.option(fc.integer({ min: 0, max: 10_000 }), { nil: undefined }),
      /** Delivered a second time. */
      again: fc.boolean(),
    }),
  },
  {
    weight: 8,
    arbitrary: fc.record({
      kind: fc.constant("observation" as const),
      afterHours: fc.constant(24),
      measuredAt: fc.constantFrom("live" as const, "live" as const, "live" as const, "another size" as const),
      invocations: fc.integer({ min: 1, max: 100_000 }),
      /** As long as busy code would take, or any duration. */
      meanMs: fc.oneof(fc.constant("busy" as const), fc.integer({ min: 1, max: 900_000 })),
      /** The fraction of its size's CPU that it used, on one thread; undefined if unknown. */
      cpuPart: fc.option(fc.constantFrom(0, 0.3, 0.9, 1, 1, 20), { nil: undefined }),
      errors: fc.oneof({ weight: 4, arbitrary: fc.constant(0) }, fc.integer({ min: 1, max: 1_000 })),
      outOfMemory: fc.oneof({ weight: 9, arbitrary: fc.constant(0) }, fc.constant(1)),
      again: fc.boolean(),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant("set by somebody else" as const),
      afterHours: fc.integer({ min: 0, max: 400 }),
      memorySizeMB: fc.integer({ min: 128, max: 10_240 }),
    }),
  },
);
/** Ordinary events of a busy function that needs little memory. */
const busyEventArbitrary = eventArbitrary.map((event): Event => {
  if (event.kind === "observation")
    return { ...event, meanMs: "busy", cpuPart: 1, errors: 0, outOfMemory: 0 };
  if (event.kind !== "recommendation") return { ...event, memorySizeMB: 600 };
  const { recommendedMemorySizeMB, peakMB } = event;
  return {
    ...event,
    afterHours: 350,
    reason: "window",
    recommendedMemorySizeMB: 128 + Math.floor(recommendedMemorySizeMB / 40),
    peakMB: Math.ceil(peakMB / 60),
    outOfMemory: 0,
    cappedMemorySizeMB: undefined,
    measuredAt: "live",
  };
});

type Event = typeof eventArbitrary extends fc.Arbitrary<infer T> ? T : never;

interface Applied {
  readonly atMs: number;
  readonly from: number;
  readonly to: number;
  readonly recommendation: Recommendation | Observation;
  readonly verdict: Extract<Decision, { action: "apply" }>;
  /**
   * The largest need delivered so far, this recommendation included: measured peaks of the last 90 days, and the lower
   * bounds since the last change that took none back.
   */
  readonly neededMB: number;
}

const STALE: ReadonlySet<string> = new Set([
  "already-settled",
  "already-applied",
  "changed-meanwhile",
  "older-than-last-change",
]);

/** The histories that have been played: the seed is fixed, so every property is put to the same ones. */
const histories = new Map<string, readonly Applied[]>();

function played(...history: Parameters<typeof play>): readonly Applied[] {
  const key = JSON.stringify(history);
  const applied = histories.get(key) ?? play(...history);
  histories.set(key, applied);
  return applied;
}

/** Plays the events against the judge, as change.ts does with a control plane that refuses nothing. */
function play(
  events: readonly Event[],
  settings: ReturnType<typeof parseSettings>,
  startMB: number,
): Applied[] {
  const applied: Applied[] = [];
  let history: History = emptyHistory("checkout");
  let memorySizeMB = startMB;
  let lastModifiedMs = START_MS - 100 * MS_PER_DAY;
  let nowMs = START_MS;
  let sequence = 0;
  let needed: { mb: number; atMs: number; lowerBound: boolean }[] = [];
  let updates = 0;
  for (const event of events) {
    nowMs += event.afterHours * HOUR_MS;
    if (event.kind === "set by somebody else") {
      memorySizeMB = event.memorySizeMB;
      lastModifiedMs = nowMs;
      updates++;
      continue;
    }
    const record = recordOf(event, nowMs, memorySizeMB);
    sequence++;
    for (let delivery = 0; delivery < (event.again ? 2 : 1); delivery++) {
      const live = liveFunction({
        functionArn: functionArn("checkout"),
        memorySizeMB,
        lastModifiedMs,
        revisionId: `revision ${updates}`,
      });
      const asked = {
        sequenceNumber: String(sequence),
        live,
        history,
        settings,
        enrolment: NO_ENROLMENT,
        nowMs,
      };
      const verdict =
        record.reason === "observation"
          ? takeBack({ observation: record, ...asked })
          : judge({ recommendation: record, ...asked });
      assert.notEqual(verdict.action, "wait");
      if (verdict.action === "wait") continue;
      // A redelivered record, or one from before the last change, says nothing about the time since. Pressure at
      // another size than the live one may be forged.
      const told = verdict.action === "skip" && STALE.has(verdict.reason);
      const claimed =
        verdict.action === "skip" &&
        verdict.reason === "measured-at-another-size" &&
        record.reason === "memory-pressure";
      if (!told && !claimed && record.reason !== "observation") needed.push(...needsOf(record, nowMs));
      if (verdict.action === "skip") {
        history = verdict.history;
        continue;
      }
      const { windowStart, windowEnd } = record;
      applied.push({
        atMs: nowMs,
        from: memorySizeMB,
        to: verdict.to,
        recommendation: record,
        verdict,
        neededMB: Math.max(
          0,
          ...needed.filter(({ atMs }) => nowMs - atMs <= 90 * MS_PER_DAY).map(({ mb }) => mb),
        ),
      });
      const basis = { trigger: record.reason, windowStart, windowEnd, sequenceNumber: String(sequence) };
      const before = record.reason === "observation" ? {} : { before: figures(record) };
      const at = new Date(nowMs).toISOString();
      history = withPendingMade(planned(verdict, live, { ...basis, ...before }, at));
      memorySizeMB = verdict.to;
      lastModifiedMs = nowMs;
      updates++;
      if (verdict.reason !== "regression") needed = needed.filter(({ lowerBound }) => !lowerBound);
    }
  }
  return applied;
}

/** The record on the stream for a function of this size. */
function recordOf(
  event: Exclude<Event, { kind: "set by somebody else" }>,
  nowMs: number,
  liveMB: number,
): Recommendation | Observation {
  const memorySizeMB = event.measuredAt === "live" ? liveMB : 3_333;
  if (event.kind === "observation") {
    const { invocations, cpuPart, errors, outOfMemory } = event;
    const meanMs = event.meanMs === "busy" ? 20 + 200 * Math.max(1, 1_769 / memorySizeMB) : event.meanMs;
    const durationMs = invocations * meanMs;
    const { cpuMs, cpuDurationMs, ...day } = observation({
      memorySizeMB,
      windowStart: new Date(nowMs - MS_PER_DAY).toISOString(),
      windowEnd: new Date(nowMs).toISOString(),
      invocations,
      durationMs,
      durationSquaredMs2: durationMs * meanMs,
      cpuMs: Math.round(durationMs * (cpuPart ?? 0) * Math.min(1, memorySizeMB / 1_769)),
      cpuDurationMs: durationMs,
      errors: Math.min(errors, invocations),
      outOfMemory,
    });
    return cpuPart === undefined ? day : { ...day, cpuMs, cpuDurationMs };
  }
  const { windowDays, billedGBSeconds } = event;
  return recommendation({
    ...omit(event, "afterHours", "kind", "windowDays", "measuredAt", "again", "billedGBSeconds"),
    ...(billedGBSeconds !== undefined && { billedGBSeconds }),
    memorySizeMB,
    windowStart: new Date(nowMs - windowDays * MS_PER_DAY).toISOString(),
    windowEnd: new Date(nowMs).toISOString(),
  });
}

function needsOf(recommended: Recommendation, atMs: number) {
  const { peakMB, outOfMemory, reason, cappedMemorySizeMB, memorySizeMB } = recommended;
  const ranOut = outOfMemory > 0 || reason === "memory-pressure";
  const cappedMB = cappedMemorySizeMB ?? (ranOut ? memorySizeMB : undefined);
  const measured = peakMB === cappedMB ? [] : [{ mb: peakMB, atMs, lowerBound: false }];
  return cappedMB === undefined ? measured : [...measured, { mb: cappedMB + 1, atMs, lowerBound: true }];
}

function holds(
  what: (applied: readonly Applied[], settings: ReturnType<typeof parseSettings>) => void,
): void {
  fc.assert(
    fc.property(
      fc.oneof(
        fc.array(eventArbitrary, { minLength: 1, maxLength: 40, size: "max" }),
        fc.array(busyEventArbitrary, { minLength: 1, maxLength: 40, size: "max" }),
      ),
      settingsArbitrary,
      fc.constantFrom(600, 4_096),
      (events, settings, startMB) => {
        what(played(events, settings, startMB), settings);
      },
    ),
    { numRuns: 1_000 },
  );
}

describe("the judge, whatever happens", () => {
  it("is put to histories with changes of each kind", () => {
    const kinds = new Map<string, number>();
    holds((applied) => {
      for (const { verdict, from } of applied) {
        const kind = `${verdict.reason} ${verdict.to > from ? "up" : "down"}`;
        kinds.set(kind, (kinds.get(kind) ?? 0) + 1);
      }
    });
    const all = [
      "window up",
      "window down",
      "memory-pressure up",
      "regression up",
      "faster up",
      "back-to-baseline up",
    ];
    for (const kind of all) assert.ok((kinds.get(kind) ?? 0) > 5, `${kind}: ${kinds.get(kind) ?? 0} times`);
    assert.deepEqual([...kinds.keys()].toSorted(), all.toSorted());
  });

  it("keeps every size in bounds", () => {
    holds((applied, { minMemoryMB, maxMemoryMB }) => {
      for (const { to } of applied) {
        assert.ok(Number.isInteger(to) && to >= minMemoryMB && to <= maxMemoryMB, `${to} MB`);
      }
    });
  });

  it("never drops below a need that was seen", () => {
    holds((applied) => {
      for (const { from, to, neededMB: needed } of applied) assert.ok(to > from || to >= needed);
    });
  });

  it("takes no step down larger than maxStepDown, unless the size was out of bounds", () => {
    holds((applied, { maxStepDown, maxMemoryMB }) => {
      for (const { from, to } of applied) {
        assert.ok(to >= Math.min(from * (1 - maxStepDown), maxMemoryMB), `${from} to ${to}`);
      }
    });
  });

  it("takes no step up larger than maxStepUp, unless back to a size that it had or into the bounds", () => {
    holds((applied, { maxStepUp, minMemoryMB }) => {
      for (const { from, to, verdict } of applied) {
        const most = Math.max(from * (1 + maxStepUp), minMemoryMB);
        assert.ok(verdict.reason === "regression" || to <= most, `${from} to ${to}`);
      }
    });
  });

  it("limits how often memory pressure changes a function in a day", () => {
    holds((applied, { pressureStepsPerDay }) => {
      const steps = new Map<string, number>();
      for (const { atMs, recommendation: recommended } of applied) {
        if (recommended.reason !== "memory-pressure") continue;
        const day = new Date(atMs).toISOString().slice(0, 10);
        steps.set(day, (steps.get(day) ?? 0) + 1);
      }
      for (const count of steps.values()) assert.ok(count <= pressureStepsPerDay);
    });
  });

  it("never flaps: no change down within a cool-down of any change", () => {
    holds((applied, { cooldown }) => {
      const cooldownMs = { "0s": 0, "24h": MS_PER_DAY, "10d": 10 * MS_PER_DAY }[cooldown]!;
      for (const [i, { from, to, atMs }] of applied.entries()) {
        const before = applied[i - 1];
        assert.ok(to > from || !before || atMs - before.atMs >= cooldownMs);
      }
    });
  });

  it("goes down after memory-pressure only on a window that began after it", () => {
    holds((applied) => {
      let pressureAtMs = 0;
      for (const { from, to, atMs, recommendation: recommended } of applied) {
        assert.ok(to > from || Date.parse(recommended.windowStart) >= pressureAtMs);
        if (recommended.reason === "memory-pressure") pressureAtMs = atMs;
      }
    });
  });

  it("applies no recommendation twice", () => {
    holds((applied) => {
      assert.equal(new Set(applied.map((one) => one.recommendation)).size, applied.length);
    });
  });
});
