/** The policies of a back-test: their results, and which ones no other beats. */
import type { Advice, Policy, ReportData } from "../data";
import { MEASURES, policiesChart, valueText, type Measure } from "./charts/policies";
import { h } from "./dom";
import { sortableTable, type Column } from "./table";

export function policiesSection(
  policies: readonly Policy[],
  { advice }: ReportData,
  signal: AbortSignal,
): HTMLElement {
  const table = sortableTable<Policy>({
    caption: "Policies and their results; each column's button sorts by it",
    columns: columnsOf(advice),
    sortedBy: COST,
    name: ({ name }) => name,
  });
  table.show(policies);
  const axes = MEASURES.filter(({ key }) => key !== "costPerMonth");
  const select = h(
    "select",
    { id: "measure" },
    ...axes.map(({ label }, n) => h("option", { value: n }, label)),
  );
  const place = h("div");
  let drawn = new AbortController();
  signal.addEventListener("abort", () => {
    drawn.abort();
  });
  const draw = () => {
    drawn.abort();
    drawn = new AbortController();
    const measure = axes[Number(select.value)];
    if (measure) place.replaceChildren(policiesChart(policies, measure, advice, drawn.signal));
  };
  select.addEventListener("change", draw);
  draw();
  return h(
    "section",
    { "aria-labelledby": "policies" },
    h("h2", { id: "policies" }, "Policies"),
    ...(advice
      ? [
          h("p", {}, advice.sentence),
          h(
            "pre",
            { class: "config", tabindex: 0, "aria-label": "The stack config to copy" },
            advice.stackConfig,
          ),
        ]
      : []),
    h("div", { class: "controls" }, h("label", { for: "measure" }, "Cost against ", select)),
    place,
    table.element,
  );
}

const column = ({ key, label }: Measure): Column<Policy> => ({
  label,
  value: (policy) => policy[key],
  cell: (policy) => valueText(key, policy[key]),
  class: key === "costPerMonth" || key === "daysBeyond" ? "number" : "number wide",
});

const COST = column({ key: "costPerMonth", label: "$ a month" });
const columnsOf = (advice: Advice | undefined): [Column<Policy>, ...Column<Policy>[]] => [
  {
    label: "Policy",
    value: ({ name }) => name,
    cell: ({ name }) =>
      h("span", {}, h("bdi", {}, name), name === advice?.policy ? h("strong", {}, " (advised)") : undefined),
    class: "name",
  },
  {
    label: "Beaten by none",
    value: ({ onFrontier }) => (onFrontier ? "yes" : undefined),
    cell: ({ onFrontier }) => (onFrontier ? "yes" : "–"),
  },
  ...MEASURES.map((measure) => (measure.key === "costPerMonth" ? COST : column(measure))),
];
