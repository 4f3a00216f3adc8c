/** Reports as Lambda writes them to their functions' logs. */
import { toPlatformReport, type Report } from "./input/report";
import type { LogLines } from "./log-subscription";

/** The two forms of Lambda's own lines ("Log formats", Lambda Developer Guide). */
export type LogFormat = "text" | "json";

/** The execution environment's id in a log stream's name. */
const ENVIRONMENT = "0123456789abcdef0123456789abcdef";

const VISIBLE = /^[!-~]{1,128}$/;
/** For a report without a request id. */
const NO_REQUEST_ID = "00000000-0000-0000-0000-000000000000";

/** The log of some reports, in their order: a log stream for each function, version and day. */
export function reportLog(reports: readonly Report[], format: LogFormat): LogLines[] {
  const logs = new Map<string, LogLines & { readonly events: { timestamp: number; message: string }[] }>();
  for (const report of reports) {
    const logGroup = `/aws/lambda/${report.functionName}`;
    const day = new Date(report.timeMs).toISOString().slice(0, 10).replaceAll("-", "/");
    const logStream = `${day}/[${report.functionVersion}]${ENVIRONMENT}`;
    const key = `${logGroup} ${logStream}`;
    let log = logs.get(key);
    if (!log) logs.set(key, (log = { logGroup, logStream, events: [] }));
    log.events.push({
      timestamp: report.timeMs,
      message: format === "json" ? JSON.stringify(toPlatformReport(asWritten(report))) : reportLine(report),
    });
  }
  return [...logs.values()];
}

/** A report with numbers as precise as Lambda writes them, and without fields that Lambda never writes. */
function asWritten(report: Report): Report {
  const { requestId, errorType, durationMs, initDurationMs } = report;
  return {
    ...report,
    requestId: VISIBLE.test(requestId) ? requestId : NO_REQUEST_ID,
    errorType: errorType !== undefined && VISIBLE.test(errorType) ? errorType : undefined,
    durationMs: hundredths(durationMs),
    billedDurationMs: Math.ceil(report.billedDurationMs),
    initDurationMs: initDurationMs === undefined ? undefined : hundredths(initDurationMs),
    memorySizeMB: Math.ceil(report.memorySizeMB),
    maxMemoryUsedMB: Math.ceil(report.maxMemoryUsedMB),
  };
}

function hundredths(milliseconds: number): number {
  return Number(milliseconds.toFixed(2));
}

/** A REPORT line ("Understanding Lambda function logs", Lambda Developer Guide). */
export function reportLine(report: Report): string {
  const written = asWritten(report);
  return [
    `REPORT RequestId: ${written.requestId}`,
    `Duration: ${written.durationMs} ms`,
    `Billed Duration: ${written.billedDurationMs} ms`,
    `Memory Size: ${written.memorySizeMB} MB`,
    `Max Memory Used: ${written.maxMemoryUsedMB} MB`,
    ...(written.initDurationMs === undefined ? [] : [`Init Duration: ${written.initDurationMs} ms`]),
    ...(written.status === "success" ? [] : [`Status: ${written.status}`]),
    ...(written.errorType === undefined ? [] : [`Error Type: ${written.errorType}`]),
    "\n",
  ].join("\t");
}
