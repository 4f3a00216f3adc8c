/** Reads Telemetry API events, one JSON text per line: an event, an array, or an envelope that names the function. */
import { UnusableRow, type RawReport } from "./fields";

type Values = Readonly<Record<string, unknown>>;

/** The reports of one line; undefined for each event of another type. */
export function parseTelemetryLine(line: string): (RawReport | UnusableRow | undefined)[] {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    return [new UnusableRow("the line is not JSON")];
  }
  if (Array.isArray(value)) return value.map((event) => parseEvent(event, {}));
  if (!isObject(value) || !Array.isArray(value.records)) return [parseEvent(value, {})];
  const names: RawReport = value;
  return value.records.map((event: unknown) => parseEvent(event, names));
}

function parseEvent(event: unknown, names: RawReport): RawReport | UnusableRow | undefined {
  if (!isObject(event) || typeof event.type !== "string") {
    return new UnusableRow("the event is not a Telemetry API event; it must be an object with a type");
  }
  if (event.type !== "platform.report") return undefined;
  const record = isObject(event.record) ? event.record : {};
  const metrics = isObject(record.metrics) ? record.metrics : {};
  // Field by field, because spreading `names` would take longer than everything else that is done with an event.
  return {
    functionName: event.functionName ?? names.functionName,
    functionArn: event.functionArn ?? names.functionArn,
    functionVersion: event.functionVersion ?? names.functionVersion,
    time: event.time,
    requestId: record.requestId,
    status: record.status,
    errorType: record.errorType,
    durationMs: metrics.durationMs,
    billedDurationMs: metrics.billedDurationMs,
    initDurationMs: metrics.initDurationMs,
    memorySizeMB: metrics.memorySizeMB,
    maxMemoryUsedMB: metrics.maxMemoryUsedMB,
  };
}

function isObject(value: unknown): value is Values {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
