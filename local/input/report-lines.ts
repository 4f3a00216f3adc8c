/** The log lines that Lambda writes at an invocation's end, as CloudWatch prints them. */
import { UnusableRow, type RawReport } from "./fields";

const REPORT = /\bREPORT RequestId: (\S+)/;
/** What stands before the line in an export or a tail: its time, ISO 8601 or epoch milliseconds. */
const TIME =
  /(?:^|[\s[",])(\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(?:[.,]\d+)?(?:Z|[+-]\d\d:?\d\d)?|\d{13})(?=$|[\s\]",])/;

/** The values of a REPORT line, or undefined for any other line of a log. */
export function parseReportLine(line: string, functionName: string | undefined): RawReport | undefined {
  const report = REPORT.exec(line);
  if (!report) return undefined;
  const time = TIME.exec(line.slice(0, report.index))?.[1];
  if (time === undefined) throw new UnusableRow("the REPORT line has no time before it");
  const rest = line.slice(report.index);
  const ms = (name: string) => new RegExp(`(?:^|[\\t ])${name}: ([\\d.]+) ms`).exec(rest)?.[1];
  const status = /\bStatus: (\w+)/.exec(rest)?.[1];
  return {
    time,
    functionName,
    requestId: report[1],
    durationMs: /(?<!Billed |Init |Restore )Duration: ([\d.]+) ms/.exec(rest)?.[1],
    billedDurationMs: ms("Billed Duration"),
    initDurationMs: ms("Init Duration"),
    memorySizeMB: /\bMemory Size: (\d+) MB/.exec(rest)?.[1],
    maxMemoryUsedMB: /\bMax Memory Used: (\d+) MB/.exec(rest)?.[1],
    status,
    errorType: /\bError Type: (\S+)/.exec(rest)?.[1],
  };
}
