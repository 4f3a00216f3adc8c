/** What it comes to for the whole fleet, in a line of figures and a sentence. */
import type { ReportData, Verdict } from "../data";
import { h } from "./dom";
import { count, dollars, figure, number, percent } from "./format";
import { outOfMemoryOf } from "./functions";

const DAYS_PER_MONTH = 730 / 24;

interface Figure {
  readonly label: string;
  readonly value: string;
  readonly remark?: string;
}

export function verdictSection(data: ReportData): HTMLElement {
  const { title, days, functions, verdict } = data;
  const kinds: Record<ReportData["kind"], string> = {
    "closed-loop": "A fleet that reacts to every change",
    recording: "A recording, played once",
    "back-test": "A back-test",
  };
  const told = [
    kinds[data.kind],
    ...(functions.length > 0 ? [count(functions.length, "function")] : []),
    ...(days.length > 0
      ? [`${count(days.length, "day")} from ${days[0] ?? ""} to ${days.at(-1) ?? ""}`]
      : []),
    ...(data.applied ? [] : ["nothing was changed: sizes and savings are what would be"]),
  ];
  return h(
    "section",
    { "aria-labelledby": "title" },
    h("h1", { id: "title" }, h("bdi", {}, title)),
    h("p", { class: "muted" }, `${told.join("; ")}.`),
    h(
      "dl",
      { class: "figures" },
      ...figuresOf(data).map(({ label, value, remark }) =>
        h(
          "div",
          {},
          h("dt", {}, label),
          h("dd", {}, value),
          ...(remark === undefined ? [] : [h("dd", { class: "muted" }, remark)]),
        ),
      ),
    ),
    ...(verdict ? [h("p", {}, verdictSentence(verdict))] : []),
    h("p", { class: "muted" }, pricesSentence(data)),
  );
}

function figuresOf(data: ReportData): Figure[] {
  const { verdict, functions } = data;
  const saved = functions.reduce((sum, { savedDollars }) => sum + savedDollars, 0);
  const changed = functions.filter(({ fromMB, toMB }) => fromMB !== toMB).length;
  const outOfMemory = functions.reduce((sum, fn) => sum + (outOfMemoryOf(fn) ?? 0), 0);
  const invocations = functions.reduce(
    (sum, { days }) => sum + (days?.invocations ?? []).reduce((a, b) => a + b, 0),
    0,
  );
  return [
    ...(verdict
      ? verdictFigures(verdict, fleetGBSeconds(data))
      : functions.length > 0
        ? [{ label: "saved a month", value: dollars(saved) }]
        : []),
    ...(functions.length > 0
      ? [
          {
            label: data.applied ? "functions changed" : "functions to change",
            value: `${number(changed)} of ${number(functions.length)}`,
          },
        ]
      : []),
    ...(invocations > 0
      ? [
          {
            label: "out of memory",
            value: percent(outOfMemory / invocations),
            remark: `${number(outOfMemory)} of ${count(invocations, "invocation")}`,
          },
        ]
      : []),
  ];
}

function verdictFigures(verdict: Verdict, fleet: number | undefined): Figure[] {
  const { breakEvenGBSecondsPerMonth: breakEven } = verdict;
  return [
    { label: "saved a month", value: dollars(verdict.savedPerMonth) },
    { label: "cost of running it", value: dollars(verdict.runningCostPerMonth), remark: "a month" },
    { label: "net a month", value: dollars(verdict.netPerMonth) },
    {
      label: "pays from",
      value: isKnown(breakEven) ? `${figure(breakEven)} GB-s` : "no size on",
      remark: fleet === undefined ? "a month" : `a month; this fleet has ${figure(fleet)}`,
    },
  ];
}

function isKnown(value: number | null | undefined): value is number {
  return value !== undefined && value !== null && Number.isFinite(value);
}

/** What the fleet was billed for a month, as the days were; undefined where there are none. */
function fleetGBSeconds({ days, functions }: ReportData): number | undefined {
  if (days.length === 0) return undefined;
  const billed = functions.reduce(
    (sum, fn) => sum + (fn.days?.billedGBSeconds ?? []).reduce((a, b) => a + b, 0),
    0,
  );
  return (billed / days.length) * DAYS_PER_MONTH;
}

function verdictSentence(verdict: Verdict): string {
  const { savedPerMonth, runningCostPerMonth, netPerMonth, breakEvenGBSecondsPerMonth } = verdict;
  const pays = netPerMonth >= 0 ? "It pays" : "It does not pay for this fleet";
  const from = isKnown(breakEvenGBSecondsPerMonth)
    ? ` A fleet of this kind pays from ${figure(breakEvenGBSecondsPerMonth)} GB-seconds a month on.`
    : "";
  return `${pays}: it saves ${dollars(savedPerMonth)} a month and costs ${dollars(runningCostPerMonth)}.${from}`;
}

function pricesSentence({ durationsFollowSize, dollarsPerGBSecond }: ReportData): string {
  return `A month has 730 hours; a GB-second costs $${dollarsPerGBSecond}. Savings ${durationsFollowSize ? "take into account that durations change with the size" : "assume unchanged durations; a smaller function also has less CPU, and can take longer"}.`;
}
