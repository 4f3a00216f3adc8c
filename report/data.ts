/**
 * What a report's page shows, as the JSON that the page carries. The run writes it and the page reads it, so nothing here
 * may need Node or a browser. What repeats for every day or size is a list per column: a fleet of 1,000 functions
 * over a month of days stays a few megabytes.
 */

/** Sizes are in MB, money in US dollars, times ISO 8601 in UTC. */
export interface ReportData {
  /** What was run, such as the input's file name. */
  readonly title: string;
  /** A fleet that reacts, measurements played once, a walk through history with many policies, or a deployment. */
  readonly kind: "closed-loop" | "recording" | "back-test" | "deployed";
  /** Whether sizes were changed; false where they are what would have been. */
  readonly applied: boolean;
  /** Whether savings take into account that durations change with the size. */
  readonly durationsFollowSize: boolean;
  /** The days of every function's `days`, in order, `2026-01-31`; none where nothing is known by the day. */
  readonly days: readonly string[];
  /** The sizes at which every curve is given, from small to large. */
  readonly curveSizesMB: readonly number[];
  /** In the order in which they were observed; none where the run tells of policies alone. */
  readonly functions: readonly FunctionData[];
  readonly verdict?: Verdict;
  readonly policies?: readonly Policy[];
  readonly advice?: Advice;
  /** Sentences on what all this rests on. */
  readonly notes?: readonly string[];
}

/** What it comes to in a month of 730 hours. */
export interface Verdict {
  readonly savedPerMonth: number;
  readonly runningCostPerMonth: number;
  readonly netPerMonth: number;
  /** What durations are billed before anything is changed. */
  readonly gbSecondsPerMonth: number;
  /** The GB-seconds a month from which on a fleet like this one pays; null where nothing is saved. */
  readonly breakEvenGBSecondsPerMonth: number | null;
  /** The same in words, with what the prices are. */
  readonly sentences: readonly string[];
}

export interface FunctionData {
  readonly name: string;
  /** Account and region, where the fleet has several. */
  readonly home?: string;
  /** At the start, and what the run came to. */
  readonly fromMB: number;
  readonly toMB: number;
  /** In its region, on its architecture. */
  readonly dollarsPerGBSecond: number;
  /** A month; below zero where the function grows. */
  readonly savedDollars: number;
  readonly savedGBSeconds: number;
  /** What the size rests on; absent where nothing was recommended. */
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
  /** With which the day began. */
  readonly memorySizeMB: readonly number[];
  readonly invocations: readonly number[];
  readonly outOfMemory: readonly number[];
  /** Null where there was no invocation, as is the mean. At most the size, whatever was wanted. */
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
  /** The end of the window or bucket that it rests on. */
  readonly at: readonly string[];
  /** `window`, `memory-pressure` or `observation`. */
  readonly asked: readonly string[];
  /** The recommendation's figures; null where it rests on an observation. */
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
  /** `given`: the fleet's file says so. `predicted`: the duration model's, from what was measured or recorded. */
  readonly source: "given" | "predicted";
  readonly durationMs: readonly number[];
  /** The same at the function's size at the start, and at the one that the run came to. */
  readonly fromMs: number;
  readonly toMs: number;
  /** The least and the most that fits what was measured; only of a prediction, where they are known. */
  readonly leastMs?: readonly number[];
  readonly mostMs?: readonly number[];
  /** What was measured, by size, from small to large; none where all durations are predicted. */
  readonly measured: readonly MeasuredSize[];
}

export interface MeasuredSize {
  readonly memorySizeMB: number;
  readonly meanDurationMs: number;
  readonly invocations: number;
}

/** What a policy comes to over the history that was walked through. */
export interface Policy {
  readonly name: string;
  /** The stack config that makes it. */
  readonly settings: Readonly<Record<string, string | number | boolean>>;
  /** Days of functions, and invocations, that wanted more than the size. */
  readonly daysBeyond: number;
  readonly invocationsBeyond: number;
  /** Size less memory used. */
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
