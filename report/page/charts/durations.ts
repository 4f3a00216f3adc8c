/** The chart of an invocation's duration and cost by memory size. */
import type uPlot from "uplot";
import type { Curve, FunctionData, ReportData } from "../../data";
import type { Colors } from "../colors";
import { plainTable } from "../dom";
import { difference, dollars, megabytes, milliseconds, number } from "../format";
import { axis, chart, fromZero, type Tip } from "./chart";
import { pointsOf, type CurvePoint } from "./curve-points";
import { drawMarks } from "./marks";

export function durationsChart(
  fn: FunctionData,
  curve: Curve,
  { curveSizesMB, applied }: ReportData,
  signal: AbortSignal,
): HTMLElement {
  const cost = (sizeMB: number, durationMs: number) =>
    durationMs * 1_000 * (sizeMB / 1_024) * fn.dollarsPerGBSecond;
  const points = pointsOf(fn, curve, curveSizesMB, cost);
  const peakMB = Math.max(fn.basis?.peakMB ?? 0, ...(fn.days?.peakUsedMB ?? []).map((peak) => peak ?? 0));
  const column = (of: (point: CurvePoint) => number | undefined) => points.map((point) => of(point) ?? null);
  const given = curve.source === "given";
  const nowText = applied ? "size now" : "size that would be";

  return chart(
    {
      title: "Duration and cost by memory size",
      summary: summaryOf(fn, curve, points),
      data: [
        points.map(({ sizeMB }) => sizeMB),
        column(({ mostMs }) => mostMs),
        column(({ leastMs }) => leastMs),
        column(({ durationMs }) => durationMs),
        column((point) => point.cost),
      ],
      options: (colors) => ({
        scales: {
          x: { time: false, distr: LOGARITHMIC, log: 2, range: (_, min, max) => [min, max] },
          y: { range: fromZero },
          cost: { range: fromZero },
        },
        axes: [
          axis(colors, {
            label: "memory size, MB",
            size: 34,
            splits: (_, __, min, max) => TICKS_MB.filter((size) => size >= min && size <= max),
            values: sizeLabels,
            filter: (_, splits) => splits,
            space: 50,
          }),
          axis(colors, { label: "ms", size: 56, stroke: colors.accent }),
          axis(colors, {
            scale: "cost",
            side: RIGHT,
            label: "$ a million",
            size: 56,
            stroke: colors.cost,
            grid: { show: false },
          }),
        ],
        series: [
          {},
          { label: "most", stroke: "transparent", points: { show: false } },
          { label: "least", stroke: "transparent", points: { show: false } },
          { label: "duration", stroke: colors.accent, width: 2, points: { show: false } },
          {
            label: "cost",
            scale: "cost",
            stroke: colors.cost,
            width: 2,
            dash: [6, 4],
            points: { show: false },
          },
        ],
        hooks: {
          drawAxes: [
            (plot) => {
              shadeBelow(plot, peakMB, colors);
              drawSizes(plot, fn, colors);
              shadeRange(plot, points, colors);
            },
          ],
          draw: [
            (plot) => {
              drawMarks(
                plot,
                curve.measured.map(({ memorySizeMB: x, meanDurationMs: y }) => ({
                  x,
                  y,
                  shape: "ring",
                  color: colors.accent,
                })),
                colors.surface,
              );
            },
          ],
        },
      }),
      legend: [
        {
          label: given ? "duration, as the fleet’s file has it" : "duration, predicted",
          mark: "line accent",
        },
        ...(curve.leastMs === undefined ? [] : [{ label: "range that also fits", mark: "area accent" }]),
        ...(curve.measured.length === 0 ? [] : [{ label: "duration, measured", mark: "ring" }]),
        { label: given ? "cost of memory" : "cost of memory, predicted", mark: "line dashed" },
        ...(fn.fromMB === fn.toMB ? [] : [{ label: "size before", mark: "bar" }]),
        { label: nowText, mark: "bar strong" },
        ...(peakMB > 0 ? [{ label: "less than it used", mark: "area too-small" }] : []),
      ],
      tip: (index) => {
        const point = points[index];
        return point && tipOf(point, fn, nowText, given);
      },
      table: () =>
        plainTable(
          `${fn.name} by memory size`,
          ["memory size", given ? "duration" : "predicted duration", "measured", "$ per million"],
          points.map((point) => [
            megabytes(point.sizeMB),
            milliseconds(point.durationMs) + rangeText(point),
            milliseconds(point.measuredMs),
            dollars(point.cost),
          ]),
        ),
    },
    signal,
  );
}

/* eslint-disable @typescript-eslint/no-unsafe-enum-assignment -- uPlot's enums are declared and not there at run time. */
const LOGARITHMIC = 3 as uPlot.Scale.Distr;
const RIGHT = 1 as uPlot.Axis.Side;
/* eslint-enable @typescript-eslint/no-unsafe-enum-assignment */

/** Labels this far apart don't overlap. In pixels. */
const LABEL_WIDTH = 48;

/** As many labels as there is room for. */
function sizeLabels(plot: uPlot, sizesMB: readonly number[]): string[] {
  const room = plot.bbox.width / devicePixelRatio / sizesMB.length;
  const every = Math.ceil(LABEL_WIDTH / room);
  return sizesMB.map((size, n) => (n % every === 0 ? number(size) : ""));
}

const TICKS_MB = [128, 256, 512, 1_024, 2_048, 4_096, 8_192];

function tipOf(point: CurvePoint, fn: FunctionData, nowText: string, given: boolean): Tip {
  const { sizeMB, durationMs, measuredMs } = point;
  const is = sizeMB === fn.toMB ? `, the ${nowText}` : sizeMB === fn.fromMB ? ", the size before" : "";
  return {
    title: `${megabytes(sizeMB)}${is}`,
    values: [
      [given ? "duration" : "predicted", milliseconds(durationMs) + rangeText(point)],
      ...(measuredMs === undefined ? [] : [["measured", milliseconds(measuredMs)] as const]),
      ["per million", dollars(point.cost)],
    ],
  };
}

function rangeText({ leastMs, mostMs }: CurvePoint): string {
  if (leastMs === undefined || mostMs === undefined) return "";
  return ` (${milliseconds(leastMs)} to ${milliseconds(mostMs)})`;
}

function summaryOf(
  { fromMB, toMB }: FunctionData,
  { source, measured }: Curve,
  points: readonly CurvePoint[],
): string {
  const at = (sizeMB: number) => points.find((point) => point.sizeMB === sizeMB);
  const [before, after] = [at(fromMB), at(toMB)];
  if (!before || !after) return "";
  const known =
    source === "given"
      ? "As the fleet’s file has it"
      : measured.length === 0
        ? "As predicted from the recording"
        : `As predicted from what was measured at ${measured.map(({ memorySizeMB }) => number(memorySizeMB)).join(", ")} MB`;
  const against = fromMB === toMB ? "" : ` (${difference(before.durationMs, after.durationMs)})`;
  const takes = `an invocation takes ${milliseconds(after.durationMs)} at ${megabytes(toMB)}${against}`;
  const range =
    after.leastMs === undefined || after.mostMs === undefined || after.measuredMs !== undefined
      ? ""
      : `; anything from ${milliseconds(after.leastMs)} to ${milliseconds(after.mostMs)} would fit, too`;
  const cost = `A million cost ${dollars(after.cost)} of memory${fromMB === toMB ? "" : ` (${difference(before.cost, after.cost)} against ${megabytes(fromMB)})`}.`;
  return `${known}, ${takes}${range}. ${cost}`;
}

function shadeBelow(plot: uPlot, peakMB: number, colors: Colors): void {
  const { ctx, bbox } = plot;
  const right = Math.min(plot.valToPos(peakMB, "x", true), bbox.left + bbox.width);
  if (!(right > bbox.left)) return;
  ctx.save();
  ctx.fillStyle = colors.tooSmall;
  ctx.fillRect(bbox.left, bbox.top, right - bbox.left, bbox.height);
  ctx.restore();
}

function drawSizes(plot: uPlot, { fromMB, toMB }: FunctionData, colors: Colors): void {
  const { ctx, bbox } = plot;
  ctx.save();
  for (const [sizeMB, width, color] of [
    [fromMB, 1.5, colors.muted],
    [toMB, 3, colors.ink],
  ] as const) {
    const x = plot.valToPos(sizeMB, "x", true);
    ctx.strokeStyle = color;
    ctx.lineWidth = width * devicePixelRatio;
    ctx.beginPath();
    ctx.moveTo(x, bbox.top);
    ctx.lineTo(x, bbox.top + bbox.height);
    ctx.stroke();
  }
  ctx.restore();
}

/** Shades the area between the shortest and the longest duration that fit. */
function shadeRange(plot: uPlot, points: readonly CurvePoint[], colors: Colors): void {
  const edge = (of: (point: CurvePoint) => number | undefined) =>
    points.flatMap((point) => {
      const y = of(point);
      return y === undefined
        ? []
        : [[plot.valToPos(point.sizeMB, "x", true), plot.valToPos(y, "y", true)] as const];
    });
  const outline = [...edge(({ mostMs }) => mostMs), ...edge(({ leastMs }) => leastMs).reverse()];
  if (outline.length === 0) return;
  const { ctx } = plot;
  ctx.save();
  ctx.beginPath();
  for (const [x, y] of outline) ctx.lineTo(x, y);
  ctx.closePath();
  ctx.globalAlpha = 0.15;
  ctx.fillStyle = colors.accent;
  ctx.fill();
  ctx.restore();
}
