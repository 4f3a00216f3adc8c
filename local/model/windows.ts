/** The records and times of each window, in the model of the Flink job. */
import type { TelemetryRecord } from "../../runtime/contract";
import type { Settings } from "../../runtime/settings";
import { groupBy } from "../collections";
import { floorTo, inTimeOrder, ms, timeMs, type Some } from "./records";

/** One window of one function. */
export interface Window {
  readonly startMs: number;
  readonly endMs: number;
  readonly records: Some<TelemetryRecord>;
  /** A moment at which a bucket starts. */
  readonly bucketOriginMs: number;
}

/** Restricts windows to those that end after `afterMs`, and at or before `untilMs`. */
export interface Between {
  readonly afterMs: number;
  readonly untilMs: number;
}
const ALL: Between = { afterMs: -Infinity, untilMs: Infinity };

/** @param records of one function, in any order. */
export function windowsOf(
  records: readonly TelemetryRecord[],
  settings: Settings,
  between: Between = ALL,
): Window[] {
  const [first, ...others] = records;
  if (!first) return [];
  const windows = windowsOfType([first, ...others], settings, between);
  return windows.filter(({ endMs }) => endMs > between.afterMs && endMs <= between.untilMs);
}

function windowsOfType(records: Some<TelemetryRecord>, settings: Settings, between: Between): Window[] {
  switch (settings.windowType) {
    case "tumbling":
      return tumblingWindows(records, ms(settings.windowLength));
    case "sliding":
      return slidingWindows(records, ms(settings.windowLength), ms(settings.slide), between);
    case "session":
      return sessionWindows(records, ms(settings.sessionGap));
    case "per-function":
      return perFunctionWindows(records, ms(settings.windowLength));
  }
}

function tumblingWindows(records: Some<TelemetryRecord>, lengthMs: number): Window[] {
  const groups = groupBy(records, (record) => floorTo(timeMs(record), lengthMs));
  return [...groups].map(([startMs, records]) => {
    return { startMs, endMs: startMs + lengthMs, records, bucketOriginMs: 0 };
  });
}

function slidingWindows(
  records: Some<TelemetryRecord>,
  lengthMs: number,
  slideMs: number,
  { afterMs, untilMs }: Between,
): Window[] {
  const windows: Window[] = [];
  const firstMs = Math.min(...records.map(timeMs));
  const lastMs = Math.max(...records.map(timeMs));
  const firstEndMs = floorTo(Math.max(firstMs, afterMs), slideMs) + slideMs;
  for (let endMs = firstEndMs; endMs - lengthMs <= lastMs && endMs <= untilMs; endMs += slideMs) {
    const startMs = endMs - lengthMs;
    const [first, ...others] = records.filter(
      (record) => timeMs(record) >= startMs && timeMs(record) < endMs,
    );
    if (first) windows.push({ startMs, endMs, records: [first, ...others], bucketOriginMs: 0 });
  }
  return windows;
}

function sessionWindows(records: Some<TelemetryRecord>, gapMs: number): Window[] {
  const sessions: [TelemetryRecord, ...TelemetryRecord[]][] = [];
  for (const record of inTimeOrder(records)) {
    const last = sessions.at(-1)?.at(-1);
    if (last && timeMs(record) - timeMs(last) <= gapMs) sessions.at(-1)?.push(record);
    else sessions.push([record]);
  }
  return sessions.map((records) => {
    const times = records.map(timeMs);
    return {
      startMs: Math.min(...times),
      endMs: Math.max(...times) + gapMs,
      records,
      bucketOriginMs: 0,
    };
  });
}

function perFunctionWindows(records: Some<TelemetryRecord>, lengthMs: number): Window[] {
  const windows: (Window & { records: [TelemetryRecord, ...TelemetryRecord[]] })[] = [];
  for (const record of inTimeOrder(records)) {
    const current = windows.at(-1);
    const startMs = timeMs(record);
    if (current && startMs < current.endMs) current.records.push(record);
    else windows.push({ startMs, endMs: startMs + lengthMs, records: [record], bucketOriginMs: startMs });
  }
  return windows;
}
