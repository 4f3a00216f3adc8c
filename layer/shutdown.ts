/** The last state: what is still held goes out, within the 2,000 ms that Lambda grants. */
import type { Flush } from "./flush";
import type { Invocations } from "./invocations";
import type { Log } from "./log";
import type { Losses } from "./losses";
import type { ShutdownEvent } from "./next";

/** Of Lambda's 2,000 ms; the rest is for the process to end in on a busy processor. */
const BUDGET_MS = 1_500;
/** Kept back from a deadline that is nearer than that. */
const MARGIN_MS = 300;
/** Lambda delivers the last report now at the latest, 25 ms after it was made. */
const LAST_REPORT_MS = 50;

/** Never rejects, and resolves when the process may end. */
export async function shutDown(
  { deadlineMs }: ShutdownEvent,
  { flush, invocations, losses, log }: { flush: Flush; invocations: Invocations; losses: Losses; log: Log },
): Promise<void> {
  const startedAtMs = Date.now();
  const granted = typeof deadlineMs === "number" ? deadlineMs - MARGIN_MS : Infinity;
  const deadlineAtMs = Math.min(startedAtMs + BUDGET_MS, Math.max(granted, startedAtMs + MARGIN_MS));
  await invocations.lastReport(LAST_REPORT_MS);
  const lost = await flush.flushFinal(deadlineAtMs);
  if (lost > 0) log.warn(`The telemetry of ${lost} invocations was lost: Kinesis did not take it in time.`);
  losses.tell();
}
