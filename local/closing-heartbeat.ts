/** The heartbeat that closes a run's last windows. Nothing else would move event time past the last report. */
import type { HeartbeatRecord } from "../runtime/contract";
import { durationMs } from "../runtime/duration";
import type { Settings } from "../runtime/settings";

/**
 * The heartbeat that moves event time past the end of the last window with telemetry, and the watermark that follows.
 *
 * @param lastReportMs the time of the latest report, in epoch milliseconds.
 */
export function closingHeartbeat(
  lastReportMs: number,
  settings: Pick<Settings, "windowType" | "windowLength" | "slide" | "sessionGap" | "lateness">,
): { heartbeat: HeartbeatRecord; watermarkMs: number } {
  const watermarkMs = lastWindowEndMs(lastReportMs, settings);
  const heartbeatMs = watermarkMs + (durationMs(settings.lateness) ?? 0);
  return { heartbeat: { heartbeatAt: new Date(heartbeatMs).toISOString() }, watermarkMs };
}

function lastWindowEndMs(
  lastReportMs: number,
  settings: Pick<Settings, "windowType" | "windowLength" | "slide" | "sessionGap">,
): number {
  const windowMs = durationMs(settings.windowLength) ?? 0;
  const slideMs = durationMs(settings.slide) ?? 0;
  switch (settings.windowType) {
    case "tumbling":
      return Math.floor(lastReportMs / windowMs) * windowMs + windowMs;
    case "sliding":
      return Math.floor(lastReportMs / slideMs) * slideMs + windowMs;
    case "session":
      return lastReportMs + (durationMs(settings.sessionGap) ?? 0);
    case "per-function":
      // The latest window starts at the last report.
      return lastReportMs + windowMs;
  }
}
