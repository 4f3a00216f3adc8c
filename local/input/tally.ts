/** Counts what happened to an input's rows. Every row that isn't used has a reason. */
import type { UnusableRow } from "./fields";

export interface Reason {
  /** One sentence without its full stop. A value in it is that of the first such row. */
  readonly reason: string;
  readonly count: number;
  /** The line of the first such row, counted from 1. */
  readonly firstLine: number;
}

export interface InputSummary {
  /** Used and rejected rows together. */
  readonly read: number;
  readonly used: number;
  readonly rejected: number;
  /** Log lines and Telemetry API events that are not reports. */
  readonly ignored: number;
  /** Why rows were rejected, in the order in which the reasons first occurred. */
  readonly reasons: readonly Reason[];
}

export class Tally {
  private used = 0;
  private rejected = 0;
  private ignored = 0;
  private readonly reasons = new Map<string, { reason: string; count: number; firstLine: number }>();

  use(): void {
    this.used++;
  }

  ignore(): void {
    this.ignored++;
  }

  /** @param lineNumber counted from 1. */
  reject({ fault, message }: UnusableRow, lineNumber: number): void {
    this.rejected++;
    const known = this.reasons.get(fault);
    if (known) known.count++;
    else this.reasons.set(fault, { reason: message, count: 1, firstLine: lineNumber });
  }

  summary(): InputSummary {
    const { used, rejected, ignored } = this;
    return { read: used + rejected, used, rejected, ignored, reasons: [...this.reasons.values()] };
  }
}
