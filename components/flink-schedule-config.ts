/** Checks the config of a Flink application that runs on a schedule. */
import { DEFAULTS } from "../runtime/deployment";
import { cronExpression, gaps, parseRunSchedule } from "../runtime/run-schedule";
import { SettingError } from "../runtime/settings";
import type { FlinkConfig } from "./settings-args";

/** A stop takes a snapshot first, and AWS refuses a start until the stop is complete. */
const MINUTES_BETWEEN_RUNS = 10;
/** The streams' minimum retention. It must also exceed the longest gap by `SPARE_HOURS`, because a start may fail. */
const LEAST_RETENTION_HOURS = 48;
const SPARE_HOURS = 24;

export interface Runs {
  readonly runMinutes: number;
  /** Cron expressions of EventBridge Scheduler. */
  readonly startExpression: string;
  readonly stopExpression: string;
  /** The shortest and the longest time from one start to the next, in minutes. */
  readonly shortestGap: number;
  readonly longestGap: number;
}

/**
 * When the application runs; undefined if it always runs.
 *
 * @throws SettingError for values that contradict each other.
 */
export function runsOf(args: FlinkConfig): Runs | undefined {
  const { schedule: text = DEFAULTS.flinkSchedule, runMinutes = DEFAULTS.flinkRunMinutes } = args;
  const schedule = parseRunSchedule(text);
  if (schedule === undefined) return undefined;
  if (!(args.snapshots ?? DEFAULTS.flinkSnapshots)) {
    throw new SettingError(
      `flink.snapshots is false; it must be true if flink.schedule is ${text}, or each run would forget the previous one.`,
    );
  }
  if (args.restoreFrom === "nothing") {
    throw new SettingError(
      `flink.restoreFrom is nothing; it must be snapshot if flink.schedule is ${text}, or each run would forget the previous one.`,
    );
  }
  const { shortest, longest } = gaps(schedule);
  if (runMinutes > shortest - MINUTES_BETWEEN_RUNS) {
    throw new SettingError(
      `flink.runMinutes is ${runMinutes}; it must be at most ${shortest - MINUTES_BETWEEN_RUNS}, since flink.schedule starts a run ${shortest} minutes after another.`,
    );
  }
  const [startExpression, stopExpression] = [cronExpression(schedule), cronExpression(schedule, runMinutes)];
  if (startExpression === undefined || stopExpression === undefined) {
    throw new SettingError(
      `flink.schedule is ${text} and flink.runMinutes is ${runMinutes}; all runs of a day must end on that day, or all on the next.`,
    );
  }
  return {
    runMinutes,
    startExpression,
    stopExpression,
    shortestGap: shortest,
    longestGap: longest,
  };
}

/** How long the streams that the application reads must keep a record, in hours. */
export function neededRetentionHours({ longestGap }: Runs): number {
  return Math.max(LEAST_RETENTION_HOURS, Math.ceil(longestGap / 60) + SPARE_HOURS);
}

/**
 * @param told the beginning of the error sentence, which says how long records are kept.
 * @throws SettingError for a retention that is too short.
 */
export function checkRetention(told: string, hours: number, runs: Runs): void {
  const needed = neededRetentionHours(runs);
  if (hours < needed)
    throw new SettingError(`${told}; it must be at least ${needed} with this flink.schedule.`);
}
