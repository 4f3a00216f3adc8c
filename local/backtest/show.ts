/** The back-test's output for a person. */
import { plainTable } from "../plain-table";
import { verdictLines, type Verdict } from "../verdict";
import type { Advice, PolicyResult } from "./advice";
import type { PeaksAtCap } from "./history";
import type { Walked } from "./walk";

export type AsItIs = Pick<
  Walked,
  "invocations" | "daysBeyond" | "invocationsBeyond" | "meanSlackMB" | "costPerMonth"
>;

export interface Outcome {
  readonly policies: readonly PolicyResult[];
  readonly advice: Advice;
  readonly verdict: Verdict;
  /** The result at the sizes that the functions have. */
  readonly asItIs: AsItIs;
  readonly peaksAtCap: PeaksAtCap;
}

const HEAD = [
  "policy",
  "days beyond",
  "invocations beyond",
  "slack MB",
  "slowdown",
  "at worst",
  "$/month",
  "changes",
];
export function outcomeText({ policies, advice, verdict, asItIs, peaksAtCap }: Outcome): string {
  const ordered = [...policies].sort((a, b) => a.costPerMonth - b.costPerMonth);
  const rows = [
    [
      "  as it is",
      count(asItIs.daysBeyond),
      count(asItIs.invocationsBeyond),
      count(Math.round(asItIs.meanSlackMB)),
      "1.00",
      "1.00",
      dollars(asItIs.costPerMonth),
      "0.00",
    ],
    ...ordered.map((policy) => [
      `${policy.onFrontier ? "*" : " "} ${policy.name}`,
      count(policy.daysBeyond),
      count(policy.invocationsBeyond),
      count(Math.round(policy.meanSlackMB)),
      policy.meanSlowdown.toFixed(2),
      policy.worstSlowdown.toFixed(2),
      dollars(policy.costPerMonth),
      policy.changesPerFunctionAndMonth.toFixed(2),
    ]),
  ];
  return [
    ...plainTable(HEAD, rows, "lrrrrrrr"),
    "",
    "* no other policy is better in invocations beyond their size, cost or mean slowdown without being worse in another.",
    "Changes are per function and month.",
    ...capLines(peaksAtCap),
    "",
    advice.sentence,
    "",
    advice.stackConfig,
    "",
    ...verdictLines(verdict),
  ].join("\n");
}

/** How many peaks are only a lower bound. */
export function capLines({ functionDays, ofFunctionDays, functions }: PeaksAtCap): string[] {
  if (functionDays === 0) return [];
  const part = ((100 * functionDays) / ofFunctionDays).toFixed(1);
  return [
    `${count(functionDays)} of ${count(ofFunctionDays)} function-days (${part}%, of ${count(functions)} function${functions === 1 ? "" : "s"}) have their peak at the cap of the size they had: they may have wanted more, so the days and invocations beyond their size are lower bounds.`,
  ];
}

function count(value: number): string {
  return value.toLocaleString("en-US");
}

function dollars(value: number): string {
  return value.toLocaleString("en-US", { minimumFractionDigits: 2, maximumFractionDigits: 2 });
}
