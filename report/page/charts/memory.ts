/** The chart of a function's memory over time: each day's peak below the size. */
import type { ChangeData, DayColumns, FunctionData } from "../../data";
import { kindOf } from "../changes";
import type { Colors } from "../colors";
import { plainTable } from "../dom";
import { count, day as dayText, megabytes, milliseconds, number, reason } from "../format";
import { axis, chart, dayAxis, fromZero, STEPS, type Tip } from "./chart";
import { drawMarks, type Mark } from "./marks";

const DAY_SECONDS = 86_400;

export function memoryChart(
  fn: FunctionData,
  columns: DayColumns,
  days: readonly string[],
  signal: AbortSignal,
): HTMLElement {
  const starts = days.map((day) => Date.parse(day) / 1_000);
  const end = (starts.at(-1) ?? 0) + DAY_SECONDS;
  const changes = fn.changes.map((change) => ({ ...change, x: Date.parse(change.at) / 1_000 }));
  // A day begins with its size. A change in the middle of a day has a place of its own.
  const places = [...new Set([...starts, ...changes.map(({ x }) => x), end])].sort((a, b) => a - b);
  const dayAt = (x: number) => starts.findLastIndex((start) => start <= x);
  const sizeAt = (x: number) =>
    changes.findLast((change) => change.x <= x)?.to ?? columns.memorySizeMB[dayAt(x)] ?? fn.fromMB;
  // A day without an invocation used nothing.
  const usedAt = (x: number) => columns.peakUsedMB[dayAt(x)] ?? 0;

  const tip = (index: number): Tip | undefined => {
    const x = places[index];
    if (x === undefined) return undefined;
    const made = changes.filter((change) => change.x >= x && change.x < (places[index + 1] ?? Infinity));
    const d = dayAt(x);
    const wasMade = made.map(
      ({ from, to, reason: why }) => [reason(why), `${number(from)} → ${number(to)} MB`] as const,
    );
    if (x >= end) return made.length > 0 ? { title: dayText(iso(x)), values: wasMade } : undefined;
    return { title: dayText(iso(x)), values: [...dayValues(columns, d, sizeAt(x)), ...wasMade] };
  };

  return chart(
    {
      title: "Memory over time",
      summary: summaryOf(fn, columns, days),
      data: [places, places.map(usedAt), places.map(sizeAt)],
      options: (colors) => ({
        scales: {
          x: { time: true, range: () => [starts[0] ?? 0, end] },
          y: { range: fromZero },
        },
        axes: [dayAxis(colors), axis(colors, { label: "MB", size: 56 })],
        series: [
          {},
          {
            label: "used",
            stroke: colors.used,
            fill: colors.usedFill,
            width: 1,
            ...STEPS,
            points: { show: false },
          },
          { label: "size", stroke: colors.ink, width: 2, ...STEPS, points: { show: false } },
        ],
        hooks: {
          draw: [
            (plot) => {
              drawMarks(plot, marksOf(changes, columns, starts, colors), colors.surface);
            },
          ],
        },
      }),
      legend: [
        { label: "most used in a day", mark: "area" },
        { label: "memory size", mark: "line" },
        ...[...new Set(changes.map((change) => change.reason))].map((why) => ({
          label: reason(why),
          mark: kindOf(why).mark,
        })),
        ...(columns.outOfMemory.some((times) => times > 0)
          ? [{ label: "out of memory", mark: "cross" }]
          : []),
      ],
      tip,
      table: () =>
        plainTable(
          `${fn.name}, day by day`,
          ["day", "size", "most used", "invocations", "out of memory", "mean duration", "changes"],
          days.map((day, d) => [
            dayText(day),
            megabytes(columns.memorySizeMB[d]),
            megabytes(columns.peakUsedMB[d]),
            number(columns.invocations[d]),
            number(columns.outOfMemory[d]),
            milliseconds(columns.meanDurationMs[d]),
            changes
              .filter(({ at }) => at.startsWith(day))
              .map(({ from, to, reason: why }) => `${number(from)} → ${number(to)} MB, ${reason(why)}`)
              .join("; "),
          ]),
        ),
    },
    signal,
  );
}

function marksOf(
  changes: readonly (Pick<ChangeData, "to" | "reason"> & { readonly x: number })[],
  columns: DayColumns,
  starts: readonly number[],
  colors: Colors,
): Mark[] {
  const outOfMemory = starts.flatMap((start, d) =>
    (columns.outOfMemory[d] ?? 0) > 0
      ? [
          {
            x: start + DAY_SECONDS / 2,
            y: columns.peakUsedMB[d] ?? 0,
            shape: "cross" as const,
            color: colors.pressure,
          },
        ]
      : [],
  );
  const changed = changes.map(({ x, to: y, reason: why }) => {
    const { shape, color } = kindOf(why);
    return { x, y, shape, color: colors[color] };
  });
  return [...outOfMemory, ...changed];
}

function dayValues(columns: DayColumns, d: number, sizeMB: number): Tip["values"] {
  const outOfMemory = columns.outOfMemory[d] ?? 0;
  return [
    ["size", megabytes(sizeMB)],
    ["most used", `${megabytes(columns.peakUsedMB[d])}${outOfMemory > 0 ? ", and wanted more" : ""}`],
    ["invocations", number(columns.invocations[d])],
    ["out of memory", number(outOfMemory)],
    ["mean duration", milliseconds(columns.meanDurationMs[d])],
  ];
}

function summaryOf(fn: FunctionData, columns: DayColumns, days: readonly string[]): string {
  const used = columns.peakUsedMB.filter((peak) => peak !== null);
  const outOfMemory = columns.outOfMemory.reduce((sum, times) => sum + times, 0);
  const invocations = columns.invocations.reduce((sum, times) => sum + times, 0);
  const usedText =
    used.length === 0
      ? "It did not run."
      : `The most it used in a day was between ${number(Math.min(...used))} and ${megabytes(Math.max(...used))}.`;
  return `${count(days.length, "day")} from ${megabytes(fn.fromMB)} to ${megabytes(fn.toMB)}, with ${count(fn.changes.length, "change")}. ${usedText} ${number(outOfMemory)} of ${count(invocations, "invocation")} ran out of memory.`;
}

function iso(seconds: number): string {
  return new Date(seconds * 1_000).toISOString();
}
