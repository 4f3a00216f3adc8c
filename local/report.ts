/** The one-machine run's results: a table for a person, a document for a program. */
import { styleText } from "node:util";
import type { Recommendation } from "../runtime/contract";
import type { InputSummary } from "./input/tally";
import { updateOf, type Update } from "./decision";
import { plainTable } from "./plain-table";
import { totalSaving, type Saving } from "./savings";

/** One function's line; sizes in MB. */
export interface ReportRow {
  readonly functionName: string;
  /** Its account and region, if the fleet has several. */
  readonly home?: string | undefined;
  /** How it joins, and its runtime; absent if all carry the layer. */
  readonly joinsBy?: string | undefined;
  /** The size that it started with. */
  readonly fromMB: number;
  /** The size that the decision of this row led to, or would have led to. */
  readonly toMB: number;
  /** What that decision is based on; absent if nothing has been recommended. */
  readonly basis:
    Pick<Recommendation, "activeDays" | "averageDailyPeakMB" | "peakMB" | "outOfMemory"> | undefined;
  /** Its monthly cost at the size that it started with, and what its size saves of that. */
  readonly cost: Saving;
  readonly saving: Saving;
  /** Why the size is not the recommended one, if so. */
  readonly note?: string | undefined;
}

export interface ReportOptions {
  /** Whether to use colour, see `wantsColor`. */
  readonly color: boolean;
  /** Whether nothing was changed, and the table shows what would have been; false by default. */
  readonly recommendOnly?: boolean;
  /** Whether savings take into account how durations change with the size; false by default. */
  readonly durationsFollowSize?: boolean;
}

const MAX_NAME_CHARACTERS = 36;
const HEAD = ["function", "memory MB", "days", "avg daily peak", "peak", "GB-s/month", "$/month"];

/** Whether a stream gets colour: only a terminal does, unless NO_COLOR is set (no-color.org). */
export function wantsColor(stream: { isTTY?: boolean }, env: NodeJS.ProcessEnv): boolean {
  return stream.isTTY === true && (env.NO_COLOR ?? "") === "";
}

/** The table, the functions that save most first, and its totals. */
export function fleetTable(rows: readonly ReportRow[], options: ReportOptions): string {
  const paint = painter(options);
  const byLogs = rows.some(({ joinsBy }) => joinsBy !== undefined);
  const severalHomes = rows.some(({ home }) => home !== undefined);
  const total = totalSaving(rows.map(({ saving }) => saving));
  const ordered = [...rows].sort(
    (a, b) => b.saving.dollars - a.saving.dollars || (a.functionName < b.functionName ? -1 : 1),
  );
  const head = [
    ...HEAD,
    ...(byLogs ? ["joins by"] : []),
    ...(severalHomes ? ["account and region"] : []),
  ].map((title) => paint("bold", title));
  const cells = [
    ...ordered.map(({ functionName, joinsBy = "layer", home, fromMB, toMB, basis, saving }) => [
      middleCut(functionName, MAX_NAME_CHARACTERS),
      fromMB === toMB ? `${fromMB}` : paint(toMB < fromMB ? "green" : "yellow", `${fromMB} → ${toMB}`),
      basis ? `${basis.activeDays}` : "–",
      basis ? `${Math.round(basis.averageDailyPeakMB)}` : "–",
      basis ? `${basis.peakMB}${basis.outOfMemory > 0 ? "*" : ""}` : "–",
      ...savingCells(saving),
      ...(byLogs ? [joinsBy] : []),
      ...(home === undefined ? [] : [home]),
    ]),
    [`${rows.length} function${rows.length === 1 ? "" : "s"}`, "", "", "", "", ...savingCells(total)].map(
      (cell) => paint("bold", cell),
    ),
  ];
  const notes = [
    ...(options.recommendOnly
      ? ["updateMode is recommend: nothing was changed; sizes and savings show what would change."]
      : []),
    `Savings are for a month of 730 hours${options.durationsFollowSize ? "" : " and unchanged durations"};`,
    "below zero, a function needs more memory than it has.",
    ...(rows.some(({ basis }) => (basis?.outOfMemory ?? 0) > 0)
      ? ["* ran out of memory: its peak is only a lower bound."]
      : []),
    ...ordered.flatMap(({ functionName, note }) => (note === undefined ? [] : [`${functionName}: ${note}`])),
  ];
  const lines = plainTable(head, cells, "llrrrrrll");
  return [...lines, "", ...notes.map((note) => paint("dim", note))].join("\n");
}

/** What happened to the input's rows, with a line for each reason. */
export function inputLines({ read, used, rejected, ignored, reasons }: InputSummary): string {
  const others = ignored > 0 ? `; ${grouped(ignored)} other lines or events are not reports` : "";
  return [
    `${grouped(read)} reports read, ${grouped(used)} used, ${grouped(rejected)} rejected${others}`,
    ...reasons.map(
      ({ reason, count, firstLine }) =>
        `  ${grouped(count)} rejected${count === 1 ? " at" : ", the first at"} line ${firstLine}: ${reason}`,
    ),
  ].join("\n");
}

/** What `--json` writes. */
export function jsonDocument(
  recommendations: readonly Recommendation[],
  updates: readonly Update[],
  input: InputSummary,
) {
  return {
    recommendations,
    updates: updatesOf(updates),
    input,
  };
}

/** The fields of each update in `--json`. */
export function updatesOf(updates: readonly Update[]): Update[] {
  return updates.map(updateOf);
}

function savingCells({ gbSeconds, dollars }: Saving): [string, string] {
  return [grouped(gbSeconds, 0), grouped(dollars, 2)];
}

/** A number with its thousands separated; a value that rounds to zero has no sign. */
function grouped(value: number, digits = 0): string {
  const text = value.toLocaleString("en-US", {
    minimumFractionDigits: digits,
    maximumFractionDigits: digits,
  });
  return /^-[0.,]*$/.test(text) ? text.slice(1) : text;
}

/** Names of one stack begin alike and differ at the end, so the middle is cut. */
function middleCut(name: string, length: number): string {
  if (name.length <= length) return name;
  const head = Math.floor((length - 1) / 2);
  return `${name.slice(0, head)}…${name.slice(name.length - (length - 1 - head))}`;
}

function painter({ color }: ReportOptions) {
  return (style: Parameters<typeof styleText>[0], text: string): string =>
    color ? styleText(style, text, { validateStream: false }) : text;
}
