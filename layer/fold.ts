/**
 * Folds `platform.report` events into one entry per memory size and UTC day. Pure: no clock, no I/O. Its size is
 * bounded for any input, and `add` says which reports it couldn't take.
 */
import type { TelemetryRecord } from "../runtime/contract";

/** A telemetry record without the identity of its function and sandbox. */
export type FoldedReports = Omit<
  TelemetryRecord,
  "functionName" | "functionArn" | "functionVersion" | "sandboxId" | "sequence"
>;

/** A `platform.report` as the Telemetry API sends it, before any of it is checked. */
export interface PlatformReport {
  readonly time?: unknown;
  readonly record?: {
    readonly requestId?: unknown;
    readonly status?: unknown;
    readonly errorType?: unknown;
    readonly metrics?: {
      readonly durationMs?: unknown;
      readonly billedDurationMs?: unknown;
      readonly initDurationMs?: unknown;
      readonly restoreDurationMs?: unknown;
      readonly memorySizeMB?: unknown;
      readonly maxMemoryUsedMB?: unknown;
    } | null;
  } | null;
}

/** What happened to a report. A `duplicate` has been delivered before. */
export type Outcome = "folded" | "duplicate" | "unusable" | "overflow";

/** What is held for one memory size and UTC day. Times are epoch milliseconds. */
export interface Entry {
  readonly memorySizeMB: number;
  maxMemoryUsedMB: number;
  invocations: number;
  durationMs: number;
  durationSquaredMs2: number;
  billedDurationMs: number;
  initDurationMs: number;
  coldStarts: number;
  errors: number;
  timeouts: number;
  outOfMemory: number;
  firstReportAtMs: number;
  lastReportAtMs: number;
}

/** Entries by a number that combines the UTC day and the memory size. */
export type HeldEntries = ReadonlyMap<number, Readonly<Entry>>;

const MS_PER_DAY = 86_400_000;
/** More than Lambda's largest size in MB, so that day × SIZES + size is unique. A number is the fastest key. */
const SIZES = 0x1_0000;
const ISO_UTC = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z$/;

/** A sandbox needs one or two. More come only from bad input, or from a replay that calls `take` too rarely. */
const MAX_ENTRIES = 64;
/** At least twice the reports of a Telemetry API batch: duplicates come from a batch that is sent again. */
const REMEMBERED_REPORTS = 1_000;

export class Fold {
  private entries = new Map<number, Entry>();
  /** Request id → time, in two generations: the older one is dropped whole. */
  private recent = new Map<string, string>();
  private older = new Map<string, string>();

  add({ time, record }: PlatformReport): Outcome {
    const { memorySizeMB, maxMemoryUsedMB, durationMs, billedDurationMs, initDurationMs, restoreDurationMs } =
      record?.metrics ?? {};
    if (!isPositive(maxMemoryUsedMB) || !isPositive(memorySizeMB)) return "unusable";
    if (!Number.isInteger(memorySizeMB) || memorySizeMB >= SIZES) return "unusable";
    const reportAtMs = typeof time === "string" && ISO_UTC.test(time) ? Date.parse(time) : NaN;
    if (Number.isNaN(reportAtMs)) return "unusable";

    const requestId = record?.requestId;
    if (typeof requestId === "string" && this.seen(requestId, time as string)) return "duplicate";

    const key = Math.floor(reportAtMs / MS_PER_DAY) * SIZES + memorySizeMB;
    const entry = this.entries.get(key) ?? this.begin(key, memorySizeMB, reportAtMs);
    if (!entry) return "overflow";

    entry.invocations += 1;
    entry.maxMemoryUsedMB = Math.max(entry.maxMemoryUsedMB, Math.ceil(maxMemoryUsedMB));
    if (isPositive(durationMs)) {
      entry.durationMs += durationMs;
      entry.durationSquaredMs2 += durationMs ** 2;
    }
    if (isPositive(billedDurationMs)) entry.billedDurationMs += billedDurationMs;
    const startMs = restoreDurationMs ?? initDurationMs;
    if (isPositive(startMs)) {
      entry.initDurationMs += startMs;
      entry.coldStarts += 1;
    }
    if (record?.status === "timeout") entry.timeouts += 1;
    else if (record?.status === "error" || record?.status === "failure") entry.errors += 1;
    if (maxMemoryUsedMB >= memorySizeMB || record?.errorType === "Runtime.OutOfMemory") {
      entry.outOfMemory += 1;
    }
    entry.firstReportAtMs = Math.min(entry.firstReportAtMs, reportAtMs);
    entry.lastReportAtMs = Math.max(entry.lastReportAtMs, reportAtMs);
    return "folded";
  }

  /** The entries held now. */
  get held(): HeldEntries {
    return this.entries;
  }

  get isEmpty(): boolean {
    return this.entries.size === 0;
  }

  /** How many invocations are held. */
  get invocations(): number {
    return sumOf(this.entries, "invocations");
  }

  /**
   * Returns everything held, oldest entry first, and empties the fold.
   *
   * @param cpuMs CPU time to divide among the records in proportion to their durations, an integer; by default none.
   */
  take(cpuMs?: number): FoldedReports[] {
    const totalMs = sumOf(this.entries, "durationMs");
    let untilMs = 0;
    let shared = 0;
    const taken = [...this.entries.values()].map((entry) => {
      const record = toRecord(entry);
      if (cpuMs === undefined || totalMs === 0) return record;
      untilMs += entry.durationMs;
      const share = Math.round((cpuMs * untilMs) / totalMs) - shared;
      shared += share;
      return { ...record, cpuMs: share };
    });
    this.entries = new Map();
    return taken;
  }

  /** Compares the time, too, because a retry of an asynchronous invocation keeps its request id. */
  private seen(requestId: string, time: string): boolean {
    if (this.recent.get(requestId) === time || this.older.get(requestId) === time) return true;
    if (this.recent.size >= REMEMBERED_REPORTS) {
      this.older = this.recent;
      this.recent = new Map();
    }
    this.recent.set(requestId, time);
    return false;
  }

  private begin(key: number, memorySizeMB: number, reportAtMs: number): Entry | undefined {
    if (this.entries.size >= MAX_ENTRIES) return undefined;
    const entry = {
      memorySizeMB,
      maxMemoryUsedMB: 0,
      invocations: 0,
      durationMs: 0,
      durationSquaredMs2: 0,
      billedDurationMs: 0,
      initDurationMs: 0,
      coldStarts: 0,
      errors: 0,
      timeouts: 0,
      outOfMemory: 0,
      firstReportAtMs: reportAtMs,
      lastReportAtMs: reportAtMs,
    };
    this.entries.set(key, entry);
    return entry;
  }
}

function isPositive(value: unknown): value is number {
  return typeof value === "number" && value > 0 && value < Infinity;
}

function sumOf(entries: HeldEntries, field: "invocations" | "durationMs"): number {
  let sum = 0;
  for (const entry of entries.values()) sum += entry[field];
  return sum;
}

function toRecord({
  durationMs,
  durationSquaredMs2,
  billedDurationMs,
  initDurationMs,
  coldStarts,
  firstReportAtMs,
  lastReportAtMs,
  ...rest
}: Entry): FoldedReports {
  const squared = Math.round(durationSquaredMs2);
  return {
    ...rest,
    durationMs: roundToHundredths(durationMs),
    ...(Number.isSafeInteger(squared) && { durationSquaredMs2: squared }),
    billedDurationMs: roundToHundredths(billedDurationMs),
    ...(coldStarts > 0 && { initDurationMs: Math.round(initDurationMs), coldStarts }),
    firstReportAt: new Date(firstReportAtMs).toISOString(),
    lastReportAt: new Date(lastReportAtMs).toISOString(),
  };
}

/** Lambda's own precision. Sums of binary fractions would have fifteen digits. */
function roundToHundredths(value: number): number {
  return Math.round(value * 100) / 100;
}
