/** From a row's raw values to a report, or to the reason why it can't be used. */
import { LOCAL_ACCOUNT_ID, LOCAL_REGION } from "../environment";
import type { Report } from "./report";

/** A row's values as they were read: texts from CSV and log lines, numbers from JSON. */
export type RawReport = Readonly<Partial<Record<RawField, unknown>>>;
type RawField = Exclude<keyof Report, "timeMs"> | "time";

/** A row that can't be used; the message names the field, and says what is allowed, but not the row's own value,
 * so that a million rows with the same fault share one reason. */
export class UnusableRow extends Error {
  override readonly name = "UnusableRow";
}

const FUNCTION_NAME = /^[A-Za-z0-9_-]{1,64}$/;
const FUNCTION_ARN = /^(arn:[^:]+:lambda:[^:]+:\d{12}:function:([A-Za-z0-9_-]{1,64}))(?::[A-Za-z0-9$_-]+)?$/;
const STATUSES: readonly string[] = ["success", "error", "failure", "timeout"];
/** Event times outside these years are mistakes, such as seconds taken for milliseconds. */
const MIN_TIME_MS = Date.UTC(2014, 10);
const MAX_TIME_MS = Date.UTC(2100, 0);

/** @throws UnusableRow */
export function toReport(raw: RawReport): Report {
  const timeMs = readTime(raw.time);
  const functionArn = readArn(raw);
  const durationMs = milliseconds(raw, "durationMs") ?? 0;
  const status = text(raw.status) ?? "success";
  if (!STATUSES.includes(status)) throw new UnusableRow(`status is not one of ${STATUSES.join(", ")}`);
  return {
    timeMs,
    functionName: functionArn.slice(functionArn.lastIndexOf(":") + 1),
    functionArn,
    functionVersion: text(raw.functionVersion) ?? "$LATEST",
    memorySizeMB: megabytes(raw, "memorySizeMB"),
    maxMemoryUsedMB: megabytes(raw, "maxMemoryUsedMB"),
    durationMs,
    billedDurationMs: milliseconds(raw, "billedDurationMs") ?? Math.ceil(durationMs),
    initDurationMs: milliseconds(raw, "initDurationMs"),
    status: status as Report["status"],
    errorType: text(raw.errorType),
    requestId: text(raw.requestId) ?? "",
  };
}

function readTime(value: unknown): number {
  // Epoch milliseconds, or an ISO 8601 time; one without an offset is UTC, as CloudWatch has it.
  const string = text(value);
  if (string === undefined) throw new UnusableRow("time is missing");
  const timeMs = /^\d{12,14}$/.test(string) ? Number(string) : parseIso(string);
  if (timeMs === undefined) throw new UnusableRow("time is neither an ISO 8601 time nor epoch milliseconds");
  if (timeMs < MIN_TIME_MS || timeMs >= MAX_TIME_MS)
    throw new UnusableRow("time is not between 2014-11 and 2100");
  return timeMs;
}

const ISO_TIME = /^(\d{4}-\d\d-\d\d)[T ](\d\d:\d\d:\d\d)([.,]\d+)?(Z|[+-]\d\d:?\d\d)?$/;

function parseIso(string: string): number | undefined {
  const match = ISO_TIME.exec(string);
  if (!match) return undefined;
  const [, date = "", clock = "", fraction = "", offset = "Z"] = match;
  const timeMs = Date.parse(`${date}T${clock}.${fraction.slice(1, 4).padEnd(3, "0")}${offset}`);
  return Number.isNaN(timeMs) ? undefined : timeMs;
}

function readArn(raw: RawReport): string {
  const arn = text(raw.functionArn);
  if (arn !== undefined) {
    const unqualified = FUNCTION_ARN.exec(arn)?.[1];
    if (unqualified === undefined) throw new UnusableRow("functionArn is not the ARN of a Lambda function");
    return unqualified;
  }
  const name = text(raw.functionName);
  if (name === undefined)
    throw new UnusableRow("functionName is missing; --function NAME gives it where the rows don't");
  if (!FUNCTION_NAME.test(name))
    throw new UnusableRow("functionName is not 1 to 64 letters, digits, hyphens or underscores");
  return `arn:aws:lambda:${LOCAL_REGION}:${LOCAL_ACCOUNT_ID}:function:${name}`;
}

function megabytes(raw: RawReport, field: "memorySizeMB" | "maxMemoryUsedMB"): number {
  const value = number(raw[field]);
  if (value === undefined) throw new UnusableRow(`${field} is missing`);
  // Lambda's largest functions, on managed instances, have 32,768 MB.
  if (!(Number.isInteger(value) && value >= 1 && value <= 65_536)) {
    throw new UnusableRow(`${field} is not a whole number of MB from 1 to 65536`);
  }
  return value;
}

function milliseconds(
  raw: RawReport,
  field: "durationMs" | "billedDurationMs" | "initDurationMs",
): number | undefined {
  const value = number(raw[field]);
  if (value === undefined) return undefined;
  if (!(value >= 0 && value <= 1e9))
    throw new UnusableRow(`${field} is not a number of milliseconds from 0 to 1e9`);
  return value;
}

function number(value: unknown): number | undefined {
  if (typeof value === "number") return value;
  const string = text(value);
  return string === undefined ? undefined : Number(string);
}

/** A text without the space around it; an empty one is none. */
function text(value: unknown): string | undefined {
  if (typeof value === "number") return String(value);
  if (typeof value !== "string") return undefined;
  const trimmed = value.trim();
  return trimmed === "" ? undefined : trimmed;
}
