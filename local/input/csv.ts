/** CSV with a header; every line is a row of its own, so that a broken quote costs no more than its line. */
import { parse } from "csv-parse/sync";
import { UnusableRow, type RawReport } from "./fields";

export const REQUIRED_COLUMNS = ["time", "functionName", "memorySizeMB", "maxMemoryUsedMB"] as const;

/** Whether a file's first line is a CSV header that is meant for us. */
export function isHeader(line: string): boolean {
  const columns = cells(line);
  return columns.length > 1 && REQUIRED_COLUMNS.some((column) => columns.includes(column));
}

/**
 * A function from a row to its values.
 *
 * @param header the file's first line.
 * @param functionName the name for rows of a file that has no such column.
 */
export function csvRows(header: string, functionName: string | undefined): (line: string) => RawReport {
  const columns = cells(header).map((column) => column.trim());
  return (line) => {
    const values = cells(line);
    if (values.length !== columns.length)
      throw new UnusableRow("the row has not as many cells as the header");
    const row: Record<string, string | undefined> = { functionName };
    for (let i = 0; i < columns.length; i++) row[columns[i] ?? ""] = values[i];
    return row;
  };
}

/** Required columns that a header lacks. */
export function missingColumns(header: string, functionName: string | undefined): string[] {
  const columns = cells(header).map((column) => column.trim());
  return REQUIRED_COLUMNS.filter(
    (column) =>
      !columns.includes(column) &&
      !(column === "functionName" && (functionName !== undefined || columns.includes("functionArn"))),
  );
}

function cells(line: string): string[] {
  if (!line.includes('"')) return line.split(",");
  try {
    return parse(line)[0] ?? [];
  } catch {
    throw new UnusableRow("the row's quotes don't match");
  }
}
