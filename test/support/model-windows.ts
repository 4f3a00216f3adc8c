/** The records and times of each window, in the model of the Flink job. */
import type { TelemetryRecord } from "../../runtime/contract";
import type { Settings } from "../../runtime/settings";
import { floorTo, groupBy, inTimeOrder, ms, timeMs } from "./model-records";

/** One window of one function. */
export interface Window {
  readonly startMs: number;
  readonly endMs: number;
  /** At least one. */
  readonly records: readonly TelemetryRecord[];
  /** A moment at which a bucket starts. */
  readonly bucketOriginMs: number;
}

export function windowsOf(records: readonly TelemetryRecord[], settings: Settings): Window[] {
  switch (settings.windowType) {
    case "tumbling":
      return tumblingWindows(records, ms(settings.windowLength));
    case "sliding":
      return slidingWindows(records, ms(settings.windowLength), ms(settings.slide));
    case "session":
      return sessionWindows(records, ms(settings.sessionGap));
    case "per-function":
      return perFunctionWindows(records, ms(settings.windowLength));
  }
}

function tumblingWindows(records: readonly TelemetryRecord[], lengthMs: number): Window[] {
  const groups = groupBy(records, (record) => Math.floor(timeMs(record) / lengthMs) * lengthMs);
  return [...groups].map(([startMs, records]) => {
    return { startMs, endMs: startMs + lengthMs, records, bucketOriginMs: 0 };
  });
}

function slidingWindows(records: readonly TelemetryRecord[], lengthMs: number, slideMs: number): Window[] {
  const windows: Window[] = [];
  const firstMs = Math.min(...records.map(timeMs));
  const lastMs = Math.max(...records.map(timeMs));
  for (let endMs = floorTo(firstMs, slideMs) + slideMs; endMs - lengthMs <= lastMs; endMs += slideMs) {
    const startMs = endMs - lengthMs;
    const within = records.filter((record) => timeMs(record) >= startMs && timeMs(record) < endMs);
    if (within.length > 0) windows.push({ startMs, endMs, records: within, bucketOriginMs: 0 });
  }
  return windows;
}

function sessionWindows(records: readonly TelemetryRecord[], gapMs: number): Window[] {
  const sessions: TelemetryRecord[][] = [];
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

function perFunctionWindows(records: readonly TelemetryRecord[], lengthMs: number): Window[] {
  const windows: (Window & { records: TelemetryRecord[] })[] = [];
  for (const record of inTimeOrder(records)) {
    const current = windows.at(-1);
    const startMs = timeMs(record);
    if (current && startMs < current.endMs) current.records.push(record);
    else windows.push({ startMs, endMs: startMs + lengthMs, records: [record], bucketOriginMs: startMs });
  }
  return windows;
}
