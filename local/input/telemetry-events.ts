/** Telemetry API events, a JSON text a line: bare, or in an envelope that names their function. */
import { UnusableRow, type RawReport } from "./fields";

interface Envelope {
  functionName?: unknown;
  functionArn?: unknown;
  functionVersion?: unknown;
  records?: unknown;
}
interface Event {
  time?: unknown;
  type?: unknown;
  record?: { requestId?: unknown; status?: unknown; errorType?: unknown; metrics?: Record<string, unknown> };
}

/** The reports in one line; events of other types are none. */
export function parseTelemetryLine(line: string, functionName: string | undefined): RawReport[] {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    throw new UnusableRow("the line is not JSON");
  }
  const { records, ...names } = isObject(value) ? (value as Envelope) : {};
  const events = Array.isArray(records) ? records : Array.isArray(value) ? value : [value];
  return events.flatMap((event: unknown) => {
    if (!isObject(event) || typeof (event as Event).type !== "string") {
      throw new UnusableRow("the line is not a Telemetry API event with a type");
    }
    const { time, type, record } = event as Event;
    if (type !== "platform.report") return [];
    const { requestId, status, errorType, metrics } = record ?? {};
    return [{ functionName, ...pick(names), time, requestId, status, errorType, ...pick(metrics ?? {}) }];
  });
}

const FIELDS = [
  "functionName",
  "functionArn",
  "functionVersion",
  "durationMs",
  "billedDurationMs",
  "initDurationMs",
  "memorySizeMB",
  "maxMemoryUsedMB",
] as const;

function pick(values: Record<string, unknown>): RawReport {
  return Object.fromEntries(
    FIELDS.flatMap((field) => (values[field] === undefined ? [] : [[field, values[field]]])),
  );
}

function isObject(value: unknown): value is object {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
