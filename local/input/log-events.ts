/**
 * Log events as JSON. An envelope names each log group: `{"logGroup": …, "events": [{"timestamp", "message", …}]}`, as
 * `aws logs filter-log-events` prints it with a --query, or with `logEvents` for `events`, as in a subscription. A
 * document is on one line, or on many, as the AWS CLI indents it.
 */
import { UnusableRow, type RawReport } from "./fields";
import { parseReportLine } from "./report-lines";
import { parseTelemetryLine } from "./telemetry-events";

type Parsed = readonly (RawReport | UnusableRow | undefined)[];

/** One event, possibly incomplete. */
interface LogEvent {
  readonly timestamp?: unknown;
  readonly message?: unknown;
  readonly logStreamName?: unknown;
}

/** Whether a file's first line begins such a document. */
export function isLogEvents(firstLine: string): boolean {
  return /^\s*\{\s*(?:$|"(?:logGroup|logEvents|events|messageType)")/.test(firstLine);
}

/**
 * A reader for such a file's lines, one after another. It reads an indented document line by line, one value on each.
 */
export function logEventsReader(): (line: string) => Parsed {
  const indented = indentedReader();
  return (line) => {
    if (!/^\s*\{.*\}\s*$/.test(line)) return indented(line);
    let document: unknown;
    try {
      document = JSON.parse(line);
    } catch {
      return [new UnusableRow("the line is not JSON")];
    }
    return reportsIn(document as Readonly<Record<string, unknown>>);
  };
}

function reportsIn(document: Readonly<Record<string, unknown>>): Parsed {
  const { logGroup, logStream, events = document.logEvents } = document;
  if (!Array.isArray(events)) {
    return [new UnusableRow('the document has no log events; it must be {"logGroup", "events": [ … ]}')];
  }
  return events.flatMap((event: unknown) =>
    typeof event === "object" && event !== null
      ? reportOf({ logStreamName: logStream, ...event }, logGroup)
      : [new UnusableRow("the log event is not an object")],
  );
}

const SCALAR = /^\s*"(\w+)": ?("(?:[^"\\]|\\.)*"|-?\d+|null),?\s*$/;

function indentedReader(): (line: string) => Parsed {
  let logGroup: unknown;
  let event: Record<string, unknown> = {};
  return (line) => {
    const [, key, value] = SCALAR.exec(line) ?? [];
    if (key !== undefined && value !== undefined) {
      const parsed: unknown = JSON.parse(value);
      if (key === "logGroup") logGroup = parsed;
      else event[key] = parsed;
      return [];
    }
    // An event ends where its object does. The document's own object has no message.
    if (!/^\s*\},?\s*$/.test(line)) return [];
    const ended: LogEvent = event;
    event = {};
    return ended.message === undefined ? [] : reportOf(ended, logGroup);
  };
}

function reportOf({ timestamp, message, logStreamName }: LogEvent, logGroup: unknown): Parsed {
  if (typeof message !== "string") return [new UnusableRow("the log event has no message")];
  const group = typeof logGroup === "string" ? logGroup : "";
  const stream = typeof logStreamName === "string" ? logStreamName : "";
  const names = namesOf(group, stream);
  const reports: Parsed = message.startsWith("{")
    ? parseTelemetryLine(message)
    : [parseReportLine(`${typeof timestamp === "number" ? timestamp : ""} ${message}`)];
  return reports.map((report) =>
    report === undefined || report instanceof UnusableRow
      ? report
      : {
          ...report,
          functionName: report.functionName ?? names.functionName,
          functionVersion: report.functionVersion ?? names.functionVersion,
        },
  );
}

/** `/aws/lambda/NAME`, or a stream `2026/03/01/NAME[VERSION]…` in a group of another name. */
function namesOf(group: string, stream: string): Pick<RawReport, "functionName" | "functionVersion"> {
  const [, named, version] = /^\d{4}\/\d\d\/\d\d\/([\w-]+)?\[([^\]]+)\]/.exec(stream) ?? [];
  return { functionName: /\/aws\/lambda\/([\w-]+)$/.exec(group)?.[1] ?? named, functionVersion: version };
}
