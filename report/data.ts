/**
 * The data that a report's page shows, as the JSON inside the page. The run writes it and the page reads it, so nothing
 * here may need Node or a browser. Values for every day or size are lists, one per column, so a fleet of 1,000
 * functions over a month stays at a few megabytes.
 */

/** Sizes are in MB, money in US dollars, times ISO 8601 in UTC. */
export interface ReportData {
  /** The run's name, such as the input's file name. */
  readonly title: string;
  /** A fleet that reacts, measurements played once, a walk through history with many policies, or a deployment. */
  readonly kind: "closed-loop" | "recording" | "back-test" | "deployed";
  /** Whether sizes were changed; false if they only would have been. */
  readonly applied: boolean;
  /** Whether savings take into account that durations change with the size. */
  readonly durationsFollowSize: boolean;
  /** The days of every function's `days`, in order, `2026-01-31`; none if nothing is known by the day. */
  readonly days: readonly string[];
  /** The sizes at which every curve is given, from small to large. */
  readonly curveSizesMB: readonly number[];
  /** In the order in which they were observed; none if the run only compares policies. */
  readonly functions: readonly FunctionData[];
  readonly verdict?: Verdict;
  readonly policies?: readonly Policy[];
  readonly advice?: Advice;
  /** Sentences about what the results are based on. */
  readonly notes?: readonly string[];
}

/** The result for a month of 730 hours. */
export interface Verdict {
  readonly savedPerMonth: number;
  readonly runningCostPerMonth: number;
  readonly netPerMonth: number;
  /** The billed durations before any change. */
  readonly gbSecondsPerMonth: number;
  /** The fewest GB-seconds a month with which a fleet like this one pays; null if nothing is saved. */
  readonly breakEvenGBSecondsPerMonth: number | null;
  /** The same in words, with the date of the prices. */
  readonly sentences: readonly string[];
}

export interface FunctionData {
  readonly name: string;
  /** Account and region, if the fleet has several. */
  readonly home?: string;
  /** The size at the start, and at the end of the run. */
  readonly fromMB: number;
  readonly toMB: number;
  /** The price in its region, for its architecture. */
  readonly dollarsPerGBSecond: number;
  /** Per month; negative if the function grows. */
  readonly savedDollars: number;
  readonly savedGBSeconds: number;
  /** What the size is based on; absent if nothing was recommended. */
  readonly basis?: Basis;
  /** Why the size is not the recommended one, if so. */
  readonly note?: string;
  readonly days?: DayColumns;
  readonly changes: readonly ChangeData[];
  readonly decisions: DecisionColumns;
  readonly curve?: Curve;
}

export interface Basis {
  readonly activeDays: number;
  readonly averageDailyPeakMB: number;
  readonly peakMB: number;
  readonly outOfMemory: number;
}

/** An entry for each of the report's days. */
export interface DayColumns {
  /** The size at the beginning of the day. */
  readonly memorySizeMB: readonly number[];
  readonly invocations: readonly number[];
  readonly outOfMemory: readonly number[];
  /** Null if there was no invocation, and so is the mean. At most the size, even if more was wanted. */
  readonly peakUsedMB: readonly (number | null)[];
  readonly meanDurationMs: readonly (number | null)[];
  readonly billedGBSeconds: readonly number[];
}

export interface ChangeData {
  readonly at: string;
  readonly from: number;
  readonly to: number;
  /** The updater's, as in docs/operations.md. */
  readonly reason: string;
}

/** An entry for each decision, in order. */
export interface DecisionColumns {
  /** The end of the window or bucket that it is based on. */
  readonly at: readonly string[];
  /** `window`, `memory-pressure` or `observation`. */
  readonly asked: readonly string[];
  /** The recommendation's figures; null if it is based on an observation. */
  readonly recommendedMB: readonly (number | null)[];
  readonly averageDailyPeakMB: readonly (number | null)[];
  readonly peakMB: readonly (number | null)[];
  readonly status: readonly string[];
  readonly from: readonly (number | null)[];
  readonly to: readonly (number | null)[];
  /** The updater's, as in docs/operations.md. */
  readonly reason: readonly string[];
}

/** How long an invocation takes at each of `curveSizesMB`, in milliseconds. */
export interface Curve {
  /** `given`: from the fleet's file. `predicted`: by the duration model, from measurements. */
  readonly source: "given" | "predicted";
  readonly durationMs: readonly number[];
  /** The same at the function's size at the start, and at its last size. */
  readonly fromMs: number;
  readonly toMs: number;
  /** The shortest and longest that fit the measurements; only for a prediction, if they are known. */
  readonly leastMs?: readonly number[];
  readonly mostMs?: readonly number[];
  /** Measurements by size, from small to large; none if all durations are predicted. */
  readonly measured: readonly MeasuredSize[];
}

export interface MeasuredSize {
  readonly memorySizeMB: number;
  readonly meanDurationMs: number;
  readonly invocations: number;
}

/** A policy's result over the history. */
export interface Policy {
  readonly name: string;
  /** The policy's stack config. */
  readonly settings: Readonly<Record<string, string | number | boolean>>;
  /** Function-days, and invocations, that wanted more than the size. */
  readonly daysBeyond: number;
  readonly invocationsBeyond: number;
  /** Size minus memory used. */
  readonly meanSlackMB: number;
  /** Duration ÷ duration at the first size: 1 is unchanged. */
  readonly meanSlowdown: number;
  readonly worstSlowdown: number;
  readonly costPerMonth: number;
  readonly changesPerFunctionAndMonth: number;
  /** Whether no other policy is at least as good in everything and better in something. */
  readonly onFrontier: boolean;
}

/** What a back-test advises. */
export interface Advice {
  /** The name of a policy. */
  readonly policy: string;
  readonly sentence: string;
  /** Lines to copy. */
  readonly stackConfig: string;
}
