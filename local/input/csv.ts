/** Reads CSV with a header. Each line is a row, so that a broken quote costs only its own line. */
import { parse } from "csv-parse/sync";
import { FIELDS, UnusableRow, type RawReport } from "./fields";

export const REQUIRED_COLUMNS = ["time", "functionName", "memorySizeMB", "maxMemoryUsedMB"] as const;

/** Whether a file's first line is a CSV header with columns that we know. */
export function isHeader(line: string): boolean {
  const columns = columnsOf(line);
  return columns.length > 1 && REQUIRED_COLUMNS.some((column) => columns.includes(column));
}

/**
 * Returns a function that reads a row's values.
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
        "the row doesn't have as many cells as the header",
        `the row has ${values.length} cells; the header has ${columns.length}`,
      );
    }
    const row: Record<string, string | undefined> = {};
    for (const [field, at] of wanted) row[field] = values[at];
    return row;
  };
}

/** The required columns that a header lacks. A function's name may also come from its ARN or from `--function`. */
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
 * A row's cells, or undefined if its quotes don't match. Only rows with a comma or a quote inside a quoted cell need
 * the parser. Starting it takes as long as reading ten plain rows.
 */
export function csvCells(line: string): string[] | undefined {
  const plain = line.split(",");
  if (!line.includes('"')) return plain;
  if (plain.every((cell) => PLAIN_CELL.test(cell))) return plain.map((cell) => cell.replaceAll('"', ""));
  try {
    return parse(line)[0];
  } catch {
    return undefined;
  }
}

const PLAIN_CELL = /^(?:[^"]*|"[^"]*"\r?)$/;
