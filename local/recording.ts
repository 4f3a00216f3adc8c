/**
 * A recording of a fleet's reports, divided into slices of event time. A slice ends with its bucket and with its UTC
 * day, so that no sandbox folds reports of two buckets or days.
 */
import { Fold } from "../layer/fold";
import { MS_PER_DAY } from "../runtime/duration";
import type { FoldMode } from "./arguments";
import { homeName, homeOf, type Home } from "./home";
import { toPlatformReport, type Report } from "./input/report";
import type { LogFormat } from "./report-log";

/** Beyond these limits a replay by layer processes would take minutes, so `auto` folds in-process. */
const MAX_LIVES = 1_000;
const MAX_REPORTS = 200_000;

/** A sandbox's life: the reports of one function version at one memory size in one slice. */
export interface Life {
  readonly functionName: string;
  readonly functionArn: string;
  readonly functionVersion: string;
  readonly memorySizeMB: number;
  /** The reports for a layer process or for the function's log; undefined if they are folded in-process. */
  reports: Report[] | undefined;
  /** The layer's sums of the reports, if they are folded in-process. */
  fold: Fold | undefined;
}

/** A span of time that lies in one bucket and one UTC day, and its lives. */
export interface Slice {
  readonly startMs: number;
  readonly lives: Life[];
}

/** What the whole recording says about one function. */
export interface Observed {
  readonly functionName: string;
  readonly functionArn: string;
  /** The size in its latest report. */
  memorySizeMB: number;
  lastReportMs: number;
  invocations: number;
  billedDurationMs: number;
}

export class Recording {
  /** By function ARN. */
  readonly observed = new Map<string, Observed>();
  firstReportMs = Infinity;
  lastReportMs = -Infinity;
  reports = 0;
  lives = 0;
  /** By the home's name, then by the slice's start. */
  private readonly slices = new Map<string, Map<number, Map<string, Life>>>();
  private readonly homesByName = new Map<string, { readonly home: Home; readonly functions: Observed[] }>();
  private inProcess: boolean;
  private format: LogFormat | undefined;

  /**
   * @param bucketMs the length of a bucket; buckets are aligned to the epoch.
   * @param mode whether to keep reports for layer processes, or to fold them as they come.
   */
  constructor(
    private readonly bucketMs: number,
    private readonly mode: FoldMode,
  ) {
    this.inProcess = mode === "in-process";
  }

  /** Whether the reports were folded in-process. */
  get foldedInProcess(): boolean {
    return this.inProcess;
  }

  /** The form of the functions' logs if they join by these; undefined if the layer folds their reports. */
  get logFormat(): LogFormat | undefined {
    return this.format;
  }

  /** Keeps the reports for the functions' logs rather than for the layer. Call it before adding any report. */
  joinByLogs(format: LogFormat): void {
    this.format = format;
    this.inProcess = false;
  }

  readonly add = (report: Report): void => {
    const life = this.lifeOf(report);
    if (life.fold) life.fold.add(toPlatformReport(report));
    else life.reports?.push(report);
    this.observe(report);
    this.reports++;
    if (this.format !== undefined) return;
    if (this.mode === "auto" && !this.inProcess && (this.lives > MAX_LIVES || this.reports > MAX_REPORTS))
      this.foldAll();
  };

  /** Every account and region with its functions, in the order in which they first appeared. */
  get homes(): { readonly home: Home; readonly functions: readonly Observed[] }[] {
    return [...this.homesByName.values()];
  }

  /** The lives of one home's functions, slice by slice in event-time order. */
  inOrder(home: Home): Slice[] {
    return [...(this.slices.get(homeName(home)) ?? [])]
      .sort(([a], [b]) => a - b)
      .map(([startMs, lives]) => ({ startMs, lives: [...lives.values()] }));
  }

  private lifeOf(report: Report): Life {
    const home = homeName(homeOf(report.functionArn));
    let slices = this.slices.get(home);
    if (!slices) this.slices.set(home, (slices = new Map<number, Map<string, Life>>()));
    const startMs = sliceStartMs(report.timeMs, this.bucketMs);
    let slice = slices.get(startMs);
    if (!slice) slices.set(startMs, (slice = new Map<string, Life>()));
    const { functionName, functionArn, functionVersion, memorySizeMB } = report;
    const key = `${functionArn} ${functionVersion} ${memorySizeMB}`;
    let life = slice.get(key);
    if (!life) {
      const fold = this.inProcess ? new Fold() : undefined;
      const reports = this.inProcess ? undefined : [];
      slice.set(key, (life = { functionName, functionArn, functionVersion, memorySizeMB, reports, fold }));
      this.lives++;
    }
    return life;
  }

  private observe({ functionName, functionArn, memorySizeMB, timeMs, billedDurationMs }: Report): void {
    this.firstReportMs = Math.min(this.firstReportMs, timeMs);
    this.lastReportMs = Math.max(this.lastReportMs, timeMs);
    const known = this.observed.get(functionArn);
    if (!known) {
      const first = {
        functionName,
        functionArn,
        memorySizeMB,
        lastReportMs: timeMs,
        invocations: 1,
        billedDurationMs,
      };
      this.observed.set(functionArn, first);
      const home = homeOf(functionArn);
      const known = this.homesByName.get(homeName(home));
      if (known) known.functions.push(first);
      else this.homesByName.set(homeName(home), { home, functions: [first] });
      return;
    }
    known.invocations++;
    known.billedDurationMs += billedDurationMs;
    if (timeMs > known.lastReportMs || (timeMs === known.lastReportMs && memorySizeMB > known.memorySizeMB)) {
      known.lastReportMs = timeMs;
      known.memorySizeMB = memorySizeMB;
    }
  }

  private foldAll(): void {
    this.inProcess = true;
    const slices = [...this.slices.values()].flatMap((slices) => [...slices.values()]);
    for (const life of slices.flatMap((slice) => [...slice.values()])) {
      const fold = new Fold();
      for (const report of life.reports ?? []) fold.add(toPlatformReport(report));
      life.fold = fold;
      life.reports = undefined;
    }
  }
}

/**
 * The start of the slice that a moment lies in, in epoch milliseconds.
 *
 * @param timeMs the moment, in epoch milliseconds.
 * @param bucketMs the length of a bucket; buckets are aligned to the epoch.
 */
export function sliceStartMs(timeMs: number, bucketMs: number): number {
  return Math.max(Math.floor(timeMs / bucketMs) * bucketMs, Math.floor(timeMs / MS_PER_DAY) * MS_PER_DAY);
}
