/** Reads a user's own measurements: what the file holds is seen from its content, never from its name. */
import fs from "node:fs";
import { createInterface } from "node:readline";
import type { Readable } from "node:stream";
import { createGunzip } from "node:zlib";
import { csvRows, isHeader, missingColumns, REQUIRED_COLUMNS } from "./csv";
import { toReport, UnusableRow, type RawReport } from "./fields";
import { parseReportLine } from "./report-lines";
import type { Report } from "./report";
import { parseTelemetryLine } from "./telemetry-events";

export interface InputSummary {
  /** Rows that were there to be used: used + rejected. */
  readonly read: number;
  readonly used: number;
  readonly rejected: number;
  /** Why rows were rejected, each with how many and the first one's line number. */
  readonly reasons: { reason: string; count: number; firstLine: number }[];
}

/** A file that can't be read at all; the message is one sentence. */
export class InputError extends Error {
  override readonly name = "InputError";
}

type ParseLine = (line: string) => readonly RawReport[];

/**
 * Reads every report of a file, in the file's order. A row that can't be used is counted with its reason.
 *
 * @param file its path; plain or gzip.
 * @param functionName the function of rows that don't name theirs.
 * @param onReport told of each report.
 * @throws InputError where the file can't be read, is empty, or holds none of the formats.
 */
export async function readReports(
  file: string,
  functionName: string | undefined,
  onReport: (report: Report) => void,
): Promise<InputSummary> {
  const lines = createInterface({ input: await open(file), crlfDelay: Infinity });
  const reasons = new Map<string, { reason: string; count: number; firstLine: number }>();
  let parse: ParseLine | undefined;
  let lineNumber = 0;
  let used = 0;
  let rejected = 0;
  try {
    for await (const line of lines) {
      lineNumber++;
      if (line.trim() === "") continue;
      if (!parse) {
        const first = line.replace(/^\uFEFF/, "");
        parse = formatOf(first, file, functionName);
        if (isHeader(first)) continue;
      }
      try {
        for (const raw of parse(line)) {
          onReport(toReport(raw));
          used++;
        }
      } catch (error) {
        if (!(error instanceof UnusableRow)) throw error;
        const known = reasons.get(error.message);
        if (known) known.count++;
        else reasons.set(error.message, { reason: error.message, count: 1, firstLine: lineNumber });
        rejected++;
      }
    }
  } catch (error) {
    if (error instanceof InputError) throw error;
    throw new InputError(`${file} could not be read: ${(error as Error).message}.`);
  }
  if (!parse) throw new InputError(`${file} is empty.`);
  if (used + rejected === 0) {
    throw new InputError(
      `${file} holds no Lambda report: it must be CSV with the columns ${REQUIRED_COLUMNS.join(", ")}, Telemetry API events as JSON lines, or REPORT lines of a log.`,
    );
  }
  return { read: used + rejected, used, rejected, reasons: [...reasons.values()] };
}

/** What every line of the file is to be read as, seen from its first one. */
function formatOf(firstLine: string, file: string, functionName: string | undefined): ParseLine {
  if (/^\s*[{[]/.test(firstLine)) return (line) => parseTelemetryLine(line, functionName);
  if (isHeader(firstLine)) {
    const missing = missingColumns(firstLine, functionName);
    if (missing.length > 0)
      throw new InputError(`${file} lacks the CSV column ${missing.join(", ")} in its header.`);
    const row = csvRows(firstLine, functionName);
    return (line) => [row(line)];
  }
  return (line) => {
    const raw = parseReportLine(line, functionName);
    return raw ? [raw] : [];
  };
}

/** The file's text; gzip and binary are told by the first bytes. */
async function open(file: string): Promise<Readable> {
  const start = Buffer.alloc(512);
  let length: number;
  try {
    const handle = await fs.promises.open(file);
    try {
      length = (await handle.read(start, 0, start.length, 0)).bytesRead;
    } finally {
      await handle.close();
    }
  } catch (error) {
    throw new InputError(`${file} can't be read: ${(error as Error).message}.`);
  }
  const raw = fs.createReadStream(file);
  if (start[0] === 0x1f && start[1] === 0x8b) {
    const text = createGunzip();
    raw.on("error", (error) => text.destroy(error)).pipe(text);
    return text;
  }
  if (start.subarray(0, length).includes(0)) throw new InputError(`${file} is neither text nor gzip.`);
  return raw;
}
