/** Telemetry API events for tests. */
import { randomUUID } from "node:crypto";

export interface ReportOptions {
  readonly requestId?: string;
  readonly time?: string;
  readonly memorySizeMB?: number;
  readonly maxMemoryUsedMB?: number;
  readonly durationMs?: number;
  readonly initDurationMs?: number;
  readonly restoreDurationMs?: number;
  readonly status?: string;
  readonly errorType?: string;
}

export function report({
  requestId = randomUUID(),
  time = "2026-03-01T12:00:00.000Z",
  memorySizeMB = 512,
  maxMemoryUsedMB = 100,
  durationMs = 12.25,
  initDurationMs,
  restoreDurationMs,
  status = "success",
  errorType,
}: ReportOptions = {}) {
  return {
    time,
    type: "platform.report",
    record: {
      requestId,
      status,
      ...(errorType !== undefined && { errorType }),
      metrics: {
        durationMs,
        billedDurationMs: Math.ceil(durationMs),
        memorySizeMB,
        maxMemoryUsedMB,
        ...(initDurationMs !== undefined && { initDurationMs }),
        ...(restoreDurationMs !== undefined && { restoreDurationMs }),
      },
    },
  };
}
