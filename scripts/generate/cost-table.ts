/** Generates the table in docs/cost.md from runtime/cost.ts. */
import { costOf, type CostQuestion } from "../../runtime/cost";
import { between, row, table } from "./tables";

const FLEETS: readonly [functions: number, invocations: number][] = [
  [10, 1e6],
  [100, 1e7],
  [1_000, 1e8],
  [5_000, 1e9],
];

const WAYS: readonly [head: string, way: Pick<CostQuestion, "by" | "flink">][] = [
  ["layer, always", { by: "layer", flink: "always" }],
  ["logs, always", { by: "logs", flink: "always" }],
  ["layer, daily", { by: "layer", flink: "daily" }],
  ["logs, daily", { by: "logs", flink: "daily" }],
  ["every platform event, always", { by: "events", flink: "always" }],
];

/** @param current docs/cost.md. */
export function costTable(current: string): string {
  const rows = FLEETS.map(([functions, invocations]) =>
    row(
      functions.toLocaleString("en-US"),
      `${(invocations / 1e6).toLocaleString("en-US")} million`,
      ...WAYS.map(([, way]) => costOf({ functions, invocations, ...way }).dollars.toFixed(2)),
    ),
  );
  const heads = ["functions", "invocations a month", ...WAYS.map(([head]) => head)];
  return between(current, "cost", table(heads, rows));
}
