/**
 * `--demand FILE.csv`: rows with time, functionName and usedMB. Each row is an invocation, and replaces the function's
 * `usedMB`.
 */
import { parse } from "csv-parse/sync";
import { InputError, lineBatches } from "../input/lines";
import type { RecordedDemand } from "./demand";
import type { Fleet } from "./fleet-file";

const COLUMNS = ["time", "functionName", "usedMB"] as const;

/**
 * @param file its path; plain or gzip.
 * @throws InputError, in one sentence, if the file or one of its rows can't be used.
 */
export async function readDemand(file: string, fleet: Fleet): Promise<RecordedDemand> {
  const demand = new Map<string, { timeMs: number; usedMB: number }[]>();
  const known = new Set(fleet.functions.map(({ functionName }) => functionName));
  let columns: readonly number[] | undefined;
  let lineNumber = 0;
  for await (const lines of lineBatches(file)) {
    for (const line of lines) {
      lineNumber++;
      if (line === undefined || line.trim() === "") continue;
      const cells = cellsOf(line);
      if (!cells) throw new InputError(`${file}, line ${lineNumber}: the row's quotes don't match.`);
      if (!columns) {
        columns = COLUMNS.map((column) => cells.indexOf(column));
        const missing = COLUMNS.filter((column) => !cells.includes(column));
        if (missing.length > 0) {
          throw new InputError(
            `${file} is without the column ${missing.join(", ")}; its header must have ${COLUMNS.join(", ")}.`,
          );
        }
        continue;
      }
      const [time = "", functionName = "", used = ""] = columns.map((at) => cells[at] ?? "");
      const wrong = (what: string) => new InputError(`${file}, line ${lineNumber}: ${what}.`);
      const timeMs = Date.parse(time);
      const usedMB = Number(used);
      if (!/^\d{4}-\d\d-\d\dT/.test(time) || Number.isNaN(timeMs)) {
        throw wrong(`time is "${time}"; it must be an ISO 8601 time, such as 2026-01-01T09:30:00Z`);
      }
      if (!known.has(functionName))
        throw wrong(`functionName is "${functionName}"; the fleet has no such function`);
      if (used === "" || !(usedMB >= 1 && usedMB <= 65_536)) {
        throw wrong(`usedMB is "${used}"; it must be a number of MB from 1 to 65536`);
      }
      const rows = demand.get(functionName) ?? [];
      rows.push({ timeMs, usedMB: Math.round(usedMB) });
      demand.set(functionName, rows);
    }
  }
  for (const rows of demand.values()) rows.sort((a, b) => a.timeMs - b.timeMs);
  return demand;
}

function cellsOf(line: string): string[] | undefined {
  try {
    return (parse(line)[0] ?? []).map((cell) => cell.trim());
  } catch {
    return undefined;
  }
}
