/**
 * A chart with everything around it: a legend, a tip with the values under the pointer (or the arrow keys), a sentence
 * that says what it shows, and its figures as a table.
 */
import uPlot from "uplot";
import "uplot/dist/uPlot.min.css";
import { colors, onColorsChange, type Colors } from "../colors";
import { disclosure, h } from "../dom";
import { compact, dayOfMonth, figure } from "../format";

export interface LegendItem {
  readonly label: string;
  /** The CSS class of the mark before the label. */
  readonly mark: string;
}

/** The tip for one place in a chart: a title, and names with values. */
export interface Tip {
  readonly title: string;
  readonly values: readonly (readonly [name: string, value: string])[];
}

export interface ChartSpec {
  readonly title: string;
  /** The level of its heading; by default `h3`, for a chart inside a section with its own heading. */
  readonly heading?: "h2" | "h3";
  /** What the chart shows, in a sentence or two. */
  readonly summary: string;
  readonly data: uPlot.AlignedData;
  readonly options: (colors: Colors) => Pick<uPlot.Options, "series" | "axes" | "scales" | "hooks">;
  readonly legend: readonly LegendItem[];
  readonly tip: (index: number) => Tip | undefined;
  /** Returns the entry at a place of the plot, in CSS pixels; by default the nearest in x. */
  readonly indexAt?: (plot: uPlot, left: number, top: number) => number | null;
  /** Returns the place for an entry's tip, in CSS pixels of the plot; by default at its x. */
  readonly placeOf?: (plot: uPlot, index: number) => { left: number; top: number };
  readonly table: () => HTMLTableElement;
}

const HEIGHT = 260;

/** @param signal ends the chart, which then no longer follows its container's size and the colours. */
export function chart(spec: ChartSpec, signal: AbortSignal): HTMLElement {
  const tip = h("div", { class: "tip", hidden: true });
  const spokenTip = h("div", { class: "spoken", "aria-live": "polite" });
  const area = h("div", {
    class: "plot",
    tabindex: 0,
    role: "group",
    "aria-roledescription": "chart",
    "aria-label": `${spec.title}. ${spec.summary} The arrow keys go through its values.`,
  });
  const element = h(
    "figure",
    { class: "chart" },
    h(
      "figcaption",
      {},
      h(spec.heading ?? "h3", {}, spec.title),
      h("p", { class: "muted" }, spec.summary),
      h(
        "ul",
        { class: "legend" },
        ...spec.legend.map(({ label, mark }) =>
          h("li", {}, h("span", { class: `mark ${mark}`, "aria-hidden": "true" }), label),
        ),
      ),
    ),
    area,
    spokenTip,
    disclosure("As a table", spec.table),
  );

  let plot: uPlot | undefined;
  let shown = -1;
  const show = (index: number | null | undefined, left: number, top: number) => {
    const told = index === null || index === undefined ? undefined : spec.tip(index);
    tip.hidden = !told;
    if (!told || !plot) return;
    shown = index ?? shown;
    tip.replaceChildren(
      h("strong", {}, told.title),
      h("dl", {}, ...told.values.flatMap(([name, value]) => [h("dt", {}, name), h("dd", {}, value)])),
    );
    const { clientWidth: width } = plot.over;
    tip.classList.toggle("before", left > width / 2);
    tip.style.left = `${Math.min(Math.max(left, 0), width)}px`;
    tip.style.top = `${Math.max(0, top)}px`;
  };
  const draw = () => {
    plot?.destroy();
    const { series, axes, scales, hooks } = spec.options(colors());
    plot = new uPlot(
      {
        width: Math.max(200, area.clientWidth),
        height: HEIGHT,
        legend: { show: false },
        cursor: { drag: { x: false, y: false }, y: false, points: { show: false } },
        padding: [12, 16, 0, 0],
        series,
        ...(axes && { axes }),
        ...(scales && { scales }),
        hooks: {
          ...hooks,
          setCursor: [
            (plot) => {
              const { left = -1, top = -1, idx } = plot.cursor;
              if (left < 0) tip.hidden = true;
              else show(spec.indexAt ? spec.indexAt(plot, left, top) : idx, left, top);
            },
          ],
        },
      },
      spec.data,
      area,
    );
    plot.over.append(tip);
  };

  const goTo = (index: number) => {
    if (!plot) return;
    const x = spec.data[0][index];
    const { left, top } = spec.placeOf?.(plot, index) ?? { left: plot.valToPos(x ?? 0, "x"), top: 40 };
    if (!spec.indexAt) plot.setCursor({ left, top }, false);
    show(index, left, top);
    const told = spec.tip(index);
    spokenTip.textContent = told
      ? `${told.title}: ${told.values.map(([name, value]) => `${name} ${value}`).join(", ")}`
      : "";
  };
  const last = () => spec.data[0].findLastIndex((_, index) => spec.tip(index) !== undefined);
  area.addEventListener("keydown", (event) => {
    const to = { ArrowLeft: shown - 1, ArrowRight: shown + 1, Home: 0, End: last() }[event.key];
    if (to === undefined) {
      if (event.key === "Escape" && !tip.hidden) {
        tip.hidden = true;
        event.preventDefault();
        event.stopPropagation();
      }
      return;
    }
    event.preventDefault();
    goTo(Math.min(Math.max(to, 0), last()));
  });
  area.addEventListener("blur", () => (tip.hidden = true));

  const resized = new ResizeObserver(() => {
    const width = area.clientWidth;
    if (width === 0) return;
    if (!plot) draw();
    else if (plot.width !== width) plot.setSize({ width, height: HEIGHT });
  });
  resized.observe(area);
  onColorsChange(draw, signal);
  signal.addEventListener("abort", () => {
    resized.disconnect();
    plot?.destroy();
    plot = undefined;
  });
  return element;
}

/** An axis in the page's colours. */
export function axis({ muted, grid }: Colors, rest: uPlot.Axis): uPlot.Axis {
  return {
    stroke: muted,
    grid: { stroke: grid, width: 1 },
    ticks: { stroke: grid, width: 1, size: 4 },
    font: AXIS_FONT,
    labelFont: AXIS_FONT,
    labelSize: 20,
    values: (_, splits) => splits.map(splits.some((value) => value >= 10_000) ? compact : figure),
    ...rest,
  };
}

/** An axis of UTC days. */
export function dayAxis(colors: Colors): uPlot.Axis {
  return axis(colors, {
    space: 70,
    size: 32,
    // At most one label a day.
    incrs: [1, 2, 3, 4, 7, 14, 28, 56, 112].map((days) => days * 86_400),
    splits: (_, __, min, max, increment) => {
      const splits = [];
      for (let at = min; at < max; at += increment) splits.push(at);
      return splits;
    },
    values: (_, splits) => splits.map((seconds) => dayOfMonth(seconds)),
  });
}

/** From 0 to a little above the highest value. */
export function fromZero(_: uPlot, __: number | null, max: number | null): [number, number] {
  return [0, (max ?? 0) * 1.12 || 1];
}

const stepped = uPlot.paths.stepped?.({ align: 1 });
/** A series whose value holds until the next one. */
export const STEPS: Pick<uPlot.Series, "paths"> = stepped ? { paths: stepped } : {};

const AXIS_FONT = "12px system-ui, sans-serif";
