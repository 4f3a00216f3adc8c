/** The last state: sends what is still held, within the 2,000 ms that Lambda grants. */
import type { Flush } from "./flush";
import type { Invocations } from "./invocations";
import type { Log } from "./log";
import type { Losses } from "./losses";
import type { ShutdownEvent } from "./next";

/** Of Lambda's 2,000 ms. The rest is for the process to end, on a busy processor. */
const BUDGET_MS = 1_500;
/** Kept in reserve where the deadline is nearer. */
const MARGIN_MS = 300;
/** How long to wait for the last report: Lambda delivers it within 25 ms. */
const LAST_REPORT_MS = 50;

/** Resolves when the process may end. Never rejects. */
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
