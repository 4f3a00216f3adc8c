/** One function under a judge: simulated days of telemetry, a window every two weeks, and what became of it. */
import { mulberry32 } from "../../local/mulberry32";
import { MS_PER_DAY } from "../../runtime/duration";
import { cpuTimeOf, durationAt, durationsAt, peakAt, type Curve } from "./curves";
import { gaussian } from "./gaussian";
import type { Judge } from "./judge";

const WINDOW_DAYS = 14;
const START_MS = Date.parse("2026-01-01T00:00:00.000Z");

export interface Telemetry {
  readonly seed: number;
  readonly days: number;
  readonly invocationsPerDay: number;
  /** Whether the layer could read CPU time. */
  readonly cpu: boolean;
  /** Standard deviation of the load between days, as a part of it: what a request asks for differs. */
  readonly betweenDays: number;
  /** The CPU time that is read is off by up to this part of itself, the same for a function, ... */
  readonly cpuBias: number;
  /** ... and by a random part of this standard deviation, day by day. */
  readonly cpuNoise: number;
  /** By how much requests ask for more on a day, for reasons of their own: 1 is as ever. */
  readonly load?: (day: number) => number;
}

export const TELEMETRY: Telemetry = {
  seed: 1,
  days: 26 * WINDOW_DAYS,
  invocationsPerDay: 1_000,
  cpu: true,
  betweenDays: 0.03,
  cpuBias: 0.05,
  cpuNoise: 0.05,
};

export interface Outcome {
  readonly endMB: number;
  /** Durations of the true curve: at the end, and the worst on the way, ÷ that at the start. */
  readonly slowdown: number;
  readonly worstSlowdown: number;
  /** Of an invocation's cost, as a part of it, by the true curve. */
  readonly saving: number;
  readonly changes: number;
  /** Every size it had, the first one included. */
  readonly sizesMB: readonly number[];
}

/** The size that memory alone asks for: the default `average-above-peak` of days that are all alike. */
export function neededMB(curve: Curve, memorySizeMB: number): number {
  const peakMB = peakAt(curve, memorySizeMB);
  return Math.max(128, Math.ceil(Math.max(peakMB + 100, peakMB * 1.15)));
}

export function runClosedLoop(judge: Judge, curve: Curve, startMB: number, telemetry: Telemetry): Outcome {
  const random = mulberry32(telemetry.seed);
  const bias = 1 + telemetry.cpuBias * (2 * random() - 1);
  const cpuTimeMs = cpuTimeOf(curve) * bias;
  let state = judge.start(startMB);
  const sizesMB = [startMB];
  for (let day = 0; day < telemetry.days; day += 1) {
    const needed = neededMB(curve, state.liveMB);
    const load = (telemetry.load?.(day) ?? 1) * Math.exp(telemetry.betweenDays * gaussian(random));
    const { durationMs, durationSquaredMs2 } = drawDay(curve, state.liveMB, load, telemetry, random);
    const cpuMs =
      cpuTimeMs * load * telemetry.invocationsPerDay * (1 + telemetry.cpuNoise * gaussian(random));
    const observation = {
      memorySizeMB: state.liveMB,
      windowEnd: new Date(START_MS + (day + 1) * MS_PER_DAY).toISOString(),
      invocations: telemetry.invocationsPerDay,
      durationMs,
      durationSquaredMs2,
      ...(telemetry.cpu && { cpuMs: Math.max(0, Math.round(cpuMs)), cpuDurationMs: durationMs }),
      errors: 0,
      timeouts: 0,
      outOfMemory: 0,
    };
    const before = state.liveMB;
    state = judge.observe(state, observation, needed);
    // A change that the day brought is in its cool-down when the window closes.
    if ((day + 1) % WINDOW_DAYS === 0 && state.liveMB === before) state = judge.decide(state, needed);
    if (state.liveMB !== before) sizesMB.push(state.liveMB);
  }
  return outcome(curve, startMB, sizesMB);
}

/** What the true curve says of the sizes that a function had. */
export function outcome(curve: Curve, startMB: number, sizesMB: readonly number[]): Outcome {
  const slowdownAt = (sizeMB: number) => durationAt(curve, sizeMB) / durationAt(curve, startMB);
  const endMB = sizesMB.at(-1) ?? startMB;
  return {
    endMB,
    slowdown: slowdownAt(endMB),
    worstSlowdown: Math.max(...sizesMB.map(slowdownAt)),
    saving: 1 - (endMB * slowdownAt(endMB)) / startMB,
    changes: sizesMB.length - 1,
    sizesMB,
  };
}

/** The cheapest size that is within the limit, by one who knows every duration beforehand. */
export function oracle(curve: Curve, startMB: number, maxSlowdown: number): Outcome {
  const startMs = durationAt(curve, startMB);
  let best = startMB;
  for (let sizeMB = neededMB(curve, startMB); sizeMB < startMB; sizeMB += 1) {
    const durationMs = durationAt(curve, sizeMB);
    if (durationMs <= (1 + maxSlowdown) * startMs && sizeMB * durationMs < best * durationAt(curve, best)) {
      best = sizeMB;
    }
  }
  return outcome(curve, startMB, best === startMB ? [startMB] : [startMB, best]);
}

function drawDay(
  curve: Curve,
  sizeMB: number,
  load: number,
  { invocationsPerDay }: Telemetry,
  random: () => number,
) {
  const draw = durationsAt(curve, sizeMB, random);
  let [durationMs, durationSquaredMs2] = [0, 0];
  for (let i = 0; i < invocationsPerDay; i += 1) {
    const duration = draw() * load;
    durationMs += duration;
    durationSquaredMs2 += duration ** 2;
  }
  return { durationMs, durationSquaredMs2: Math.round(durationSquaredMs2) };
}
