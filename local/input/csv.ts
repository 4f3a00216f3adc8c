/** CSV with a header; every line is a row of its own, so that a broken quote costs no more than its line. */
import { parse } from "csv-parse/sync";
import { FIELDS, UnusableRow, type RawReport } from "./fields";

export const REQUIRED_COLUMNS = ["time", "functionName", "memorySizeMB", "maxMemoryUsedMB"] as const;

/** Whether a file's first line is a CSV header that is meant for us. */
export function isHeader(line: string): boolean {
  const columns = columnsOf(line);
  return columns.length > 1 && REQUIRED_COLUMNS.some((column) => columns.includes(column));
}

/**
 * A function from a row to its values.
 *
 * @param header the file's first line.
 */
export function csvRows(header: string): (line: string) => RawReport | UnusableRow {
  const columns = columnsOf(header);
  const wanted = FIELDS.map((field) => [field, columns.indexOf(field)] as const).filter(([, at]) => at >= 0);
  return (line) => {
    const values = csvCells(line);
    if (!values) return new UnusableRow("the row's quotes don't match");
    if (values.length !== columns.length) {
      return new UnusableRow(
        "the row has not as many cells as the header",
        `the row has ${values.length} cells; the header has ${columns.length}`,
      );
    }
    const row: Record<string, string | undefined> = {};
    for (const [field, at] of wanted) row[field] = values[at];
    return row;
  };
}

/** Required columns that a header lacks; a name may come from the ARN or from the command line instead. */
export function missingColumns(header: string, functionName: string | undefined): string[] {
  const columns = columnsOf(header);
  const named = functionName !== undefined || columns.includes("functionArn");
  return REQUIRED_COLUMNS.filter(
    (column) => !columns.includes(column) && !(column === "functionName" && named),
  );
}

function columnsOf(header: string): string[] {
  return (csvCells(header) ?? []).map((column) => column.trim());
}

/**
 * A row's cells, or undefined where its quotes don't match. Starting a parser costs as much as reading ten plain
 * rows, so it is kept for the rows that need one: those with a comma or a quote inside a quoted cell.
 */
export function csvCells(line: string): string[] | undefined {
  const parts = line.split(",");
  if (!line.includes('"')) return parts;
  if (parts.every((part) => PLAIN_CELL.test(part))) return parts.map((part) => part.replaceAll('"', ""));
  try {
    return parse(line)[0];
  } catch {
    return undefined;
  }
}

const PLAIN_CELL = /^(?:[^"]*|"[^"]*"\r?)$/;
