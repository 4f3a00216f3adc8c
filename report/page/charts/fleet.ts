/** The chart of the whole fleet's bill by day. */
import type { FunctionData, ReportData } from "../../data";
import { plainTable } from "../dom";
import { count, day as dayText, difference, figure, number } from "../format";
import { axis, chart, dayAxis, fromZero, STEPS } from "./chart";
import { drawMarks } from "./marks";

const DAY_SECONDS = 86_400;

export function fleetChart({ functions, days }: ReportData, signal: AbortSignal): HTMLElement {
  const sumOf = (of: (fn: FunctionData, d: number) => number) =>
    days.map((_, d) => functions.reduce((sum, fn) => sum + of(fn, d), 0));
  const billed = sumOf(({ days: own }, d) => own?.billedGBSeconds[d] ?? 0);
  const invocations = sumOf(({ days: own }, d) => own?.invocations[d] ?? 0);
  const outOfMemory = sumOf(({ days: own }, d) => own?.outOfMemory[d] ?? 0);
  const dayOf = new Map(days.map((day, d) => [day, d]));
  const changes = days.map(() => 0);
  for (const { at } of functions.flatMap((fn) => fn.changes)) {
    const d = dayOf.get(at.slice(0, 10));
    if (d !== undefined) changes[d] = (changes[d] ?? 0) + 1;
  }
  const starts = days.map((day) => Date.parse(day) / 1_000);
  const end = (starts.at(-1) ?? 0) + DAY_SECONDS;
  const [first = 0, last = 0] = [billed[0], billed.at(-1)];
  return chart(
    {
      heading: "h2",
      title: "What the fleet is billed for each day",
      summary: `${figure(first)} GB-seconds on the first day, ${figure(last)} on the last (${difference(first, last)}); traffic differs from day to day, too.`,
      data: [
        [...starts, end],
        [...billed, last],
      ],
      options: (colors) => ({
        scales: {
          x: { time: true, range: () => [starts[0] ?? 0, end] },
          y: { range: fromZero },
        },
        axes: [dayAxis(colors), axis(colors, { label: "GB-seconds", size: 64 })],
        series: [
          {},
          {
            label: "billed",
            stroke: colors.used,
            fill: colors.usedFill,
            width: 1,
            points: { show: false },
            ...STEPS,
          },
        ],
        hooks: {
          draw: [
            (plot) => {
              const marks = starts.flatMap((start, d) =>
                (outOfMemory[d] ?? 0) > 0
                  ? [
                      {
                        x: start + DAY_SECONDS / 2,
                        y: billed[d] ?? 0,
                        shape: "cross" as const,
                        color: colors.pressure,
                      },
                    ]
                  : [],
              );
              drawMarks(plot, marks, colors.surface);
            },
          ],
        },
      }),
      legend: [
        { label: "GB-seconds billed", mark: "area" },
        ...(outOfMemory.some((times) => times > 0)
          ? [{ label: "a day on which something ran out of memory", mark: "cross" }]
          : []),
      ],
      tip: (d) =>
        days[d] === undefined
          ? undefined
          : {
              title: dayText(days[d]),
              values: [
                ["billed", `${figure(billed[d])} GB-s`],
                ["invocations", number(invocations[d])],
                ["out of memory", number(outOfMemory[d])],
                ["changes", number(changes[d])],
              ],
            },
      table: () =>
        plainTable(
          "The fleet, day by day",
          ["day", "GB-seconds billed", "invocations", "out of memory", "changes"],
          days.map((day, d) => [
            dayText(day),
            figure(billed[d]),
            number(invocations[d]),
            number(outOfMemory[d]),
            count(changes[d] ?? 0, "change"),
          ]),
        ),
    },
    signal,
  );
}
