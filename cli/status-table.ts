/** The output of `status`. Pure. */
import { stringify } from "csv-stringify/sync";
import { plainTable } from "../local/plain-table";
import { PRICES_OF } from "../runtime/pricing";
import type { FunctionState } from "./saving";
import { dollars, minute } from "./text";

export function statusTable(states: readonly FunctionState[]): string {
  const rows = states.map(
    ({ functionName, memorySizeMB, originalMemorySizeMB, changedAt, reason, held, heldUntil, saved }) => [
      functionName,
      sizes(originalMemorySizeMB, memorySizeMB),
      changedAt === null ? "–" : minute(changedAt),
      reason ?? "–",
      held === null ? "" : `${held}${heldUntil === null ? "" : `, until ${heldUntil.slice(0, 10)}`}`,
      saved === null ? "–" : dollars(saved.dollars),
    ],
  );
  const total = states.reduce((sum, { saved }) => sum + (saved?.dollars ?? 0), 0);
  return [
    ...plainTable(["function", "memory MB", "changed (UTC)", "why", "held", "saves $/month"], rows, "lllllr"),
    "",
    `${states.length.toLocaleString("en-US")} function${states.length === 1 ? "" : "s"}; together they save $${dollars(total)} per month of 730 hours, at the list prices of ${PRICES_OF} for x86_64.`,
  ].join("\n");
}

export function jsonOf(states: readonly FunctionState[]): string {
  return JSON.stringify(states, undefined, 2);
}

/** Escapes cells that a spreadsheet would treat as formulas. */
export function csvOf(states: readonly FunctionState[]): string {
  return stringify(
    states.map(({ before, saved, ...state }) => ({
      ...state,
      dollarsPerMonthBefore: before?.dollars ?? null,
      dollarsPerMonthSaved: saved?.dollars ?? null,
    })),
    { header: true, escape_formulas: true },
  ).trimEnd();
}

function sizes(from: number | null, to: number | null): string {
  if (to === null) return "–";
  return from === null || from === to ? `${to}` : `${from} → ${to}`;
}
