/**
 * `npm run bench:flink [-- OPTIONS]`: runs the job's SQL and the same logic written by hand on the DataStream API in
 * turn, on the same generated telemetry, and prints medians. The two must give the same recommendations.
 *
 *     --functions 100,1000,10000,50000 --parallelism 1,2 --runs 3 --state-backend rocksdb (or hashmap) --window-type
 *     tumbling (with any other, only the SQL runs) --table KEY=VALUE (an option of Flink's tables, on top of what the
 *     job sets) --quick (1,000 functions, once)
 */
import Table from "cli-table3";
import { parseArgs } from "node:util";
import { parseSettings } from "../runtime/settings";
import {
  buildFlinkBench,
  measureFlink,
  REPORTS_PER_DAY,
  type FlinkFigures,
  type FlinkRun,
} from "./flink-run";
import { medianOf } from "./median";

/** SQL's records/s ÷ DataStream's, at parallelism 1. */
const MIN_RATIO = 1;
/** CPU time per record at LARGE_FLEET ÷ that at SMALL_FLEET. */
const MAX_GROWTH = 1.25;
const [SMALL_FLEET, LARGE_FLEET] = [1_000, 50_000];
/** Checkpoint size per function with tumbling windows, from SMALL_FLEET on, where fixed costs no longer count. */
const MAX_CHECKPOINT_BYTES = 600;

const { values } = parseArgs({
  options: {
    functions: { type: "string" },
    parallelism: { type: "string" },
    runs: { type: "string" },
    "state-backend": { type: "string", default: "rocksdb" },
    "window-type": { type: "string", default: "tumbling" },
    table: { type: "string", multiple: true, default: [] },
    quick: { type: "boolean", default: false },
  },
});

type Version = FlinkRun["version"];

/** The figures of each version's runs, for one fleet on `parallelism` slots. */
interface Measured {
  readonly functions: number;
  readonly parallelism: number;
  readonly sql: FlinkFigures[];
  readonly datastream: FlinkFigures[];
}

async function main(): Promise<void> {
  // The interval is longer than a run, so that both versions leave out the same records, however fast they are.
  const settings = parseSettings({ windowType: values["window-type"], pressureInterval: "1d" });
  const versions: Version[] = settings.windowType === "tumbling" ? ["sql", "datastream"] : ["sql"];
  const runs = Number(values.runs ?? (values.quick ? 1 : 3));
  const fleets = numbers(values.functions ?? (values.quick ? "1000" : "100,1000,10000,50000"));
  const tableOptions = Object.fromEntries(
    values.table.map((option) => option.split(/=(.*)/s).slice(0, 2) as [string, string]),
  );
  buildFlinkBench();

  const all: Measured[] = [];
  for (const parallelism of numbers(values.parallelism ?? (values.quick ? "1" : "1,2"))) {
    for (const functions of fleets) {
      const measured: Measured = { functions, parallelism, sql: [], datastream: [] };
      for (let run = 0; run < runs; run += 1) {
        for (const version of versions) {
          const figures = await measureFlink({
            version,
            functions,
            parallelism,
            stateBackend: values["state-backend"],
            settings,
            tableOptions,
          });
          measured[version].push(figures);
          progress(version, measured, figures);
        }
        checkAlike(measured);
      }
      all.push(measured);
    }
  }
  print(all, runs);
}

function numbers(list: string): number[] {
  return list.split(",").map(Number);
}

function progress(version: Version, { functions, parallelism }: Measured, figures: FlinkFigures): void {
  console.error(
    `${version}, ${functions} functions, parallelism ${parallelism}: ${recordsPerSecond(figures).toFixed(0)} records/s`,
  );
}

/** @throws Error with the first recommendation that only one version gave. */
function checkAlike({ sql, datastream }: Measured): void {
  const [ours, theirs] = [sql.at(-1), datastream.at(-1)].map((figures) => figures?.recommendations);
  if (theirs === undefined || ours === theirs) return;
  const known = new Set(theirs.split("\n"));
  const odd = ours?.split("\n").find((line) => !known.has(line));
  throw new Error(`The two versions don't agree; SQL alone gave ${odd ?? "less"}.`);
}

function print(all: readonly Measured[], runs: number): void {
  const table = new Table({
    head: [
      "slots",
      "functions",
      "records",
      "SQL/s",
      "DataStream/s",
      "ratio",
      "CPU µs/record",
      "÷ 1,000's",
      "checkpoint bytes/function",
      "savepoint bytes/function",
    ],
    style: { head: [], border: [] },
  });
  for (const { functions, parallelism, sql, datastream } of all) {
    const small = all.find((other) => other.functions === SMALL_FLEET && other.parallelism === parallelism);
    const growth = small && medianOf(sql.map(cpuMicros)) / medianOf(small.sql.map(cpuMicros));
    const ratio = medianOf(sql.map((figures, run) => ratioOf(figures, datastream[run])));
    const bytes = medianOf(sql.map(({ checkpointBytes }) => checkpointBytes)) / functions;
    const isHeld = values["window-type"] === "tumbling" && functions >= SMALL_FLEET;
    table.push([
      parallelism,
      functions,
      sql[0]?.records ?? 0,
      medianOf(sql.map(recordsPerSecond)).toFixed(0),
      medianText(datastream, recordsPerSecond),
      Number.isNaN(ratio) ? "" : ratio.toFixed(2) + (parallelism === 1 ? verdict(ratio >= MIN_RATIO) : ""),
      `${medianOf(sql.map(cpuMicros)).toFixed(2)} / ${medianText(datastream, cpuMicros, 2)}`,
      growth === undefined
        ? ""
        : growth.toFixed(2) + (functions === LARGE_FLEET ? verdict(growth <= MAX_GROWTH) : ""),
      `${bytes.toFixed(0)}${isHeld ? verdict(bytes <= MAX_CHECKPOINT_BYTES) : ""} / ` +
        medianText(datastream, ({ checkpointBytes }) => checkpointBytes / functions),
      `${(medianOf(sql.map(({ savepointBytes }) => savepointBytes)) / functions).toFixed(0)} / ` +
        medianText(datastream, ({ savepointBytes }) => savepointBytes / functions),
    ]);
  }
  console.log(
    `Medians of ${runs} runs, ${REPORTS_PER_DAY} records per function and day, ${values["window-type"]} windows, ` +
      `${values["state-backend"]}; SQL / DataStream:`,
  );
  console.log(table.toString());
  console.log(
    `Limits: ratio at least ${MIN_RATIO} on one slot; CPU per record at ${LARGE_FLEET} functions at most ` +
      `${MAX_GROWTH} × that at ${SMALL_FLEET}; a checkpoint of ${MAX_CHECKPOINT_BYTES} bytes per function with tumbling windows.`,
  );
}

/** The median of runs, or `-` if there were none. */
function medianText(runs: readonly FlinkFigures[], figure: (of: FlinkFigures) => number, digits = 0): string {
  return runs.length === 0 ? "-" : medianOf(runs.map(figure)).toFixed(digits);
}

function recordsPerSecond({ records, seconds }: FlinkFigures): number {
  return records / seconds;
}

function cpuMicros({ records, cpuSeconds }: FlinkFigures): number {
  return (cpuSeconds / records) * 1e6;
}

/** The ratio of two successive runs, so that a busy machine slows both. */
function ratioOf(sql: FlinkFigures, datastream: FlinkFigures | undefined): number {
  return datastream === undefined ? NaN : recordsPerSecond(sql) / recordsPerSecond(datastream);
}

function verdict(isKept: boolean): string {
  return isKept ? " OK" : " OVER";
}

main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
});
