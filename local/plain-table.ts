/** A table without lines between the cells, so it stays narrow and is easy to search, cut and read aloud. */
import Table from "cli-table3";

const NO_RULES = Object.fromEntries(
  ["top", "mid", "bottom", "left", "right"].flatMap((side) =>
    [side, `${side}-mid`, `${side}-left`, `${side}-right`].map((part) => [part, ""]),
  ),
);

/** @param aligns one letter per column: `l` for left, `r` for right. */
export function plainTable(
  head: readonly string[],
  rows: readonly (readonly string[])[],
  aligns: string,
): string[] {
  const table = new Table({
    head: [...head],
    chars: { ...NO_RULES, middle: "  " },
    style: { head: [], border: [], "padding-left": 0, "padding-right": 0 },
    colAligns: Array.from(aligns, (letter) => (letter === "r" ? "right" : "left")),
  });
  table.push(...rows.map((row) => [...row]));
  return table
    .toString()
    .split("\n")
    .map((line) => line.trimEnd());
}
