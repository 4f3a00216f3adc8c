/** Made-up results of runs for the report's tests, the same every time. */
import type { Change, FleetDay } from "../../local/fleet/day-book";
import { durationAt } from "../../local/fleet/duration";
import { mulberry32 } from "../../local/mulberry32";
import type { Decision } from "../../local/decision";
import type { FunctionRow } from "../../local/report-rows";
import type { Verdict } from "../../local/verdict";
import type { MemorySizeFigures } from "../../runtime/contract";
import type { Policy } from "../../report/data";
import type { RunResult } from "../../report/from-run";

const START_MS = Date.UTC(2026, 0, 1);
const DAY_MS = 86_400_000;
const DURATION = { waitMs: 40, cpuMs: 120, threads: 1 };

export const arnOf = (name: string, region = "us-east-1") =>
  `arn:aws:lambda:${region}:000000000000:function:${name}`;

export function rowOf(functionName: string, values: Partial<FunctionRow> = {}): FunctionRow {
  return {
    functionName,
    functionArn: arnOf(functionName),
    fromMB: 1_024,
    toMB: 512,
    basis: { activeDays: 14, averageDailyPeakMB: 300.123456, peakMB: 320, outOfMemory: 0 },
    cost: { gbSeconds: 2_000, dollars: 0.0333334 },
    saving: { gbSeconds: 1_000, dollars: 0.0166667 },
    ...values,
  };
}

export function figuresOf(values: Partial<MemorySizeFigures> = {}): MemorySizeFigures {
  return {
    invocations: 1_000,
    durationMs: 200_000,
    durationSquaredMs2: 41_000_000,
    billedDurationMs: 200_000,
    initDurationMs: 0,
    coldStarts: 0,
    errors: 0,
    timeouts: 0,
    outOfMemory: 0,
    peakMB: 320,
    ...values,
  };
}

export function decisionOf(
  functionArn: string,
  values: Partial<Omit<Decision, "recommendation">> = {},
  recommendation: Partial<Decision["recommendation"]> = {},
): Decision {
  const functionName = functionArn.split(":").at(-1) ?? "";
  return {
    functionName,
    functionArn,
    status: "applied",
    from: 1_024,
    to: 512,
    reason: "window",
    at: recommendation.windowEnd ?? "2026-01-15T00:00:00.000Z",
    ...values,
    recommendation: {
      functionName,
      functionArn,
      functionVersion: "$LATEST",
      memorySizeMB: 1_024,
      recommendedMemorySizeMB: 512,
      reason: "window",
      windowStart: "2026-01-01T00:00:00.000Z",
      windowEnd: "2026-01-15T00:00:00.000Z",
      activeDays: 14,
      invocations: 1_000,
      averageDailyPeakMB: 300,
      peakMB: 320,
      outOfMemory: 0,
      ...recommendation,
    },
  };
}

/** One function's history: it shrinks after a week, and then is raised under pressure or taken back. */
function lifeOf(functionName: string, days: number, random: () => number) {
  const fromMB = [512, 1_024, 2_048, 3_008][Math.floor(random() * 4)] ?? 512;
  const [lowMB, lastMB] = [fromMB / 2, random() < 0.5 ? fromMB : Math.ceil(fromMB * 0.625)];
  const usedMB = Math.round(lowMB * (0.3 + 0.65 * random()));
  const at = (day: number) => new Date(START_MS + day * DAY_MS).toISOString();
  const changes: Change[] = [{ at: at(7), functionName, from: fromMB, to: lowMB, reason: "window" }];
  if (random() < 0.5) {
    const reason = lastMB === fromMB ? "regression" : "memory-pressure";
    changes.push({ at: at(12), functionName, from: lowMB, to: lastMB, reason });
  }
  const made = changes.filter((change) => change.at < at(days));
  const rows = Array.from({ length: days }, (_, day): FleetDay => {
    const memorySizeMB = made.findLast((change) => change.at <= at(day))?.to ?? fromMB;
    const capped = day === 11 && changes[1]?.reason === "memory-pressure";
    const invocations = random() < 0.05 ? 0 : Math.round(100 + 900 * random());
    const meanDurationMs = durationAt(DURATION, memorySizeMB).durationMs * (0.95 + 0.1 * random());
    const peakUsedMB = capped ? memorySizeMB : Math.round(usedMB * (0.9 + 0.1 * random()));
    return {
      functionName,
      day: at(day).slice(0, 10),
      memorySizeMB,
      invocations,
      outOfMemory: capped && invocations > 0 ? 3 : 0,
      peakUsedMB: invocations === 0 ? 0 : peakUsedMB,
      meanDurationMs: invocations === 0 ? 0 : meanDurationMs,
      billedGBSeconds: (invocations * meanDurationMs * memorySizeMB) / 1_024 / 1_000,
    };
  });
  return { fromMB, toMB: made.at(-1)?.to ?? fromMB, changes: made, days: rows };
}

/** A fleet in a closed loop. Functions without a given name are called `function-1` and so on. */
export function fleetRun(functions: number, days: number, names: readonly string[] = []): RunResult {
  const random = mulberry32(7);
  const lives = Array.from({ length: functions }, (_, n) => {
    const functionName = names[n] ?? `function-${n + 1}`;
    return { functionName, ...lifeOf(functionName, days, random), worth: random() };
  });
  return {
    title: "fleet.json",
    kind: "closed-loop",
    applied: true,
    durationsFollowSize: true,
    rows: lives.map(({ functionName, fromMB, toMB, worth }) =>
      rowOf(functionName, {
        fromMB,
        toMB,
        saving: {
          gbSeconds: (fromMB - toMB) * worth,
          dollars: (fromMB - toMB) * worth * 0.0000166667,
        },
      }),
    ),
    decisions: lives.flatMap(({ functionName, changes }) =>
      changes.map(({ at: windowEnd, from, to, reason }) =>
        decisionOf(arnOf(functionName), { from, to, reason }, { windowEnd, recommendedMemorySizeMB: to }),
      ),
    ),
    days: lives.flatMap((life) => life.days),
    changes: lives.flatMap((life) => life.changes),
    durationMs: (_, memorySizeMB) => durationAt(DURATION, memorySizeMB).durationMs,
  };
}

export const VERDICT: Verdict = {
  functions: 40,
  costPerMonth: 2_500,
  gbSecondsPerMonth: 150_000_000,
  breakEvenFunctions: 7,
  pricesOf: "2025-10-01",
  savedPerMonth: 1_240.5,
  runningCostPerMonth: 188.25,
  netPerMonth: 1_052.25,
  breakEvenGBSecondsPerMonth: 18_400_000,
};

/**
 * Each policy costs more than the previous one, and is beyond the size on fewer days; its neighbour beats every third.
 */
export function policies(count: number): Policy[] {
  return Array.from({ length: count }, (_, n) => {
    const beaten = n % 3 === 2;
    return {
      name: `percentile ${60 + n}`,
      settings: { sizing: "percentile", sizingPercentile: 60 + n },
      daysBeyond: 400 - 10 * n + (beaten ? 30 : 0),
      invocationsBeyond: 9_000 - 100 * n,
      meanSlackMB: 80 + 5 * n,
      meanSlowdown: 1.4 - n / 100,
      worstSlowdown: 2 - n / 100,
      costPerMonth: 500 + 12 * n + (beaten ? 20 : 0),
      changesPerFunctionAndMonth: 2.1,
      onFrontier: !beaten,
    };
  });
}
