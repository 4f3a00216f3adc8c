/**
 * The bundled sample: eight weeks of a small shop's functions, which react to every change. Each invocation that is
 * played stands for many (`weight`), so that the fleet has the traffic and the bill of a real one.
 */
import { MS_PER_DAY } from "../runtime/duration";
import { checkFleet, type Fleet } from "./fleet/fleet-file";

/** Aligned to the epoch, four whole 14-day windows lie in this time. */
const DAYS = 56;
const START = "2026-01-01T00:00:00Z";

const daily = <T>(of: (day: number) => T): T[] => Array.from({ length: DAYS }, (_, day) => of(day));
const weekday = (day: number) => new Date(Date.parse(START) + day * MS_PER_DAY).getUTCDay();

const FUNCTIONS = [
  // Steady, and mostly waiting for other services, so CPU hardly matters.
  {
    functionName: "checkout-api",
    memorySizeMB: 1_024,
    invocationsPerDay: 90,
    weight: 12_000,
    usedMB: 310,
    usedSpread: 0.06,
    duration: { waitMs: 160, cpuMs: 10 },
    durationSpread: 0.5,
    errorRate: 0.01,
  },
  {
    functionName: "session-authorizer",
    memorySizeMB: 512,
    invocationsPerDay: 90,
    weight: 40_000,
    usedMB: 118,
    usedSpread: 0.04,
    duration: { waitMs: 20, cpuMs: 0.5 },
    durationSpread: 0.6,
  },
  {
    functionName: "product-search",
    memorySizeMB: 2_048,
    invocationsPerDay: 90,
    weight: 8_000,
    usedMB: 742,
    usedSpread: 0.08,
    duration: { waitMs: 380, cpuMs: 20 },
    durationSpread: 0.4,
  },
  // Mostly CPU-bound: less memory would save a little and make it slow, so it is left alone.
  {
    functionName: "thumbnail-generator",
    memorySizeMB: 1_024,
    invocationsPerDay: 80,
    weight: 2_000,
    usedMB: 165,
    usedSpread: 0.05,
    duration: { waitMs: 32, cpuMs: 97 },
    durationSpread: 0.3,
  },
  // One thread, so more memory than one vCPU has (1,769 MB) makes nothing faster. Some days are far above the others.
  {
    functionName: "image-resizer",
    memorySizeMB: 3_008,
    invocationsPerDay: 60,
    weight: 400,
    usedMB: daily((day) => (day % 10 === 6 ? 1_180 : 520)),
    usedSpread: 0.08,
    duration: { waitMs: 150, cpuMs: 800 },
    durationSpread: 0.5,
  },
  // A new template in the fourth week wants more than the size that three quiet weeks had led to.
  {
    functionName: "pdf-renderer",
    memorySizeMB: 2_048,
    invocationsPerDay: 25,
    weight: 500,
    usedMB: daily((day) => (day < 24 ? 640 : 1_150)),
    usedSpread: 0.05,
    duration: { waitMs: 2_100, cpuMs: 80 },
    durationSpread: 0.5,
    errorRate: 0.02,
  },
  // Growing: a cache and an index that get larger every day.
  {
    functionName: "recommendation-cache",
    memorySizeMB: 1_536,
    invocationsPerDay: 50,
    weight: 4_000,
    usedMB: daily((day) => 380 + 8 * day),
    usedSpread: 0.03,
    duration: { waitMs: 290, cpuMs: 15 },
    durationSpread: 0.3,
  },
  {
    functionName: "audit-log-indexer",
    memorySizeMB: 1_024,
    invocationsPerDay: 40,
    weight: 1_500,
    usedMB: daily((day) => 200 + 5 * day),
    usedSpread: 0.03,
    duration: { waitMs: 500, cpuMs: 80 },
    durationSpread: 0.3,
    cpu: false,
  },
  // Weekend only.
  {
    functionName: "weekend-promotions",
    memorySizeMB: 1_024,
    invocationsPerDay: daily((day) => (weekday(day) % 6 === 0 ? 80 : 0)),
    weight: 3_000,
    usedMB: 265,
    usedSpread: 0.1,
    duration: { waitMs: 190, cpuMs: 12 },
    durationSpread: 0.4,
  },
  // Nightly and weekly batches.
  {
    functionName: "nightly-report",
    memorySizeMB: 3_008,
    invocationsPerDay: 3,
    weight: 50,
    usedMB: 1_240,
    usedSpread: 0.05,
    duration: { waitMs: 80_000, cpuMs: 9_000 },
    durationSpread: 0.2,
  },
  {
    functionName: "weekly-invoices",
    memorySizeMB: 2_048,
    invocationsPerDay: daily((day) => (weekday(day) === 1 ? 12 : 0)),
    weight: 40,
    usedMB: 890,
    usedSpread: 0.07,
    duration: { waitMs: 36_000, cpuMs: 4_000 },
    durationSpread: 0.3,
    architecture: "arm64",
  },
  // At their caps from the first day, so their memory is raised step by step until it is enough.
  {
    functionName: "csv-importer",
    memorySizeMB: 256,
    invocationsPerDay: 30,
    weight: 100,
    usedMB: 400,
    usedSpread: 0.2,
    duration: { waitMs: 3_300, cpuMs: 60 },
    durationSpread: 0.4,
  },
  // Tiny.
  {
    functionName: "health-check",
    memorySizeMB: 128,
    invocationsPerDay: 96,
    weight: 10,
    usedMB: 38,
    usedSpread: 0.05,
    duration: { waitMs: 3, cpuMs: 0.1 },
    durationSpread: 0.5,
  },
  {
    functionName: "webhook-relay",
    memorySizeMB: 256,
    invocationsPerDay: 70,
    weight: 6_000,
    usedMB: 64,
    usedSpread: 0.05,
    duration: { waitMs: 32, cpuMs: 0.5 },
    durationSpread: 0.5,
    errorRate: 0.03,
    architecture: "arm64",
  },
  // Of other runtimes, which join by their logs.
  {
    functionName: "invoice-parser",
    memorySizeMB: 1_024,
    invocationsPerDay: 40,
    weight: 25,
    usedMB: 210,
    usedSpread: 0.06,
    duration: { waitMs: 900, cpuMs: 60 },
    durationSpread: 0.4,
    errorRate: 0.01,
    via: "logs",
    runtime: "python3.13",
  },
  {
    functionName: "ledger-export",
    memorySizeMB: 2_048,
    invocationsPerDay: 30,
    weight: 20,
    usedMB: 480,
    usedSpread: 0.05,
    duration: { waitMs: 1_800, cpuMs: 90 },
    durationSpread: 0.3,
    via: "logs",
    runtime: "java21",
  },
  {
    functionName: "fraud-model",
    memorySizeMB: 512,
    invocationsPerDay: 30,
    weight: 20,
    usedMB: daily((day) => (day < 20 ? 410 : 620)),
    usedSpread: 0.04,
    duration: { waitMs: 240, cpuMs: 40 },
    durationSpread: 0.4,
    via: "logs",
    runtime: "container",
  },
  // Huge, with four busy threads.
  {
    functionName: "video-transcoder",
    memorySizeMB: 10_240,
    invocationsPerDay: 8,
    weight: 60,
    usedMB: 5_900,
    usedSpread: 0.12,
    duration: { waitMs: 20_000, cpuMs: 200_000, threads: 4 },
    durationSpread: 0.4,
  },
];

/** @param days the number of days; all of them by default. */
export function sampleFleet(days = DAYS): Fleet {
  return checkFleet({ start: START, days, functions: FUNCTIONS }, "the sample fleet");
}
