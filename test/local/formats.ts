/** Writes reports in each of the accepted formats, as the reader's counterpart for its tests. */
import type { Report } from "../../local/input/report";
import { toPlatformReport } from "../../local/input/report";

export type Format = (reports: readonly Report[]) => string;

const COLUMNS = [
  "functionName",
  "functionArn",
  "functionVersion",
  "memorySizeMB",
  "maxMemoryUsedMB",
  "durationMs",
  "billedDurationMs",
  "initDurationMs",
  "status",
  "errorType",
  "requestId",
] as const;

function csv(cell: (value: string) => string, eol: string): Format {
  return (reports) =>
    [
      ["time", ...COLUMNS],
      ...reports.map((report) => [
        new Date(report.timeMs).toISOString(),
        ...COLUMNS.map((column) => String(report[column] ?? "")),
      ]),
    ]
      .map((row) => row.map(cell).join(",") + eol)
      .join("");
}

function names({ functionName, functionArn, functionVersion }: Report) {
  return { functionName, functionArn, functionVersion };
}

/** Formats that contain everything about a report. */
export const WHOLE_FORMATS: Readonly<Record<string, Format>> = {
  csv: csv((cell) => cell, "\n"),
  "csv, quoted, with CRLF": csv((cell) => `"${cell}"`, "\r\n"),
  "telemetry events": (reports) =>
    reports
      .map((report) => JSON.stringify({ ...toPlatformReport(report), ...names(report) }) + "\n")
      .join(""),
  "telemetry envelopes": (reports) =>
    reports
      .map(
        (report) =>
          JSON.stringify({
            ...names(report),
            records: [{ time: "x", type: "platform.start", record: {} }, toPlatformReport(report)],
          }) + "\n",
      )
      .join(""),
};

/** A REPORT line as Lambda writes it ("Using CloudWatch Logs with Lambda"), with no time before it. */
export function reportLine(report: Report): string {
  return [
    `REPORT RequestId: ${report.requestId}`,
    `Duration: ${report.durationMs} ms`,
    `Billed Duration: ${report.billedDurationMs} ms`,
    `Memory Size: ${report.memorySizeMB} MB`,
    `Max Memory Used: ${report.maxMemoryUsedMB} MB`,
    ...(report.initDurationMs === undefined ? [] : [`Init Duration: ${report.initDurationMs} ms`]),
    ...(report.status === "success" ? [] : [`Status: ${report.status}`]),
    ...(report.errorType === undefined ? [] : [`Error Type: ${report.errorType}`]),
  ].join("\t");
}

/** What precedes a log line in an S3 export, in `aws logs tail`, and with `--query 'events[].[timestamp,message]'`. */
export const LOG_PREFIXES: Readonly<Record<string, (report: Report) => string>> = {
  export: ({ timeMs }) => `${new Date(timeMs).toISOString()} `,
  tail: ({ timeMs, functionVersion }) =>
    `${new Date(timeMs).toISOString().replace("Z", "000+00:00")} 2026/01/05/[${functionVersion}]0123456789abcdef `,
  "filter-log-events": ({ timeMs }) => `${timeMs}\t`,
};
