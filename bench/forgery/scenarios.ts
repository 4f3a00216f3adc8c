/** What an attacker who can write to the telemetry stream may forge, and what the victim must end with. */
import { setTimeout as sleep } from "node:timers/promises";
import type { Recommendation, TelemetryRecord } from "../../runtime/contract";
import { parseSettings, type Settings } from "../../runtime/settings";
import { functionArn, telemetry, VICTIM, type Decision, type ForgeryPipeline } from "./pipeline";

export interface Ending {
  /** What the victim ended with, as a table shows it. */
  readonly victim: string;
  readonly isSafe: boolean;
}

export interface Scenario {
  readonly name: string;
  /** What the victim ended with before there were any defences. */
  readonly before: string;
  /** The victim, if it isn't an ordinary function of 128 MB. */
  readonly victim?: Parameters<typeof ForgeryPipeline.start>[0];
  readonly settings?: Parameters<typeof ForgeryPipeline.start>[1];
  readonly run: (pipeline: ForgeryPipeline) => Promise<Ending>;
}

const onVictim = ({ functionName }: Decision) => functionName === VICTIM;
const applied = (decision: Decision) => onVictim(decision) && decision.status === "applied";

/** A record at its cap, which becomes memory pressure. */
function pressure(memorySizeMB: number, fields: Partial<TelemetryRecord> = {}): Partial<TelemetryRecord> {
  return { memorySizeMB, maxMemoryUsedMB: memorySizeMB, outOfMemory: 1, ...fields };
}

function ago(seconds: number): string {
  return new Date(Date.now() - seconds * 1_000).toISOString();
}

/** The victim's window recommendations, regardless of what the updater did with them. */
async function windows(pipeline: ForgeryPipeline): Promise<Recommendation[]> {
  const texts = await pipeline.kinesis.readAll(pipeline.recommendationsStreamArn);
  return texts
    .map((text) => JSON.parse(text) as Recommendation)
    .filter(({ reason, functionName }) => reason === "window" && functionName === VICTIM);
}

/** The victim's window once it has closed; undefined if none closes in time. */
async function windowClosed(
  pipeline: ForgeryPipeline,
  timeoutMs = 60_000,
): Promise<Recommendation | undefined> {
  const untilMs = performance.now() + timeoutMs;
  for (;;) {
    const [window] = await windows(pipeline);
    if (window || performance.now() > untilMs) return window;
    await sleep(250);
  }
}

/** Lets event time run as far ahead as the settings allow while windows wait for two seconds. */
function farthestAhead(): Partial<Settings> {
  const wanted = { lateness: "2s", maxClockSkew: "1h" };
  try {
    parseSettings(wanted);
    return wanted;
  } catch {
    return { lateness: "2s", maxClockSkew: "2s" };
  }
}

export const SCENARIOS: readonly Scenario[] = [
  {
    name: "a version of almost 1 MiB, at its cap",
    before: "the job stops forever",
    run: async (pipeline) => {
      const forged = pressure(128, { functionName: "attacker", functionVersion: "" });
      // As long as Kinesis allows with the partition key, so that a recommendation with this version is too long.
      const length = 1_048_576 - "any".length - JSON.stringify(telemetry(forged)).length;
      await pipeline.report({ ...forged, functionVersion: "7".repeat(length) });
      await sleep(3_000);
      await pipeline.report(pressure(128));
      const honest = await pipeline.decided(applied);
      return { victim: honest ? `${pipeline.victimMB} MB, helped` : "no help", isSafe: honest !== undefined };
    },
  },
  {
    name: "one record at a claimed 8,192 MB",
    before: "10,240 MB in 4 s",
    run: async (pipeline) => {
      // The record claims to have begun before the victim's last update.
      await pipeline.report(pressure(8_192, { firstReportAt: ago(7_200) }));
      await pipeline.decided(onVictim, 20_000);
      return { victim: `${pipeline.victimMB} MB`, isSafe: pipeline.victimMB <= 256 };
    },
  },
  {
    name: "18 plausible records",
    before: "10,240 MB in 24 s",
    run: async (pipeline) => {
      for (let n = 0; n < 18; n++) {
        const since = pipeline.decisions.length;
        await pipeline.report(pressure(pipeline.victimMB));
        await pipeline.decided(onVictim, 5_000, since);
      }
      const { pressureSteps } = await pipeline.historyOf(VICTIM);
      const steps = pressureSteps?.count ?? 0;
      return {
        victim: `${pipeline.victimMB} MB, ${steps} steps`,
        isSafe: steps <= 6 && pipeline.victimMB < 2_048,
      };
    },
  },
  {
    name: "a function without the layer",
    before: "3,008 to 1,504 MB",
    victim: { stranger: true, memorySizeMB: 3_008 },
    run: async (pipeline) => {
      await pipeline.report({ memorySizeMB: 3_008, maxMemoryUsedMB: 100 });
      const decision = await pipeline.decided(onVictim);
      const victim = `${pipeline.victimMB} MB, ${decision?.reason ?? "undecided"}`;
      return { victim, isSafe: pipeline.victimMB === 3_008 };
    },
  },
  {
    name: "200 functions that don't exist",
    before: "helped after 102 s",
    run: async (pipeline) => {
      const ghosts = Array.from({ length: 200 }, (_, i) => pressure(128, { functionName: `ghost-${i}` }));
      await pipeline.report(...ghosts, pressure(128));
      const beganMs = performance.now();
      const helped = await pipeline.decided(applied, 180_000);
      const seconds = (performance.now() - beganMs) / 1_000;
      return {
        victim: helped ? `helped after ${seconds.toFixed(0)} s` : "no help",
        isSafe: helped !== undefined && seconds < 20,
      };
    },
  },
  {
    name: "a heartbeat 59 minutes ahead",
    before: "20 of 20 honest records dropped",
    settings: farthestAhead(),
    run: async (pipeline) => {
      const data = JSON.stringify({ heartbeatAt: ago(-59 * 60) });
      await pipeline.kinesis.put(pipeline.telemetryStreamArn, [{ data, partitionKey: "heartbeat" }]);
      await sleep(3_000);
      await pipeline.report(...Array.from({ length: 20 }, () => ({})));
      const counted = (await windowClosed(pipeline, 40_000))?.invocations ?? 0;
      return { victim: `${20 - counted} of 20 honest records dropped`, isSafe: counted === 20 };
    },
  },
  {
    name: "950 records of absurd billed time",
    before: "billed GB-seconds below zero",
    run: async (pipeline) => {
      // As much as Lambda could bill for two million invocations, and almost as much as one record may claim.
      const absurd = { memorySizeMB: 10_240, invocations: 2_000_000, billedDurationMs: 1e12 };
      await pipeline.report({}, ...Array.from({ length: 950 }, () => absurd));
      const gbSeconds = (await windowClosed(pipeline))?.billedGBSeconds;
      return {
        victim: gbSeconds === undefined ? "no window" : `${gbSeconds.toPrecision(3)} GB-seconds`,
        isSafe: gbSeconds !== undefined && gbSeconds >= 0,
      };
    },
  },
  {
    name: "a last record of version 77",
    before: "other-version",
    victim: { memorySizeMB: 1_024 },
    run: async (pipeline) => {
      const size = { memorySizeMB: 1_024, maxMemoryUsedMB: 500 };
      await pipeline.report(...Array.from({ length: 20 }, () => size));
      await sleep(200);
      await pipeline.report({ ...size, functionVersion: "77" });
      const decision = await pipeline.decided(onVictim);
      return {
        victim: `${pipeline.victimMB} MB, ${decision?.reason ?? "undecided"}`,
        isSafe: decision?.reason === "window",
      };
    },
  },
  {
    name: "forged pressure after a change down",
    before: "held for good",
    victim: { memorySizeMB: 1_024 },
    run: async (pipeline) => {
      await pipeline.report({ memorySizeMB: 1_024, maxMemoryUsedMB: 500 });
      await pipeline.decided(applied);
      const since = pipeline.decisions.length;
      const smallerMB = pipeline.victimMB;
      await pipeline.report(pressure(smallerMB));
      await pipeline.decided(onVictim, 20_000, since);
      const { hold } = await pipeline.historyOf(VICTIM);
      return {
        victim: `${pipeline.victimMB} MB, ${hold ? "held" : "not held"}`,
        // Back to where it was, or one step of memory pressure up.
        isSafe: hold === undefined && pipeline.victimMB <= Math.max(1_024, Math.ceil(smallerMB * 1.25)),
      };
    },
  },
  {
    name: "a window that ends 399 days ahead",
    before: "honest ones older-than-last-change",
    victim: { memorySizeMB: 1_024 },
    run: async (pipeline) => {
      const forged: Recommendation = {
        functionName: VICTIM,
        functionArn: functionArn(VICTIM),
        functionVersion: "$LATEST",
        memorySizeMB: 1_024,
        recommendedMemorySizeMB: 1_536,
        reason: "window",
        windowStart: ago(0),
        windowEnd: ago(-399 * 86_400),
        activeDays: 1,
        invocations: 1,
        averageDailyPeakMB: 1_000,
        peakMB: 1_000,
        outOfMemory: 0,
      };
      const data = JSON.stringify(forged);
      await pipeline.kinesis.put(pipeline.recommendationsStreamArn, [{ data, partitionKey: VICTIM }]);
      await sleep(2_000);
      await pipeline.report({ memorySizeMB: pipeline.victimMB, maxMemoryUsedMB: 500 });
      const decision = await pipeline.decided(
        ({ functionName, reason }) => functionName === VICTIM && reason !== "already-settled",
      );
      return {
        victim: `${pipeline.victimMB} MB, ${decision?.reason ?? "undecided"}`,
        isSafe: decision?.reason === "window" && pipeline.victimMB < 1_024,
      };
    },
  },
];
