/** Sorts what the Telemetry API delivers: folds reports, notes finished invocations and losses, ignores the rest. */
import type { Fold, PlatformReport } from "./fold";
import type { Invocations } from "./invocations";
import type { Losses } from "./losses";

interface TelemetryEvent extends PlatformReport {
  readonly type?: unknown;
}

/** Takes one delivery's body. A bad event in it doesn't affect the others. */
export function collect(body: string, fold: Fold, invocations: Invocations, losses: Losses): void {
  const events = parse(body);
  if (!events) {
    losses.add("unreadableBodies");
    return;
  }
  for (const event of events as (TelemetryEvent | null)[]) {
    if (event?.type === "platform.report") {
      const outcome = fold.add(event);
      if (outcome === "unusable") losses.add("unusableReports");
      else if (outcome === "overflow") losses.add("overflowingReports");
      invocations.reported(event.record?.requestId);
    } else if (event?.type === "platform.runtimeDone") {
      invocations.done(event.record?.requestId);
    } else if (event?.type === "platform.logsDropped") {
      const dropped = (event.record as { droppedRecords?: unknown } | undefined)?.droppedRecords;
      losses.add("droppedByLambda", typeof dropped === "number" && dropped > 0 ? dropped : 1);
    }
  }
}

function parse(body: string): unknown[] | undefined {
  try {
    const value: unknown = JSON.parse(body);
    return Array.isArray(value) ? value : undefined;
  } catch {
    return undefined;
  }
}
