/** The chart of each policy's cost against another figure. Policies that no other beats are filled. */
import type uPlot from "uplot";
import type { Advice, Policy } from "../../data";
import type { Colors } from "../colors";
import { count, dollars, figure } from "../format";
import { plainTable } from "../dom";
import { axis, chart } from "./chart";
import { drawMarks, type Mark } from "./marks";

/** A policy's numeric figure. */
export interface Measure {
  readonly key: Exclude<keyof Policy, "name" | "settings" | "onFrontier">;
  readonly label: string;
}

export const MEASURES: readonly Measure[] = [
  { key: "daysBeyond", label: "days beyond the size" },
  { key: "invocationsBeyond", label: "invocations beyond the size" },
  { key: "meanSlackMB", label: "mean slack, MB" },
  { key: "meanSlowdown", label: "mean slowdown, ×" },
  { key: "worstSlowdown", label: "worst slowdown, ×" },
  { key: "costPerMonth", label: "$ a month" },
  { key: "changesPerFunctionAndMonth", label: "changes per function and month" },
];

export function policiesChart(
  all: readonly Policy[],
  measure: Measure,
  advice: Advice | undefined,
  signal: AbortSignal,
): HTMLElement {
  const policies = all.toSorted((a, b) => a[measure.key] - b[measure.key]);
  const cheapest = all.reduce<Policy | undefined>(
    (least, policy) => (least && least.costPerMonth <= policy.costPerMonth ? least : policy),
    undefined,
  );
  const beyond = all.filter(({ onFrontier }) => onFrontier).length;
  return chart(
    {
      title: `Cost against ${measure.label}`,
      summary: `${count(all.length, "policy").replace("policys", "policies")}, of which no other beats ${beyond}.${cheapest ? ` The cheapest is ${cheapest.name}, at ${dollars(cheapest.costPerMonth)} a month.` : ""}`,
      data: [policies.map((policy) => policy[measure.key]), policies.map((policy) => policy.costPerMonth)],
      options: (colors) => ({
        scales: {
          x: { time: false, range: (_, min, max) => padded(min, max) },
          y: { range: (_, min, max) => padded(min, max) },
        },
        axes: [
          axis(colors, { label: measure.label, size: 34 }),
          axis(colors, { label: "$ a month", size: 64 }),
        ],
        series: [{}, { label: "cost", stroke: "transparent", paths: () => null, points: { show: false } }],
        hooks: {
          draw: [
            (plot) => {
              drawMarks(plot, marksOf(policies, measure, advice, colors), colors.surface);
            },
          ],
        },
      }),
      legend: [
        { label: "beaten by another", mark: "ring muted" },
        { label: "beaten by none", mark: "dot accent" },
        ...(advice ? [{ label: "advised", mark: "back" }] : []),
      ],
      tip: (index) => {
        const policy = policies[index];
        return policy && { title: policy.name, values: figuresOf(policy) };
      },
      indexAt: (plot, left, top) => nearest(policies, (policy) => place(plot, policy, measure), left, top),
      placeOf: (plot, index) => {
        const policy = policies[index];
        return policy ? place(plot, policy, measure) : { left: 0, top: 0 };
      },
      table: () =>
        plainTable(
          "Policies",
          ["policy", ...MEASURES.map(({ label }) => label), "beaten by none"],
          policies.map((policy) => [
            policy.name,
            ...figuresOf(policy).map(([, value]) => value),
            policy.onFrontier ? "yes" : "no",
          ]),
        ),
    },
    signal,
  );
}

export function figuresOf(policy: Policy): (readonly [string, string])[] {
  return MEASURES.map(({ key, label }) => [label, valueText(key, policy[key])]);
}

export function valueText(key: Measure["key"], value: number): string {
  return key === "costPerMonth" ? dollars(value) : figure(value);
}

function marksOf(
  policies: readonly Policy[],
  { key }: Measure,
  advice: Advice | undefined,
  colors: Colors,
): Mark[] {
  const marks = policies.map((policy) => ({
    x: policy[key],
    y: policy.costPerMonth,
    ...(policy.name === advice?.policy
      ? { shape: "back" as const, color: colors.takenBack, order: 2 }
      : policy.onFrontier
        ? { shape: "dot" as const, color: colors.accent, order: 1 }
        : { shape: "ring" as const, color: colors.muted, order: 0 }),
  }));
  return marks.sort((a, b) => a.order - b.order);
}

interface Place {
  readonly left: number;
  readonly top: number;
}

function place(plot: uPlot, policy: Policy, { key }: Measure): Place {
  return { left: plot.valToPos(policy[key], "x"), top: plot.valToPos(policy.costPerMonth, "y") };
}

/** The pointer selects a policy within this many pixels. */
const REACH = 40;

function nearest(
  policies: readonly Policy[],
  placeOf: (policy: Policy) => Place,
  left: number,
  top: number,
): number | null {
  let best: number | null = null;
  let least = REACH;
  for (const [index, policy] of policies.entries()) {
    const at = placeOf(policy);
    const distance = Math.hypot(at.left - left, at.top - top);
    if (distance < least) [best, least] = [index, distance];
  }
  return best;
}

/** Leaves room around the outermost marks, and gives a range even if all values are equal. */
function padded(min: number, max: number): [number, number] {
  const room = (max - min || Math.abs(max) || 1) * 0.08;
  return [min - room, max + room];
}
