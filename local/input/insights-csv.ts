/**
 * The CSV that CloudWatch Logs Insights exports for REPORT lines. The log group names the function, sizes are in bytes
 * (a million to a MB), and numbers may be written as 1.28E8.
 */
import { csvCells } from "./csv";
import { UnusableRow, type RawReport } from "./fields";

export const INSIGHTS_COLUMNS = [
  "@timestamp",
  "@log",
  "@memorySize",
  "@maxMemoryUsed",
  "@duration",
  "@billedDuration",
  "@initDuration",
  "@requestId",
] as const;
/** Columns that may be missing; `--function` names the function instead of `@log`. */
const OPTIONAL: readonly string[] = ["@log", "@duration", "@billedDuration", "@initDuration", "@requestId"];
const BYTES_PER_MB = 1_000_000;

/** Whether a file's first line is the header of such an export. */
export function isInsightsHeader(line: string): boolean {
  return columnsOf(line).includes("@timestamp");
}

/** The columns that a header lacks. */
export function missingInsightsColumns(header: string, functionName: string | undefined): string[] {
  const columns = columnsOf(header);
  const isOptional = (column: string) =>
    OPTIONAL.includes(column) && !(column === "@log" && functionName === undefined);
  return INSIGHTS_COLUMNS.filter((column) => !columns.includes(column) && !isOptional(column));
}

/**
 * Returns a function that reads a row's values; undefined for a row that isn't a report. A repeated header, in a file
 * of several exports, is not a row.
 */
export function insightsRows(
  header: string,
): (line: string) => readonly (RawReport | UnusableRow | undefined)[] {
  const columns = columnsOf(header);
  const at = (cells: readonly string[], column: string) => {
    const index = columns.indexOf(column);
    return index < 0 ? undefined : cells[index]?.trim();
  };
  return (line) => {
    const cells = csvCells(line);
    if (!cells) return [new UnusableRow("the row's quotes don't match")];
    if (cells.length !== columns.length) {
      return [
        new UnusableRow(
          "the row doesn't have as many cells as the header",
          `the row has ${cells.length} cells; the header has ${columns.length}`,
        ),
      ];
    }
    if (columnsOf(line).join() === columns.join()) return [];
    // Other lines of the log have no memory size.
    if ((at(cells, "@memorySize") ?? "") === "") return [undefined];
    return [
      {
        time: at(cells, "@timestamp"),
        ...functionOf(at(cells, "@log"), at(cells, "@logStream")),
        memorySizeMB: megabytes(at(cells, "@memorySize")),
        maxMemoryUsedMB: megabytes(at(cells, "@maxMemoryUsed")),
        durationMs: at(cells, "@duration"),
        billedDurationMs: at(cells, "@billedDuration"),
        initDurationMs: at(cells, "@initDuration"),
        requestId: at(cells, "@requestId"),
      },
    ];
  };
}

function columnsOf(line: string): string[] {
  return (csvCells(line) ?? []).map((column) => column.trim());
}

/** `@log` is `123456789012:/aws/lambda/NAME`; a stream in a group of another name is `2026/03/01/NAME[VERSION]…`. */
function functionOf(log = "", logStream = ""): Pick<RawReport, "functionName" | "functionVersion"> {
  const [, date, named, version] = /^(\d{4}\/\d\d\/\d\d)\/([\w-]+)?\[([^\]]+)\]/.exec(logStream) ?? [];
  const name = /\/aws\/lambda\/([\w-]+)$/.exec(log)?.[1] ?? named;
  return {
    ...(name !== undefined && { functionName: name }),
    ...(date !== undefined && version !== undefined && { functionVersion: version }),
  };
}

/** As a text, so that an error can show the value. */
function megabytes(bytes: string | undefined): string | undefined {
  if (bytes === undefined || bytes === "") return undefined;
  const value = Number(bytes);
  return Number.isFinite(value) ? String(value / BYTES_PER_MB) : bytes;
}
