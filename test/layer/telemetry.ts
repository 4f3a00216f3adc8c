/** Telemetry API events for tests. */
import { randomUUID } from "node:crypto";

export interface ReportOptions {
  readonly requestId?: string;
  readonly time?: string;
  readonly memorySizeMB?: number;
  readonly maxMemoryUsedMB?: number;
  readonly status?: string;
  readonly errorType?: string;
}

export function report({
  requestId = randomUUID(),
  time = "2026-03-01T12:00:00.000Z",
  memorySizeMB = 512,
  maxMemoryUsedMB = 100,
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
      metrics: { durationMs: 12.25, billedDurationMs: 13, memorySizeMB, maxMemoryUsedMB },
    },
  };
}
