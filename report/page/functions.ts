/** The fleet's functions: a table to sort and search. Each name links to the function's own charts. */
import type { FunctionData, ReportData } from "../data";
import { isTakenBack } from "./changes";
import { h } from "./dom";
import { count, dollars, megabytes, number } from "./format";
import { sortableTable, type Column } from "./table";

/** A function with its place in the data, which links use. */
export interface Numbered {
  readonly fn: FunctionData;
  readonly index: number;
}

interface Filter {
  readonly label: string;
  readonly takes: (fn: FunctionData) => boolean;
}

export interface FunctionsSection {
  readonly element: HTMLElement;
  /** The functions as currently sorted and filtered. */
  readonly ordered: () => readonly Numbered[];
}

export function functionsSection({ functions, applied, kind }: ReportData): FunctionsSection {
  const numbered = functions.map((fn, index) => ({ fn, index }));
  const columns = columnsOf(functions, applied);
  const [, , , saved] = columns;
  const table = sortableTable<Numbered>({
    caption: "Functions, their memory sizes and what they save; each column's button sorts by it",
    columns,
    sortedBy: saved ?? columns[0],
    name: ({ fn }) => `${fn.name} ${fn.home ?? ""}`,
  });
  const filters = filtersOf(functions);
  const search = h("input", { type: "search", id: "search", autocomplete: "off", spellcheck: "false" });
  const filter = h(
    "select",
    { id: "filter" },
    ...filters.map(({ label }, n) => h("option", { value: n }, label)),
  );
  const status = h("p", { class: "muted", role: "status" });
  const update = () => {
    const wanted = search.value.trim().toLowerCase();
    const { takes } = filters[Number(filter.value)] ?? ALL;
    const rows = numbered.filter(
      ({ fn }) => `${fn.name} ${fn.home ?? ""}`.toLowerCase().includes(wanted) && takes(fn),
    );
    table.show(rows);
    status.textContent =
      rows.length === functions.length
        ? count(rows.length, "function")
        : `${number(rows.length)} of ${count(functions.length, "function")}`;
  };
  search.addEventListener("input", update);
  filter.addEventListener("change", update);
  update();
  return {
    element: h(
      "section",
      { "aria-labelledby": "functions" },
      h("h2", { id: "functions" }, "Functions"),
      h(
        "div",
        { class: "controls", role: "search" },
        h("label", { for: "search" }, "Search ", search),
        h("label", { for: "filter" }, "Show ", filter),
        status,
      ),
      kind === "recording"
        ? h(
            "p",
            { class: "muted" },
            "A recording doesn’t react to a change of memory, so each function goes to every size at once.",
          )
        : undefined,
      table.element,
    ),
    ordered: table.ordered,
  };
}

function columnsOf(
  functions: readonly FunctionData[],
  applied: boolean,
): [Column<Numbered>, ...Column<Numbered>[]] {
  const several = functions.some(({ home }) => home !== undefined);
  const numeric = (
    label: string,
    value: (fn: FunctionData) => number | undefined,
    text: (value: number) => string = number,
    className = "number",
  ): Column<Numbered> => ({
    label,
    value: ({ fn }) => value(fn),
    cell: ({ fn }) => {
      const known = value(fn);
      return known === undefined ? "–" : text(known);
    },
    class: className,
  });
  return [
    {
      label: "Function",
      value: ({ fn }) => fn.name,
      cell: ({ fn, index }) => h("a", { href: `#f${index}` }, h("bdi", {}, fn.name)),
      class: "name",
    },
    numeric("Was, MB", ({ fromMB }) => fromMB),
    {
      label: applied ? "Now, MB" : "Would be, MB",
      value: ({ fn }) => fn.toMB,
      cell: ({ fn: { fromMB, toMB } }) =>
        h("span", { class: toMB < fromMB ? "less" : toMB > fromMB ? "grown" : "" }, number(toMB)),
      class: "number",
    },
    numeric("$ saved a month", ({ savedDollars }) => savedDollars, dollars),
    numeric("GB-s saved a month", ({ savedGBSeconds }) => savedGBSeconds, number, "number wide"),
    numeric("Peak, MB", peakOf, number, "number wide"),
    numeric("Out of memory", outOfMemoryOf, number, "number wide"),
    numeric("Changes", ({ changes }) => changes.length, number, "number wide"),
    {
      label: "Remarks",
      value: ({ fn }) => remarksOf(fn) || undefined,
      cell: ({ fn }) => remarksOf(fn),
      class: "wide remarks",
    },
    ...(several
      ? [
          {
            label: "Account and region",
            value: ({ fn }: Numbered) => fn.home,
            cell: ({ fn }: Numbered) => h("bdi", {}, fn.home ?? ""),
            class: "wide",
          },
        ]
      : []),
  ];
}

const ALL: Filter = { label: "all functions", takes: () => true };

/** Only filters that match some functions, but not all. */
function filtersOf(functions: readonly FunctionData[]): Filter[] {
  const filters: Filter[] = [
    { label: "those that shrink", takes: ({ fromMB, toMB }) => toMB < fromMB },
    { label: "those that grow", takes: ({ fromMB, toMB }) => toMB > fromMB },
    { label: "those that stay as they are", takes: ({ fromMB, toMB }) => toMB === fromMB },
    { label: "those that ran out of memory", takes: (fn) => (outOfMemoryOf(fn) ?? 0) > 0 },
    { label: "those with a change taken back", takes: ({ changes }) => changes.some(isTakenBack) },
  ];
  return [
    ALL,
    ...filters.filter(({ takes }) => {
      const taken = functions.filter(takes).length;
      return taken > 0 && taken < functions.length;
    }),
  ];
}

function peakOf({ days, basis }: FunctionData): number | undefined {
  const peaks = (days?.peakUsedMB ?? []).filter((peak) => peak !== null);
  return peaks.length > 0 ? Math.max(...peaks) : basis?.peakMB;
}

export function outOfMemoryOf({ days, basis }: FunctionData): number | undefined {
  return days ? days.outOfMemory.reduce((sum, times) => sum + times, 0) : basis?.outOfMemory;
}

function remarksOf(fn: FunctionData): string {
  const raised = fn.changes.filter(({ reason }) => reason === "memory-pressure").length;
  const takenBack = fn.changes.filter(isTakenBack).length;
  return [
    ...(raised > 0 ? [`raised under pressure${raised > 1 ? ` ${raised} times` : ""}`] : []),
    ...(takenBack > 0 ? [`taken back${takenBack > 1 ? ` ${takenBack} times` : ""}`] : []),
    ...(fn.note === undefined ? [] : [fn.note]),
  ].join("; ");
}

export function sizesText({ fromMB, toMB }: FunctionData): string {
  return fromMB === toMB ? megabytes(toMB) : `${number(fromMB)} → ${megabytes(toMB)}`;
}
