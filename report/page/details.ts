/**
 * One function's details: a dialog that a link such as `#f12` opens over the page, with buttons to the table's next
 * function.
 */
import type { FunctionData, ReportData } from "../data";
import { durationsChart } from "./charts/durations";
import { memoryChart } from "./charts/memory";
import { h, plainTable } from "./dom";
import { count, day, dollars, megabytes, number, reason } from "./format";
import { sizesText, type Numbered } from "./functions";

export function functionDetails(data: ReportData, ordered: () => readonly Numbered[]): HTMLDialogElement {
  const title = h("h2", { id: "function", tabindex: -1 });
  const content = h("div");
  const step = (text: string, by: number) => {
    const button = h("button", { type: "button" }, text);
    button.addEventListener("click", () => {
      const rows = ordered();
      const at = rows.findIndex(({ index }) => index === open);
      const next = rows[(at + by + rows.length) % rows.length];
      if (next) location.replace(`#f${next.index}`);
    });
    return button;
  };
  const close = h("button", { type: "button", class: "close", "aria-label": "Close" }, "×");
  const dialog = h(
    "dialog",
    { "aria-labelledby": "function" },
    h("header", {}, title, h("nav", {}, step("‹ Previous", -1), step("Next ›", 1), close)),
    content,
  );
  let open = -1;
  let charts = new AbortController();

  const show = () => {
    const index = Number(/^#f(\d+)$/.exec(location.hash)?.[1] ?? -1);
    const fn = data.functions[index];
    charts.abort();
    if (!fn) {
      dialog.close();
      return;
    }
    charts = new AbortController();
    open = index;
    title.replaceChildren(h("bdi", {}, fn.name));
    content.replaceChildren(...partsOf(fn, data, charts.signal));
    if (!dialog.open) dialog.showModal();
    dialog.scrollTop = 0;
    title.focus();
  };
  close.addEventListener("click", () => {
    dialog.close();
  });
  dialog.addEventListener("click", (event) => {
    // A click hits the dialog itself only outside its content, on the backdrop.
    if (event.target === dialog) dialog.close();
  });
  dialog.addEventListener("close", () => {
    charts.abort();
    content.replaceChildren();
    open = -1;
    if (location.hash !== "") history.replaceState(null, "", location.pathname + location.search);
  });
  addEventListener("hashchange", show);
  if (location.hash !== "") queueMicrotask(show);
  return dialog;
}

function partsOf(fn: FunctionData, data: ReportData, signal: AbortSignal): Node[] {
  const { basis, note } = fn;
  const facts: (readonly [string, string])[] = [
    ["memory size", sizesText(fn)],
    ["saved a month", `${dollars(fn.savedDollars)}, ${number(fn.savedGBSeconds)} GB-seconds`],
    ...(basis
      ? [
          [
            "based on",
            `${count(basis.activeDays, "active day")}, daily peaks of ${megabytes(basis.averageDailyPeakMB)} on average and ${megabytes(basis.peakMB)} at most${basis.outOfMemory > 0 ? ", which is a lower bound: it ran out of memory" : ""}`,
          ] as const,
        ]
      : data.kind === "back-test" || data.kind === "deployed"
        ? []
        : [["based on", "nothing: no size was recommended"] as const]),
    ...(note === undefined ? [] : [["remark", note] as const]),
    ...(fn.home === undefined ? [] : [["account and region", fn.home] as const]),
  ];
  return [
    h("dl", { class: "facts" }, ...facts.flatMap(([name, value]) => [h("dt", {}, name), h("dd", {}, value)])),
    ...(fn.days ? [memoryChart(fn, fn.days, data.days, signal)] : []),
    ...(fn.curve ? [durationsChart(fn, fn.curve, data, signal)] : []),
    ...decisionsPart(fn),
  ];
}

function decisionsPart({ name, decisions, days, changes }: FunctionData): Node[] {
  const parts: Node[] = [];
  // A change need not come from a recommendation.
  if (changes.length > 0 && (days || decisions.at.length === 0)) {
    parts.push(
      h("h3", {}, "Changes"),
      scrolled(
        plainTable(
          `Changes of ${name}`,
          ["at", "size", "why"],
          changes.map(({ at, from, to, reason: why }) => [
            day(at),
            `${number(from)} → ${megabytes(to)}`,
            reason(why),
          ]),
        ),
      ),
    );
  }
  if (decisions.at.length > 0) {
    parts.push(
      h("h3", {}, "Decisions"),
      scrolled(
        plainTable(
          `Decisions on ${name}`,
          ["window until", "asked by", "average daily peak", "peak", "recommended", "outcome"],
          decisions.at.map((at, n) => [
            day(at),
            reason(decisions.asked[n] ?? ""),
            megabytes(decisions.averageDailyPeakMB[n]),
            megabytes(decisions.peakMB[n]),
            megabytes(decisions.recommendedMB[n]),
            outcomeOf(decisions, n),
          ]),
        ),
      ),
    );
  }
  return parts;
}

/** A table that is wider than the page scrolls on its own. */
function scrolled(table: HTMLTableElement): HTMLElement {
  return h("div", { class: "scroll" }, table);
}

function outcomeOf({ status, from, to, reason: why }: FunctionData["decisions"], n: number): string {
  const told = why[n] ?? "";
  return status[n] === "applied"
    ? `${number(from[n])} → ${megabytes(to[n])}${told === "window" || told === "memory-pressure" ? "" : ` (${reason(told)})`}`
    : `${status[n] ?? ""}: ${told}`;
}
