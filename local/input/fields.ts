/** Makes a report from a row's raw values, or says why the row can't be used. */
import { FUNCTION_ARN, WHOLE_FUNCTION_NAME } from "../../runtime/function-arns";
import { MS_PER_DAY } from "../../runtime/duration";
import { LOCAL_ACCOUNT_ID, LOCAL_REGION } from "../environment";
import type { Report } from "./report";

/** A row's values as they were read: texts from CSV and log lines, any type from JSON. */
export type RawReport = Readonly<Partial<Record<Field, unknown>>>;
export const FIELDS = [
  "time",
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
type Field = (typeof FIELDS)[number];

/** A row can't be used. The message is one sentence that says why. */
export class UnusableRow extends Error {
  override readonly name = "UnusableRow";

  /**
   * @param fault what is wrong, without the row's own values, so that all rows with the same fault are counted as one.
   * @param message the same, with this row's value.
   */
  constructor(
    readonly fault: string,
    message = fault,
  ) {
    super(message);
  }
}

const QUALIFIED_ARN = new RegExp(`^(${FUNCTION_ARN})(?::[A-Za-z0-9$_-]+)?$`);
const VERSION = /^(?:\$LATEST|\d{1,20})$/;
const STATUSES: readonly string[] = ["success", "error", "failure", "timeout"];
/** The month in which Lambda was launched. An earlier time is a mistake, such as seconds for milliseconds. */
const MIN_TIME_MS = Date.UTC(2014, 10);
/** Larger than any function: Managed Instances have up to 32,768 MB. A larger number is not in MB. */
const MAX_MEGABYTES = 65_536;
const MAX_MILLISECONDS = 1e9;

/**
 * The report of a row.
 *
 * @param functionName the function's name for rows with neither a name nor an ARN.
 * @param nowMs the present in epoch milliseconds. A report more than a day later is a mistake.
 * @throws UnusableRow if a value is missing or impossible.
 */
export function toReport(raw: RawReport, functionName?: string, nowMs = Date.now()): Report {
  const timeMs = readTime(raw.time, nowMs);
  const functionArn = readArn(raw, functionName);
  const durationMs = milliseconds(raw, "durationMs") ?? 0;
  const status = text(raw.status) ?? "success";
  if (!STATUSES.includes(status)) throw notAllowed("status", status, `one of ${STATUSES.join(", ")}`);
  const functionVersion = text(raw.functionVersion) ?? "$LATEST";
  if (!VERSION.test(functionVersion)) {
    throw notAllowed("functionVersion", functionVersion, "$LATEST or a number");
  }
  return {
    timeMs,
    functionName: functionArn.slice(functionArn.lastIndexOf(":") + 1),
    functionArn,
    functionVersion,
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

/** The fault of a value; the message shows the value, cut to a readable length. */
function notAllowed(field: Field, value: unknown, allowed: string): UnusableRow {
  const shown = JSON.stringify(value);
  const cut = shown.length > 50 ? `${shown.slice(0, 49)}…` : shown;
  return new UnusableRow(`${field} must be ${allowed}`, `${field} is ${cut}; it must be ${allowed}`);
}

const TIME_ALLOWED = "an ISO 8601 time (UTC if it names no offset) or epoch milliseconds";

function readTime(value: unknown, nowMs: number): number {
  const string = text(value);
  if (string === undefined) throw new UnusableRow(`time is missing; it must be ${TIME_ALLOWED}`);
  const timeMs = /^\d{10,14}$/.test(string) ? Number(string) : parseIso(string);
  if (timeMs === undefined) throw notAllowed("time", string, TIME_ALLOWED);
  // A time in the far future would close every window, and all other reports would be late.
  if (timeMs < MIN_TIME_MS || timeMs > nowMs + MS_PER_DAY) {
    throw notAllowed("time", string, "between November 2014 and tomorrow");
  }
  return timeMs;
}

const ISO_TIME = /^(\d{4}-\d\d-(\d\d))[T ](\d\d:\d\d:\d\d)([.,]\d+)?(Z|[+-]\d\d:?\d\d)?$/;

function parseIso(string: string): number | undefined {
  const match = ISO_TIME.exec(string);
  if (!match) return undefined;
  const [, date = "", dayOfMonth = "", clock = "", fraction = "", offset = "Z"] = match;
  const timeMs = Date.parse(`${date}T${clock}.${fraction.slice(1, 4).padEnd(3, "0")}${offset}`);
  if (Number.isNaN(timeMs)) return undefined;
  // Date.parse reads 30 February as 1 or 2 March.
  if (Number(dayOfMonth) > 28 && new Date(date).getUTCDate() !== Number(dayOfMonth)) return undefined;
  return timeMs;
}

function readArn(raw: RawReport, fallback: string | undefined): string {
  const arn = text(raw.functionArn);
  const name = text(raw.functionName) ?? (arn === undefined ? fallback : undefined);
  if (name !== undefined && !WHOLE_FUNCTION_NAME.test(name)) {
    throw notAllowed("functionName", name, "1 to 64 letters, digits, hyphens or underscores");
  }
  if (arn !== undefined) {
    const [, unqualified, , , , named] = QUALIFIED_ARN.exec(arn) ?? [];
    if (unqualified === undefined) throw notAllowed("functionArn", arn, "the ARN of a Lambda function");
    if (name !== undefined && name !== named) {
      throw notAllowed("functionArn", arn, "the ARN of the function that functionName names");
    }
    return unqualified;
  }
  if (name === undefined) {
    throw new UnusableRow("functionName is missing; --function NAME gives it if the rows don't");
  }
  return `arn:aws:lambda:${LOCAL_REGION}:${LOCAL_ACCOUNT_ID}:function:${name}`;
}

function megabytes(raw: RawReport, field: "memorySizeMB" | "maxMemoryUsedMB"): number {
  const allowed = `a whole number of MB from 1 to ${MAX_MEGABYTES}`;
  const value = number(raw[field]);
  if (value === undefined) throw new UnusableRow(`${field} is missing; it must be ${allowed}`);
  if (!(Number.isInteger(value) && value >= 1 && value <= MAX_MEGABYTES)) {
    throw notAllowed(field, raw[field], allowed);
  }
  return value;
}

function milliseconds(
  raw: RawReport,
  field: "durationMs" | "billedDurationMs" | "initDurationMs",
): number | undefined {
  const value = number(raw[field]);
  if (value === undefined) return undefined;
  if (!(value >= 0 && value <= MAX_MILLISECONDS)) {
    throw notAllowed(field, raw[field], `a number of milliseconds from 0 to ${MAX_MILLISECONDS}`);
  }
  return value;
}

const DECIMAL = /^\d+(?:\.\d+)?(?:[eE][+-]?\d{1,2})?$/;

/** A number, NaN if the value is not a number, or undefined if there is no value. */
function number(value: unknown): number | undefined {
  if (typeof value === "number") return value;
  if (value === undefined || value === null) return undefined;
  if (typeof value !== "string") return NaN;
  const string = value.trim();
  if (string === "") return undefined;
  return DECIMAL.test(string) ? Number(string) : NaN;
}

/** A text without the space around it. An empty one counts as missing. */
function text(value: unknown): string | undefined {
  if (typeof value === "number") return String(value);
  if (typeof value !== "string") return undefined;
  const trimmed = value.trim();
  return trimmed === "" ? undefined : trimmed;
}
