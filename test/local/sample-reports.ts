/** Four weeks of a small fleet's reports, as in a recording, made from a seed and the same every time. */
import { createHash } from "node:crypto";
import { MS_PER_DAY } from "../../runtime/duration";
import { LOCAL_ACCOUNT_ID, LOCAL_REGION } from "../../local/environment";
import type { Report } from "../../local/input/report";
import { mulberry32 } from "../../local/mulberry32";

/** Both 14-day windows that are aligned to the epoch lie whole within the sample's 28 days. */
export const SAMPLE_DAYS = 28;
export const SAMPLE_START_MS = Math.floor(Date.UTC(2026, 0, 15) / (14 * MS_PER_DAY)) * 14 * MS_PER_DAY;

interface Day {
  /** 0 to 27. */
  readonly day: number;
  readonly weekend: boolean;
  /** The next number of the function's own random sequence, from 0 to below 1. */
  readonly random: () => number;
}

/** How a function of the sample behaves; memory in MB, durations in milliseconds. */
interface Behaviour {
  readonly functionName: string;
  readonly memorySizeMB: number;
  readonly invocations: (day: Day) => number;
  /** The memory of one invocation; more than the configured size is an out-of-memory error. */
  readonly usedMB: (day: Day) => number;
  readonly durationMs: (day: Day) => number;
  /** The fraction of the invocations that end in an error, 0 by default. */
  readonly errorRate?: number;
}

const around =
  (middle: number, spread: number) =>
  ({ random }: Day) =>
    middle * (1 + spread * (2 * random() - 1));
const times = (count: number) => () => count;
/** The middle, and now and then much more. */
const spiking = (middle: number, peak: number, rate: number) => (day: Day) =>
  day.random() < rate ? around(peak, 0.05)(day) : around(middle, 0.1)(day);

const FLEET: readonly Behaviour[] = [
  // Steady: the same every day.
  {
    functionName: "checkout-api",
    memorySizeMB: 1_024,
    invocations: times(90),
    usedMB: around(310, 0.06),
    durationMs: around(180, 0.5),
    errorRate: 0.01,
  },
  {
    functionName: "session-authorizer",
    memorySizeMB: 512,
    invocations: times(90),
    usedMB: around(118, 0.04),
    durationMs: around(24, 0.6),
  },
  {
    functionName: "product-search",
    memorySizeMB: 2_048,
    invocations: times(90),
    usedMB: around(742, 0.08),
    durationMs: around(420, 0.4),
  },
  // Spiky: some days are far above the others.
  {
    functionName: "image-resizer",
    memorySizeMB: 3_008,
    invocations: times(60),
    usedMB: spiking(520, 1_480, 0.002),
    durationMs: around(950, 0.5),
  },
  {
    functionName: "pdf-renderer",
    memorySizeMB: 2_048,
    invocations: times(25),
    usedMB: spiking(640, 1_150, 0.01),
    durationMs: around(2_300, 0.5),
    errorRate: 0.02,
  },
  // Growing: a cache that gets larger by the day.
  {
    functionName: "recommendation-cache",
    memorySizeMB: 1_536,
    invocations: times(50),
    usedMB: (day) => around(380 + 16 * day.day, 0.03)(day),
    durationMs: around(310, 0.3),
  },
  {
    functionName: "audit-log-indexer",
    memorySizeMB: 1_024,
    invocations: times(40),
    usedMB: (day) => around(200 + 9 * day.day, 0.03)(day),
    durationMs: around(640, 0.3),
  },
  // Weekend only.
  {
    functionName: "weekend-promotions",
    memorySizeMB: 1_024,
    invocations: ({ weekend }) => (weekend ? 80 : 0),
    usedMB: around(265, 0.1),
    durationMs: around(210, 0.4),
  },
  // Nightly and weekly batches.
  {
    functionName: "nightly-report",
    memorySizeMB: 3_008,
    invocations: times(3),
    usedMB: around(1_240, 0.05),
    durationMs: around(95_000, 0.2),
  },
  {
    functionName: "weekly-invoices",
    memorySizeMB: 2_048,
    invocations: ({ day }) => (day % 7 === 3 ? 12 : 0),
    usedMB: around(890, 0.07),
    durationMs: around(42_000, 0.3),
  },
  // Always at its cap: its reports are only a lower bound.
  {
    functionName: "csv-importer",
    memorySizeMB: 256,
    invocations: times(30),
    usedMB: around(300, 0.2),
    durationMs: around(3_800, 0.4),
  },
  // Tiny.
  {
    functionName: "health-check",
    memorySizeMB: 128,
    invocations: times(96),
    usedMB: around(38, 0.05),
    durationMs: around(4, 0.5),
  },
  {
    functionName: "webhook-relay",
    memorySizeMB: 256,
    invocations: times(70),
    usedMB: around(64, 0.05),
    durationMs: around(35, 0.5),
    errorRate: 0.03,
  },
  // Huge.
  {
    functionName: "video-transcoder",
    memorySizeMB: 10_240,
    invocations: times(8),
    usedMB: around(5_900, 0.12),
    durationMs: around(240_000, 0.4),
  },
];

/** Every report of the sample, function by function. */
export function* sampleReports(): Generator<Report> {
  for (const behaviour of FLEET) {
    const random = mulberry32(createHash("sha256").update(behaviour.functionName).digest().readUInt32LE());
    for (let day = 0; day < SAMPLE_DAYS; day++) yield* reportsOfDay(behaviour, day, random);
  }
}

function* reportsOfDay(behaviour: Behaviour, dayNumber: number, random: () => number): Generator<Report> {
  const { functionName, memorySizeMB, errorRate = 0 } = behaviour;
  const startMs = SAMPLE_START_MS + dayNumber * MS_PER_DAY;
  const weekday = new Date(startMs).getUTCDay();
  const day: Day = { day: dayNumber, weekend: weekday === 0 || weekday === 6, random };
  const count = behaviour.invocations(day);
  for (let i = 0; i < count; i++) {
    const wantedMB = Math.round(behaviour.usedMB(day));
    const outOfMemory = wantedMB > memorySizeMB;
    const durationMs = Math.round(behaviour.durationMs(day) * 100) / 100;
    const cold = i === 0;
    yield {
      timeMs: startMs + Math.floor(((i + random()) / count) * MS_PER_DAY),
      functionName,
      functionArn: `arn:aws:lambda:${LOCAL_REGION}:${LOCAL_ACCOUNT_ID}:function:${functionName}`,
      functionVersion: "$LATEST",
      memorySizeMB,
      maxMemoryUsedMB: Math.min(wantedMB, memorySizeMB),
      durationMs,
      billedDurationMs: Math.ceil(durationMs),
      ...(cold ? { initDurationMs: 220 } : {}),
      status: outOfMemory || random() < errorRate ? "error" : "success",
      ...(outOfMemory ? { errorType: "Runtime.OutOfMemory" } : {}),
      requestId: `${functionName}-${dayNumber}-${i}`,
    };
  }
}
