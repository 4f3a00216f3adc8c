/** One invocation's report, with the numbers of Lambda's `platform.report`, read from any format. */
export interface Report {
  /** Epoch milliseconds. */
  readonly timeMs: number;
  readonly functionName: string;
  /** Unqualified. */
  readonly functionArn: string;
  readonly functionVersion: string;
  readonly memorySizeMB: number;
  readonly maxMemoryUsedMB: number;
  readonly durationMs: number;
  readonly billedDurationMs: number;
  readonly initDurationMs?: number | undefined;
  readonly status: "success" | "error" | "failure" | "timeout";
  readonly errorType?: string | undefined;
  readonly requestId: string;
}

/** The report as a Telemetry API event of schema 2022-12-13 ("Lambda Telemetry API Event schema reference"). */
export function toPlatformReport(report: Report) {
  const { durationMs, billedDurationMs, memorySizeMB, maxMemoryUsedMB, initDurationMs } = report;
  return {
    time: new Date(report.timeMs).toISOString(),
    type: "platform.report",
    record: {
      requestId: report.requestId,
      status: report.status,
      ...(report.errorType === undefined ? {} : { errorType: report.errorType }),
      metrics: {
        durationMs,
        billedDurationMs,
        memorySizeMB,
        maxMemoryUsedMB,
        ...(initDurationMs === undefined ? {} : { initDurationMs }),
      },
    },
  };
}
