/** Reads the log lines that Lambda writes at the end of an invocation. */
import { UnusableRow, type RawReport } from "./fields";

const REPORT = /\bREPORT RequestId: (\S+)/;
/** The time before a line in an export or a tail, in ISO 8601 or epoch milliseconds. */
const TIME =
  /(?:^|[\s[",])(\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(?:[.,]\d+)?(?:Z|[+-]\d\d:?\d\d)?|\d{13})(?=$|[\s\]",:|])/;
/** The log group and the log stream before a line, if the export names them. */
const LOG_GROUP = /\/aws\/lambda\/([A-Za-z0-9_-]+)/;
const LOG_STREAM = /\d{4}\/\d\d\/\d\d\/(?:[A-Za-z0-9_-]+)?\[(\$LATEST|\d+)\]/;

const DURATION = /(?<!Billed |Init |Restore )Duration: (\S+) ms/;
const BILLED_DURATION = /Billed Duration: (\S+) ms/;
const INIT_DURATION = /Init Duration: (\S+) ms/;
const MEMORY_SIZE = /Memory Size: (\S+) MB/;
const MAX_MEMORY_USED = /Max Memory Used: (\S+) MB/;
const STATUS = /\bStatus: (\S+)/;
const ERROR_TYPE = /\bError Type: (\S+)/;

/** The values of a REPORT line, or undefined for any other line of a log. */
export function parseReportLine(line: string): RawReport | UnusableRow | undefined {
  const report = REPORT.exec(line);
  if (!report) return undefined;
  const before = line.slice(0, report.index);
  const time = TIME.exec(before)?.[1];
  if (time === undefined) {
    return new UnusableRow(
      "the REPORT line has no time before it; it must be ISO 8601 or epoch milliseconds, as aws logs tail prints it",
    );
  }
  const rest = line.slice(report.index);
  return {
    time,
    functionName: LOG_GROUP.exec(before)?.[1],
    functionVersion: LOG_STREAM.exec(before)?.[1],
    requestId: report[1],
    durationMs: DURATION.exec(rest)?.[1],
    billedDurationMs: BILLED_DURATION.exec(rest)?.[1],
    initDurationMs: INIT_DURATION.exec(rest)?.[1],
    memorySizeMB: MEMORY_SIZE.exec(rest)?.[1],
    maxMemoryUsedMB: MAX_MEMORY_USED.exec(rest)?.[1],
    status: STATUS.exec(rest)?.[1],
    errorType: ERROR_TYPE.exec(rest)?.[1],
  };
}
