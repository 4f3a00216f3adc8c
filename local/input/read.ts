/** Reads a user's own measurements. Their format is detected by the file's content, not by its name. */
import { csvRows, isHeader, missingColumns, REQUIRED_COLUMNS } from "./csv";
import { toReport, UnusableRow, type RawReport } from "./fields";
import { insightsRows, isInsightsHeader, missingInsightsColumns } from "./insights-csv";
import { InputError, lineBatches, MAX_LINE_CHARACTERS } from "./lines";
import { isLogEvents, logEventsReader } from "./log-events";
import type { Report } from "./report";
import { parseReportLine } from "./report-lines";
import { Tally, type InputSummary } from "./tally";
import { parseTelemetryLine } from "./telemetry-events";

export { InputError } from "./lines";
export type { InputSummary } from "./tally";

/** What a file holds: CSV, Telemetry API events, or a log with REPORT lines. */
export type InputKind = "csv" | "events" | "log";

/** Reads a line's reports. A faulty report is an UnusableRow, and anything that is not a report is undefined. */
type ParseLine = (line: string) => readonly (RawReport | UnusableRow | undefined)[];

const TOO_LONG = new UnusableRow(`the line is longer than ${MAX_LINE_CHARACTERS} characters`);

/**
 * Reads all reports of a file, in the file's order. A row that can't be used is counted with its reason, and doesn't
 * affect other rows.
 *
 * @param file its path; plain or gzip.
 * @param functionName the function of rows that don't name theirs.
 * @param onReport called with each report. If it returns a promise, the next report waits for it.
 * @param onKind called with what the file holds, before the first report.
 * @throws InputError if the file can't be read, is empty, or has none of the formats.
 */
export async function readReports(
  file: string,
  functionName: string | undefined,
  onReport: (report: Report) => void | Promise<void>,
  onKind: (kind: InputKind) => void = () => undefined,
): Promise<InputSummary> {
  const tally = new Tally();
  let parse: ParseLine | undefined;
  let lineNumber = 0;
  for await (const lines of lineBatches(file)) {
    for (const line of lines) {
      lineNumber++;
      if (line === undefined) {
        tally.reject(TOO_LONG, lineNumber);
        continue;
      }
      if (line.trim() === "") continue;
      if (!parse) {
        parse = formatOf(line, file, functionName);
        onKind(kindOf(line));
        if (isHeader(line)) continue;
      }
      for (const raw of parse(line)) {
        const report = raw && toReportOrFault(raw, functionName);
        if (!report) tally.ignore();
        else if (report instanceof UnusableRow) tally.reject(report, lineNumber);
        else {
          tally.use();
          const handled = onReport(report);
          if (handled) await handled;
        }
      }
    }
  }
  const summary = tally.summary();
  if (!parse && summary.read === 0) throw new InputError(`${file} is empty.`);
  if (summary.read === 0) throw new InputError(`${file} holds no Lambda report; it must be ${FORMATS}.`);
  return summary;
}

const FORMATS = `CSV with the columns ${REQUIRED_COLUMNS.join(", ")}, a Logs Insights export, Telemetry API events as a JSON text a line, or a log with Lambda's REPORT lines, as text or JSON`;

function toReportOrFault(
  raw: RawReport | UnusableRow,
  functionName: string | undefined,
): Report | UnusableRow {
  if (raw instanceof UnusableRow) return raw;
  try {
    return toReport(raw, functionName);
  } catch (error) {
    if (error instanceof UnusableRow) return error;
    throw error;
  }
}

function kindOf(firstLine: string): InputKind {
  if (isJson(firstLine)) return "events";
  return isHeader(firstLine) ? "csv" : "log";
}

function isJson(line: string): boolean {
  return /^\s*(?:\{|\[\s*\{)/.test(line);
}

/** The parser for a file's lines, chosen by the first of them. */
function formatOf(firstLine: string, file: string, functionName: string | undefined): ParseLine {
  if (isLogEvents(firstLine)) return logEventsReader();
  if (isJson(firstLine)) return parseTelemetryLine;
  if (isInsightsHeader(firstLine)) {
    const missing = missingInsightsColumns(firstLine, functionName);
    if (missing.length === 0) return insightsRows(firstLine);
    throw new InputError(
      `${file} is a Logs Insights export without the column ${missing.join(", ")}; docs/history.md has the query.`,
    );
  }
  if (!isHeader(firstLine)) return (line) => [parseReportLine(line)];
  const missing = missingColumns(firstLine, functionName);
  if (missing.length > 0) {
    throw new InputError(
      `${file} is CSV without the column ${missing.join(", ")}; its header must have ${REQUIRED_COLUMNS.join(", ")}.`,
    );
  }
  const row = csvRows(firstLine);
  return (line) => [row(line)];
}
