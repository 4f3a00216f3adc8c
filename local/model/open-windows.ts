/** Closes one function's windows as event time advances. Each record is read a bounded number of times. */
import type { TelemetryRecord } from "../../runtime/contract";
import type { Settings } from "../../runtime/settings";
import { floorTo, ms, timeMs } from "./records";
import { windowsOf, type Window } from "./windows";

export class OpenWindows {
  private records: TelemetryRecord[] = [];
  private passedMs = -Infinity;
  private lastMs = -Infinity;
  /** For sessions: whether a session that is still open is followed by another. */
  private isFollowed = false;

  constructor(private readonly settings: Settings) {}

  /** @param record a record that is later than all before it. */
  add(record: TelemetryRecord): void {
    if (this.records.length > 0 && timeMs(record) - this.lastMs > ms(this.settings.sessionGap)) {
      this.isFollowed = true;
    }
    this.records.push(record);
    this.lastMs = timeMs(record);
  }

  /**
   * Advances event time, and returns the windows that close, oldest first.
   *
   * @param watermarkMs epoch milliseconds, later than at the last call.
   */
  pass(watermarkMs: number): Window[] {
    // As in Flink, a watermark says that no record of that millisecond or earlier is to come.
    const between = { afterMs: this.passedMs + 1, untilMs: watermarkMs + 1 };
    this.passedMs = watermarkMs;
    if (this.records.length === 0 || !this.mayClose(between.afterMs, between.untilMs)) return [];
    const closed = windowsOf(this.records, this.settings, between);
    this.drop(closed, between.untilMs);
    return closed.sort((a, b) => a.endMs - b.endMs);
  }

  private mayClose(afterMs: number, untilMs: number): boolean {
    const { windowType, windowLength, slide, sessionGap } = this.settings;
    const isBetween = (stepMs: number) => floorTo(untilMs, stepMs) > floorTo(afterMs, stepMs);
    const [first] = this.records;
    switch (windowType) {
      case "tumbling":
        return isBetween(ms(windowLength));
      case "sliding":
        return isBetween(ms(slide));
      case "session":
        return this.isFollowed || this.lastMs + ms(sessionGap) <= untilMs;
      case "per-function":
        return first !== undefined && timeMs(first) + ms(windowLength) <= untilMs;
    }
  }

  /** Drops the records that no later window contains. */
  private drop(closed: readonly Window[], untilMs: number): void {
    const { windowType, windowLength, slide } = this.settings;
    if (windowType === "sliding") {
      const isNeeded = (record: TelemetryRecord) =>
        floorTo(timeMs(record), ms(slide)) + ms(windowLength) > untilMs;
      this.records = this.records.filter(isNeeded);
      return;
    }
    const gone = new Set(closed.flatMap(({ records }) => records));
    this.records = this.records.filter((record) => !gone.has(record));
    this.isFollowed = false;
  }
}
