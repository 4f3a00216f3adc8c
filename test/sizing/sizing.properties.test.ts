/** Properties for any function that follows the formula: the rules and its telemetry in a closed loop. */
import assert from "node:assert/strict";
import fc from "fast-check";
import { neededMB, runClosedLoop, TELEMETRY } from "../../bench/sizing/closed-loop";
import type { Curve } from "../../bench/sizing/curves";
import { parseSettings } from "../../runtime/settings";
import { formulaMs } from "./figures";

const WINDOWS = 20;
const LIMIT = 0.25;
const SETTINGS = parseSettings({ maxSlowdown: LIMIT });

/** Sizes so near to each other that durations between them follow the formula too. */
const SIZES_MB = Array.from({ length: 120 }, (_, i) => Math.round(128 * 1.04 ** i)).filter(
  (size) => size <= 10_240,
);

const functionArbitrary = fc.record({
  /** The fraction of it that is CPU time, at one vCPU. */
  cpuPart: fc.double({ min: 0, max: 1, noNaN: true }),
  totalMs: fc.integer({ min: 5, max: 20_000 }),
  threads: fc.constantFrom<number[]>(1, 1, 2, 3),
  peakMB: fc.integer({ min: 30, max: 1_500 }),
  startMB: fc.constantFrom<number[]>(256, 512, 1_024, 1_769, 2_048, 3_008, 5_000),
  /** Of single invocations, and between days. */
  spread: fc.double({ min: 0, max: 1, noNaN: true }),
  betweenDays: fc.double({ min: 0, max: 0.06, noNaN: true }),
  invocationsPerDay: fc.constantFrom<number[]>(20, 100, 300),
  cpu: fc.boolean(),
  seed: fc.integer({ min: 0, max: 2 ** 31 }),
});
type Made = typeof functionArbitrary extends fc.Arbitrary<infer T> ? T : never;

function curveOf({ cpuPart, totalMs, threads, peakMB, spread }: Made): Curve {
  // Two values that scatter as much as asked, around one.
  const scatter = [1 - spread * 0.99, 1 + spread * 0.99];
  return {
    name: "made",
    points: SIZES_MB.map((memorySizeMB) => ({
      memorySizeMB,
      durationMs: formulaMs(memorySizeMB, totalMs * (1 - cpuPart), totalMs * cpuPart, threads),
      scatter,
      maxMemoryUsedMB: peakMB,
    })),
  };
}

function run(made: Made, load?: (day: number) => number) {
  const { startMB, cpu, seed, betweenDays, invocationsPerDay } = made;
  const telemetry = {
    ...TELEMETRY,
    days: WINDOWS * 14,
    cpu,
    seed,
    betweenDays,
    invocationsPerDay,
    ...(load && { load }),
  };
  return runClosedLoop(SETTINGS, curveOf(made), startMB, telemetry);
}

/** Four standard errors of a mean over the two weeks behind a decision, as a fraction of it. */
function noise({ spread, betweenDays, invocationsPerDay }: Made): number {
  return 4 * Math.hypot(spread / Math.sqrt(14 * invocationsPerDay), betweenDays / Math.sqrt(14));
}

describe("sizes in a closed loop", () => {
  it("stay within the limit, at what the memory needs, and come to rest", () => {
    fc.assert(
      fc.property(functionArbitrary, (made) => {
        const { sizesMB, changes, worstSlowdown } = run(made);
        const curve = curveOf(made);
        const needed = neededMB(curve, made.startMB);
        assert.ok(
          sizesMB.slice(1).every((size) => size >= Math.min(needed, made.startMB)),
          `${sizesMB.join(" > ")} of ${needed} MB`,
        );
        const allowed = needed >= made.startMB ? 1 : (1 + LIMIT) * (1 + 0.02 + noise(made));
        assert.ok(worstSlowdown <= allowed, `${worstSlowdown} of ${allowed}: ${sizesMB.join(" > ")}`);
        // One change at most halves a size; beyond the way down there are a few steps to learn by, and back.
        const halvings = Math.max(0, Math.ceil(Math.log2(made.startMB / needed)));
        assert.ok(changes <= 4 + halvings, sizesMB.join(" > "));
      }),
      { numRuns: 40 },
    );
  });

  const usual: Made = {
    cpuPart: 0.4,
    totalMs: 200,
    threads: 1,
    peakMB: 60,
    startMB: 1_024,
    spread: 0.5,
    betweenDays: 0.03,
    invocationsPerDay: 300,
    cpu: true,
    seed: 1,
  };

  it("never add up slowdowns, step by step", () => {
    for (const cpuPart of [0.2, 0.4, 0.6]) {
      for (const startMB of [1_024, 2_048, 3_008]) {
        for (const cpu of [true, false]) {
          const { worstSlowdown, sizesMB } = run({ ...usual, cpuPart, startMB, cpu });
          assert.ok(worstSlowdown <= 1.29, `${worstSlowdown}: ${sizesMB.join(" > ")}`);
          assert.ok(cpuPart > 0.5 || sizesMB.length > 1, `${startMB} MB is left alone`);
        }
      }
    }
  });

  function withSlowWeeks(cpu: boolean): void {
    for (const seed of [1, 2, 3, 4, 5]) {
      for (const slowFrom of [15, 30, 60]) {
        const load = (day: number) => (day >= slowFrom && day < slowFrom + 7 ? 1.4 : 1);
        const { sizesMB, slowdown } = run({ ...usual, cpu, seed }, load);
        assert.ok(sizesMB.length <= 6, `${sizesMB.join(" > ")} with a slow week from day ${slowFrom}`);
        assert.ok(slowdown <= 1.3, `${slowdown}: ${sizesMB.join(" > ")}`);
      }
    }
  }

  it("aren't changed to and fro by a week that is slow for outside reasons, with CPU time", () => {
    withSlowWeeks(true);
  });

  it("aren't changed to and fro by it without CPU time either", () => {
    withSlowWeeks(false);
  });

  it("aren't changed by noise once they have come to rest", () => {
    const quiet = run({ ...usual, betweenDays: 0 });
    for (const seed of [1, 2, 3, 4, 5]) {
      const loud = run({ ...usual, seed, betweenDays: 0.08, spread: 1, invocationsPerDay: 50 });
      assert.ok(loud.changes <= quiet.changes + 2, loud.sizesMB.join(" > "));
    }
  });

  it("are the same for the same telemetry", () => {
    assert.deepEqual(run(usual), run(usual));
  });
});
