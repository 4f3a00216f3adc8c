/** The result for the whole fleet: a line of figures and a sentence. */
import type { ReportData, Verdict } from "../data";
import { h } from "./dom";
import { compact, count, dollars, number, percent } from "./format";
import { outOfMemoryOf } from "./functions";

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
    deployed: "A deployed fleet",
  };
  const told = [
    kinds[data.kind],
    ...(functions.length > 0 ? [count(functions.length, "function")] : []),
    ...(days.length > 0
      ? [`${count(days.length, "day")} from ${days[0] ?? ""} to ${days.at(-1) ?? ""}`]
      : []),
    ...(data.applied ? [] : ["nothing was changed: sizes and savings show what would change"]),
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
    ...(verdict?.sentences ?? []).map((sentence) => h("p", {}, sentence)),
    ...(data.notes ?? []).map((note) => h("p", {}, note)),
    h("p", { class: "muted" }, durationsSentence(data)),
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
      ? verdictFigures(verdict)
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

function verdictFigures(verdict: Verdict): Figure[] {
  const { breakEvenGBSecondsPerMonth: breakEven, gbSecondsPerMonth } = verdict;
  return [
    { label: "saved a month", value: dollars(verdict.savedPerMonth) },
    { label: "cost of running it", value: dollars(verdict.runningCostPerMonth), remark: "a month" },
    { label: "net a month", value: dollars(verdict.netPerMonth) },
    {
      label: "pays from",
      value: breakEven === null ? "no size on" : `${compact(breakEven)} GB-s`,
      remark: `a month; this fleet has ${compact(gbSecondsPerMonth)}`,
    },
  ];
}

function durationsSentence({ durationsFollowSize }: ReportData): string {
  return durationsFollowSize
    ? "Savings take into account that durations change with the size."
    : "Savings assume unchanged durations; a smaller function also has less CPU, and can take longer.";
}
