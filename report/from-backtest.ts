/**
 * Turns a back-test's result into its report's data: the policies, and the advised one's effect on each function. Pure.
 */
import type { Change, FleetDay } from "../local/fleet/day-book";
import { homeName, homeOf } from "../local/home";
import { priced } from "../local/savings";
import type { Verdict } from "../local/verdict";
import { MS_PER_DAY } from "../runtime/duration";
import { MS_PER_MONTH, type Architecture } from "../runtime/pricing";
import type { Advice, Policy, ReportData } from "./data";
import { reportData } from "./from-run";
import { groupBy } from "../local/collections";

/** A function whose history was walked through. */
export interface WalkedFunction {
  readonly functionName: string;
  readonly functionArn: string;
  readonly architecture: Architecture;
  /** The size that it starts with, in MB. */
  readonly memorySizeMB: number;
  readonly durationAt: (memorySizeMB: number) => { readonly durationMs: number };
}

export interface BackTest {
  /** Such as the input file's name. */
  readonly title: string;
  readonly functions: readonly WalkedFunction[];
  readonly policies: readonly Policy[];
  readonly advice: Advice;
  readonly verdict: Verdict;
  /** Every function's days at the size that it starts with, and with the advised policy. */
  readonly before: readonly FleetDay[];
  readonly days: readonly FleetDay[];
  /** The advised policy's changes. */
  readonly changes: readonly Change[];
  /** Whether durations are known at every size; otherwise they are predicted. */
  readonly durationsGiven: boolean;
  /** Sentences about what the result is based on. */
  readonly notes?: readonly string[];
}

export function backTestReport(backTest: BackTest): ReportData {
  const { functions: all, before, days, changes, notes = [], ...told } = backTest;
  // Days and changes contain only their function's name.
  const namesakes = groupBy(all, ({ functionName }) => functionName);
  const functions = all.filter(({ functionName }) => namesakes.get(functionName)?.length === 1);
  const leftOut = all.length - functions.length;
  const months = (new Set(before.map(({ day }) => day)).size * MS_PER_DAY) / MS_PER_MONTH;
  const billed = (own: readonly FleetDay[] = []) =>
    own.reduce((sum, { billedGBSeconds }) => sum + billedGBSeconds, 0) / Math.max(months, Number.EPSILON);
  const beforeOf = groupBy(before, ({ functionName }) => functionName);
  const daysOf = groupBy(days, ({ functionName }) => functionName);
  const changesOf = groupBy(changes, ({ functionName }) => functionName);
  const homes = new Set(functions.map(({ functionArn }) => homeName(homeOf(functionArn))));
  const byName = new Map(functions.map((fn) => [fn.functionName, fn]));
  return reportData({
    ...told,
    notes: [
      ...notes,
      ...(leftOut === 0
        ? []
        : [
            `${leftOut} functions share their name with one in another account or region, and are not shown one by one.`,
          ]),
    ],
    kind: "back-test",
    applied: false,
    durationsFollowSize: true,
    decisions: [],
    days,
    changes,
    durationMs: (functionName, memorySizeMB) =>
      byName.get(functionName)?.durationAt(memorySizeMB).durationMs ?? 0,
    architectureOf: (functionName) => byName.get(functionName)?.architecture ?? "x86_64",
    rows: functions.map(({ functionName, functionArn, architecture, memorySizeMB: fromMB }) => {
      const { region } = homeOf(functionArn);
      const monthly = (own: readonly FleetDay[] | undefined) => priced(billed(own), region, architecture);
      const [cost, after] = [monthly(beforeOf.get(functionName)), monthly(daysOf.get(functionName))];
      return {
        functionName,
        functionArn,
        ...(homes.size > 1 && { home: homeName(homeOf(functionArn)) }),
        fromMB,
        toMB: changesOf.get(functionName)?.at(-1)?.to ?? fromMB,
        basis: undefined,
        cost,
        saving: { gbSeconds: cost.gbSeconds - after.gbSeconds, dollars: cost.dollars - after.dollars },
      };
    }),
  });
}
