/**
 * A recording's history for the back-test. An invocation wants what it used, at any size; at its cap that is only a
 * lower bound, and the back-test assumes one MB more than it had. The duration model predicts durations at other sizes
 * from the measurements at the sizes that the function had.
 */
import { MS_PER_DAY } from "../../runtime/duration";
import { durationModel } from "../../runtime/sizing/duration-model";
import { measuredFrom, plus, type Measured } from "../../runtime/sizing/measured";
import type { Report } from "../input/report";
import { memoised } from "./from-fleet";
import type { History, Step, Subject } from "./history";

/** A function's reports in the order in which they came, one column per field. */
interface Columns {
  readonly functionName: string;
  readonly functionArn: string;
  readonly timeMs: number[];
  readonly memorySizeMB: number[];
  readonly usedMB: number[];
  readonly durationMs: number[];
  readonly error: number[];
  readonly atCap: number[];
}

export class RecordedHistory {
  /** By ARN. */
  private readonly columns = new Map<string, Columns>();
  private firstMs = Infinity;
  private lastMs = -Infinity;
  reports = 0;

  get functions(): number {
    return this.columns.size;
  }

  readonly add = (report: Report): void => {
    const { functionName, functionArn, timeMs, memorySizeMB, maxMemoryUsedMB, durationMs } = report;
    let columns = this.columns.get(functionArn);
    if (!columns) {
      columns = {
        functionName,
        functionArn,
        timeMs: [],
        memorySizeMB: [],
        usedMB: [],
        durationMs: [],
        error: [],
        atCap: [],
      };
      this.columns.set(functionArn, columns);
    }
    const atCap = maxMemoryUsedMB >= memorySizeMB || report.errorType === "Runtime.OutOfMemory";
    columns.timeMs.push(timeMs);
    columns.memorySizeMB.push(memorySizeMB);
    columns.usedMB.push(atCap ? Math.max(maxMemoryUsedMB, memorySizeMB) + 1 : maxMemoryUsedMB);
    columns.durationMs.push(durationMs);
    columns.error.push(report.status === "success" || atCap ? 0 : 1);
    columns.atCap.push(Number(atCap));
    this.firstMs = Math.min(this.firstMs, timeMs);
    this.lastMs = Math.max(this.lastMs, timeMs);
    this.reports++;
  };

  /** @param stepMs the time after which sizes may change: a day, or a whole fraction of one. */
  history(stepMs: number): History {
    const startMs = Math.floor(this.firstMs / MS_PER_DAY) * MS_PER_DAY;
    const endMs = Math.floor(this.lastMs / MS_PER_DAY) * MS_PER_DAY + MS_PER_DAY;
    return {
      startMs,
      steps: (endMs - startMs) / stepMs,
      stepMs,
      subjects: [...this.columns.values()].map((columns) => subjectOf(columns, startMs, stepMs)),
    };
  }
}

function subjectOf(columns: Columns, startMs: number, stepMs: number): Subject {
  const { functionName, functionArn, timeMs, memorySizeMB, durationMs } = columns;
  const order = Array.from(timeMs.keys()).sort((a, b) => (timeMs[a] ?? 0) - (timeMs[b] ?? 0));
  const meanMs = memoised((sizeMB) => ({ durationMs: model.durationMs(sizeMB) ?? 0, cpuMs: 0 }));
  const model = durationModel(measuredSizes(columns, order));
  const steps: Step[] = [];
  for (let from = 0; from < order.length;) {
    const indexAt = (at: number) => Math.floor(((timeMs[order[at] ?? 0] ?? 0) - startMs) / stepMs);
    const index = indexAt(from);
    let to = from + 1;
    while (to < order.length && indexAt(to) === index) to++;
    const rows = order.slice(from, to);
    const usedMB = Uint32Array.from(rows, (row) => Math.ceil(columns.usedMB[row] ?? 0));
    const peakMB = usedMB.reduce((peak, used) => Math.max(peak, used), 0);
    steps.push({
      index,
      firstMs: timeMs[rows[0] ?? 0] ?? 0,
      lastMs: timeMs[rows.at(-1) ?? 0] ?? 0,
      usedMB,
      durationFactor: Float64Array.from(rows, (row) => {
        const expectedMs = meanMs(memorySizeMB[row] ?? 0).durationMs;
        return expectedMs > 0 ? (durationMs[row] ?? 0) / expectedMs : 1;
      }),
      errors: Uint8Array.from(rows, (row) => columns.error[row] ?? 0),
      peakAtCap: rows.some((row, at) => columns.atCap[row] === 1 && usedMB[at] === peakMB),
    });
    from = to;
  }
  return {
    functionName,
    functionArn,
    architecture: "x86_64",
    memorySizeMB: memorySizeMB[order[0] ?? 0] ?? 0,
    weight: 1,
    cpu: false,
    durationAt: meanMs,
    steps,
  };
}

/** The measurements at each size, one bucket a day. */
function measuredSizes({ timeMs, memorySizeMB, durationMs }: Columns, order: readonly number[]): Measured[] {
  const buckets = new Map<string, { invocations: number; durationMs: number; durationSquaredMs2: number }>();
  for (const row of order) {
    const one = durationMs[row] ?? 0;
    if (one <= 0) continue;
    const day = Math.floor((timeMs[row] ?? 0) / MS_PER_DAY);
    const key = `${day} ${memorySizeMB[row] ?? 0}`;
    const bucket = buckets.get(key) ?? { invocations: 0, durationMs: 0, durationSquaredMs2: 0 };
    bucket.invocations++;
    bucket.durationMs += one;
    bucket.durationSquaredMs2 += one ** 2;
    buckets.set(key, bucket);
  }
  const sizes = new Map<number, Measured>();
  for (const [key, figures] of buckets) {
    const [day = 0, sizeMB = 0] = key.split(" ").map(Number);
    const windowEnd = new Date((day + 1) * MS_PER_DAY).toISOString();
    const others = { errors: 0, timeouts: 0, outOfMemory: 0 };
    const measured = measuredFrom({ memorySizeMB: sizeMB, windowEnd, ...figures, ...others });
    const before = sizes.get(sizeMB);
    sizes.set(sizeMB, before ? plus(before, measured) : measured);
  }
  return [...sizes.values()];
}
