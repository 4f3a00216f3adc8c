/** A run's result in money: the saving, the cost of running the optimizer, and when it pays. Pure. */
import { RUNNING_DOLLARS_PER_MONTH } from "../runtime/cost";
import { PRICES_OF } from "../runtime/pricing";
import { totalSaving, type Saving } from "./savings";

/** Dollars and GB-seconds are those of a month of 730 hours. */
export interface Verdict {
  readonly functions: number;
  /** The cost of the functions' durations before any change. */
  readonly costPerMonth: number;
  readonly gbSecondsPerMonth: number;
  readonly savedPerMonth: number;
  /** The cost of a deployment in each account and region. */
  readonly runningCostPerMonth: number;
  readonly netPerMonth: number;
  /** The least traffic, and the fewest functions like these, with which it pays; null if nothing is saved. */
  readonly breakEvenGBSecondsPerMonth: number | null;
  readonly breakEvenFunctions: number | null;
  /** The date of the prices. */
  readonly pricesOf: string;
}

/** @param deployments how many accounts and regions there are. */
export function verdictOf(
  functions: readonly { readonly cost: Saving; readonly saving: Saving }[],
  deployments = 1,
): Verdict {
  return verdictOfTotals({
    functions: functions.length,
    cost: totalSaving(functions.map((fn) => fn.cost)),
    saved: totalSaving(functions.map((fn) => fn.saving)).dollars,
    deployments,
  });
}

/** @param totals of all functions together, per month. */
export function verdictOfTotals(totals: {
  readonly functions: number;
  readonly cost: Saving;
  readonly saved: number;
  readonly deployments: number;
}): Verdict {
  const { functions, cost, saved, deployments } = totals;
  const running = RUNNING_DOLLARS_PER_MONTH * deployments;
  const timesLarger = saved > 0 ? running / saved : null;
  return {
    functions,
    costPerMonth: cents(cost.dollars),
    gbSecondsPerMonth: Math.round(cost.gbSeconds),
    savedPerMonth: cents(saved),
    runningCostPerMonth: cents(running),
    netPerMonth: cents(saved - running),
    breakEvenGBSecondsPerMonth: timesLarger === null ? null : Math.ceil(timesLarger * cost.gbSeconds),
    breakEvenFunctions: timesLarger === null ? null : Math.ceil(timesLarger * functions),
    pricesOf: PRICES_OF,
  };
}

/** The verdict in three lines, for a person. */
export function verdictLines(verdict: Verdict): string[] {
  const { functions, costPerMonth, savedPerMonth, runningCostPerMonth, netPerMonth } = verdict;
  const { gbSecondsPerMonth, breakEvenGBSecondsPerMonth, breakEvenFunctions, pricesOf } = verdict;
  const saves =
    savedPerMonth < 0
      ? `These sizes cost ${dollars(-savedPerMonth)} a month more than the ${dollars(costPerMonth)} that durations cost now`
      : `These sizes save ${dollars(savedPerMonth)} of the ${dollars(costPerMonth)} a month that durations cost now`;
  const comes = netPerMonth < 0 ? `a loss of ${dollars(-netPerMonth)}` : `a gain of ${dollars(netPerMonth)}`;
  return [
    `${saves}; running the optimizer costs ${dollars(runningCostPerMonth)}, which makes ${comes}.`,
    breakEvenGBSecondsPerMonth === null || breakEvenFunctions === null
      ? "Nothing is saved, so it would not pay for any number of functions like these."
      : `It pays from ${count(breakEvenGBSecondsPerMonth)} GB-seconds a month on (there are ${count(gbSecondsPerMonth)}), or from ${count(breakEvenFunctions)} functions like these (there are ${count(functions)}).`,
    `AWS's list prices of ${pricesOf}, a month of 730 hours; discounts and the free tier are left out.`,
  ];
}

function dollars(value: number): string {
  return `$${value.toLocaleString("en-US", { minimumFractionDigits: 2, maximumFractionDigits: 2 })}`;
}

function count(value: number): string {
  return value.toLocaleString("en-US");
}

function cents(value: number): number {
  const rounded = Math.round(value * 100) / 100;
  return rounded === 0 ? 0 : rounded;
}
