/** Handles one observation: it goes into the profile, and takes back the watched change if that did harm. */
import type { Observation } from "../contract";
import { change } from "./change";
import { outOfScope } from "./eligibility";
import { isSettled } from "./history";
import type { History } from "./history-item";
import { HistoryConflictError } from "./history-table";
import { isWatched, observed } from "./observed";
import { skipped, type Outcome } from "./outcome";
import type { Invocation, Services } from "./services";
import { takeBack } from "./take-back";
import { targetOf } from "./targets";

/** Makes no control-plane call unless the function is new, or has a change that is watched or in doubt. */
export async function settleObservation(
  observation: Observation,
  sequenceNumber: string,
  { settings, enrolment, missing }: Services,
  { functions, histories, deadline }: Invocation,
): Promise<Outcome> {
  deadline.check();
  const { functionName, functionArn, windowStart, windowEnd } = observation;
  const refused = outOfScope(functionArn, settings);
  if (refused) return skipped(refused);
  if (missing.has(functionName)) return skipped("no-such-function");
  const history = await histories.read(functionName);
  if (!wantsALook(history, observation)) {
    const kept = observed(history, observation, sequenceNumber, settings).history;
    try {
      if (kept !== history) await histories.write(kept, history);
      return skipped("observed");
    } catch (error) {
      if (!(error instanceof HistoryConflictError)) throw error;
    }
  }
  const { target, ...alias } = targetOf(observation, settings.aliasName, functions, deadline);
  return change(
    {
      functionName,
      target,
      settledBy: (kept) => (!kept.pending && isSettled(kept, sequenceNumber) ? "already-settled" : undefined),
      decide: (live, kept) =>
        takeBack({
          observation,
          sequenceNumber,
          live,
          history: kept,
          settings,
          enrolment,
          nowMs: Date.now(),
        }),
      basis: {
        trigger: "observation",
        windowStart,
        windowEnd,
        sequenceNumber,
        ...alias,
      },
    },
    histories,
    deadline,
  );
}

/**
 * Whether the function must be looked at. A look also settles a pending change, and keeps functions that don't exist
 * out of the history table: forged telemetry can make up any name.
 */
function wantsALook(history: History, observation: Observation): boolean {
  return history.revision === 0 || history.pending !== undefined || isWatched(history, observation);
}
