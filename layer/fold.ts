/**
 * Folds `platform.report` events into one entry per memory size and UTC day. Pure: no clock, no I/O. What it
 * holds is bounded, whatever it is fed, and what it can't take it counts.
 */
import type { TelemetryRecord } from "../runtime/contract";

/** A telemetry record before it is given its function's and its sandbox's identity. */
export type FoldedReports = Omit<
  TelemetryRecord,
  "functionName" | "functionArn" | "functionVersion" | "sandboxId" | "sequence"
>;

/** A `platform.report` as the Telemetry API sends it, save that nothing about it is believed yet. */
export interface PlatformReport {
  readonly time?: unknown;
  readonly record?: {
    readonly requestId?: unknown;
    readonly status?: unknown;
    readonly errorType?: unknown;
    readonly metrics?: {
      readonly durationMs?: unknown;
      readonly billedDurationMs?: unknown;
      readonly memorySizeMB?: unknown;
      readonly maxMemoryUsedMB?: unknown;
    } | null;
  } | null;
}

/** What became of a report. A duplicate is one that the Telemetry API delivered before. */
export type Outcome = "folded" | "duplicate" | "unusable" | "overflow";

/** What is held for one memory size and UTC day. Times are epoch milliseconds, `day` counts from the epoch. */
export interface Entry {
  readonly day: number;
  readonly memorySizeMB: number;
  maxMemoryUsedMB: number;
  invocations: number;
  durationMs: number;
  billedDurationMs: number;
  errors: number;
  timeouts: number;
  outOfMemory: number;
  firstReportAtMs: number;
  lastReportAtMs: number;
}

/** By a key that stands for the day and the memory size. */
export type HeldEntries = ReadonlyMap<number, Readonly<Entry>>;

const MS_PER_DAY = 86_400_000;
/** More sizes than Lambda has, in MB: a day and a size make one number, which is the fastest key. */
const SIZES = 0x1_0000;
const ISO_UTC = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z$/;

/** A sandbox sees one or two; more can only come of nonsense, or of a replay that takes too rarely. */
const MAX_ENTRIES = 64;
/** Twice a Telemetry API batch's reports: only a batch that it sends again holds duplicates. */
const REMEMBERED_REPORTS = 1_000;

export class Fold {
  private entries = new Map<number, Entry>();
  private latest: Entry | undefined;
  /** Two generations of request id → time, so that forgetting costs nothing. */
  private recent = new Map<string, string>();
  private older = new Map<string, string>();

  add({ time, record }: PlatformReport): Outcome {
    const metrics = record?.metrics;
    const memorySizeMB = metrics?.memorySizeMB;
    const maxMemoryUsedMB = metrics?.maxMemoryUsedMB;
    if (!isPositive(maxMemoryUsedMB) || !isPositive(memorySizeMB)) return "unusable";
    if (!Number.isInteger(memorySizeMB) || memorySizeMB >= SIZES) return "unusable";
    const reportAtMs = typeof time === "string" && ISO_UTC.test(time) ? Date.parse(time) : NaN;
    if (Number.isNaN(reportAtMs)) return "unusable";

    const requestId = record?.requestId;
    if (typeof requestId === "string" && this.seen(requestId, time as string)) return "duplicate";

    const entry = this.entryOf(Math.floor(reportAtMs / MS_PER_DAY), memorySizeMB, reportAtMs);
    if (!entry) return "overflow";

    entry.invocations += 1;
    entry.maxMemoryUsedMB = Math.max(entry.maxMemoryUsedMB, Math.ceil(maxMemoryUsedMB));
    if (isPositive(metrics?.durationMs)) entry.durationMs += metrics.durationMs;
    if (isPositive(metrics?.billedDurationMs)) entry.billedDurationMs += metrics.billedDurationMs;
    if (record?.status === "timeout") entry.timeouts += 1;
    else if (record?.status === "error" || record?.status === "failure") entry.errors += 1;
    if (maxMemoryUsedMB >= memorySizeMB || record?.errorType === "Runtime.OutOfMemory") {
      entry.outOfMemory += 1;
    }
    entry.firstReportAtMs = Math.min(entry.firstReportAtMs, reportAtMs);
    entry.lastReportAtMs = Math.max(entry.lastReportAtMs, reportAtMs);
    return "folded";
  }

  /** What is held now, for whoever decides whether to flush. */
  get held(): HeldEntries {
    return this.entries;
  }

  get isEmpty(): boolean {
    return this.entries.size === 0;
  }

  /** How many invocations are held. */
  get invocations(): number {
    let sum = 0;
    for (const { invocations } of this.entries.values()) sum += invocations;
    return sum;
  }

  /** Hands over everything held, in the order in which it began, and starts afresh. */
  take(): FoldedReports[] {
    const taken = [...this.entries.values()].map(toRecord);
    this.entries = new Map();
    this.latest = undefined;
    return taken;
  }

  /** An asynchronous invocation that Lambda tries again keeps its request id, hence the time. */
  private seen(requestId: string, time: string): boolean {
    if (this.recent.get(requestId) === time || this.older.get(requestId) === time) return true;
    if (this.recent.size >= REMEMBERED_REPORTS) {
      this.older = this.recent;
      this.recent = new Map();
    }
    this.recent.set(requestId, time);
    return false;
  }

  private entryOf(day: number, memorySizeMB: number, reportAtMs: number): Entry | undefined {
    if (this.latest?.day === day && this.latest.memorySizeMB === memorySizeMB) return this.latest;
    const key = day * SIZES + memorySizeMB;
    let entry = this.entries.get(key);
    if (!entry) {
      if (this.entries.size >= MAX_ENTRIES) return undefined;
      entry = {
        day,
        memorySizeMB,
        maxMemoryUsedMB: 0,
        invocations: 0,
        durationMs: 0,
        billedDurationMs: 0,
        errors: 0,
        timeouts: 0,
        outOfMemory: 0,
        firstReportAtMs: reportAtMs,
        lastReportAtMs: reportAtMs,
      };
      this.entries.set(key, entry);
    }
    this.latest = entry;
    return entry;
  }
}

function isPositive(value: unknown): value is number {
  return typeof value === "number" && value > 0 && value < Infinity;
}

function toRecord(entry: Entry): FoldedReports {
  return {
    memorySizeMB: entry.memorySizeMB,
    maxMemoryUsedMB: entry.maxMemoryUsedMB,
    invocations: entry.invocations,
    durationMs: roundToHundredths(entry.durationMs),
    billedDurationMs: roundToHundredths(entry.billedDurationMs),
    errors: entry.errors,
    timeouts: entry.timeouts,
    outOfMemory: entry.outOfMemory,
    firstReportAt: new Date(entry.firstReportAtMs).toISOString(),
    lastReportAt: new Date(entry.lastReportAtMs).toISOString(),
  };
}

/** Lambda's own precision; sums of binary fractions would drag fifteen digits over the stream. */
function roundToHundredths(value: number): number {
  return Math.round(value * 100) / 100;
}
