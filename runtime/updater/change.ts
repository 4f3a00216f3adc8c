/**
 * Makes at most one change to one function. What is about to be done is written to the history first, the function is
 * changed from just the state that was judged, and whatever leaves the end in doubt (a lost answer, somebody else's
 * update) is settled by looking again. So a change is made once, however often it is asked for.
 */
import { meaningOf } from "./aws-errors";
import type { Deadline } from "./deadline";
import { holdOf, ofDeletedFunction, withPending, withPendingDropped, withPendingMade } from "./history";
import type { Change, History } from "./history-item";
import { HistoryConflictError, type HistoryTable } from "./history-table";
import type { LiveFunction } from "./live-function";
import { skipped, tidingsOf, type Decision, type Outcome, type SkipReason } from "./outcome";
import type { ReadTarget, Target } from "./targets";

/** About half a minute: a function that is busy for longer is left to the next delivery. */
const MOST_WAITS = 10;

/** The function was being updated for as long as it was waited for. */
export class FunctionBusyError extends Error {
  override readonly name = "FunctionBusyError";
}

export interface ChangeRequest {
  readonly functionName: string;
  readonly target: Target;
  /** Why the history alone tells that there is nothing to do; undefined where it doesn't. */
  readonly settledBy?: (history: History) => SkipReason | undefined;
  readonly decide: (live: LiveFunction, history: History) => Decision;
  /** What the change rests on. */
  readonly basis: Omit<Change, "at" | "from" | "to" | "reason" | "revisionId">;
}

/**
 * @throws what the control plane or the history table refuses with for good or for too long, FunctionBusyError, and
 *   OutOfTimeError.
 */
export async function change(
  { functionName, target, settledBy, decide, basis }: ChangeRequest,
  histories: HistoryTable,
  deadline: Deadline,
): Promise<Outcome> {
  let history = await histories.read(functionName);
  // A batch that comes again costs no control-plane call for what was settled the first time.
  const settled = settledBy?.(history);
  if (settled) return skipped(settled);
  for (let waits = 0; waits < MOST_WAITS; waits++) {
    deadline.check();
    try {
      const read = await target();
      if (typeof read === "string") {
        const kept = read === "no-such-function" ? ofDeletedFunction(history) : history;
        if (kept !== history) await histories.write(kept, history);
        return skipped(read);
      }
      const { live } = read;
      const decision = decide(live, history);
      if (decision.action === "skip") {
        if (decision.history !== history) await histories.write(decision.history, history);
        const { to, reason } = decision;
        return { status: "skipped", from: live.memorySizeMB, to, reason, live, ...tidingsOf(decision) };
      }
      if (decision.action === "apply") {
        const pending = await histories.write(
          planned(decision, live, basis, new Date().toISOString()),
          history,
        );
        const isMade = await make(read, decision.to, target).catch(async (error: unknown) => {
          // Refused for good: it was never made. Of anything else nobody knows what is still to come.
          if (meaningOf(error) === "refused") await histories.write(withPendingDropped(pending), pending);
          throw error;
        });
        if (isMade) {
          await confirm(pending, histories);
          const { to, reason, holdBy } = decision;
          const held = holdBy !== undefined && { holdBy };
          return {
            status: "applied",
            from: live.memorySizeMB,
            to,
            reason,
            live,
            ...held,
            ...tidingsOf(decision),
          };
        }
        history = await histories.write(withPendingDropped(pending), pending);
      }
    } catch (error) {
      if (!(error instanceof HistoryConflictError)) throw error;
      history = await histories.read(functionName);
    }
    await deadline.wait(waits);
  }
  throw new FunctionBusyError(`${functionName} was being updated all the time`);
}

/**
 * The history with the change that is about to be made. Pure.
 *
 * @param at when, ISO 8601.
 */
export function planned(
  { to, reason, detail, holdBy, history }: Decision & { action: "apply" },
  { memorySizeMB: from, revisionId }: LiveFunction,
  basis: ChangeRequest["basis"],
  at: string,
): History {
  const hold = holdBy === undefined ? undefined : holdOf(holdBy, detail ?? reason, at);
  return withPending(history, { ...basis, at, from, to, reason, revisionId }, hold);
}

/** Notes that the change was made, so that nobody needs to look again. */
async function confirm(pending: History, histories: HistoryTable): Promise<void> {
  try {
    await histories.write(withPendingMade(pending), pending);
  } catch {
    // It was made all the same. The next look at the function finds that.
  }
}

/** Changes the function; where that is refused or in doubt, looks whether it was changed all the same. */
async function make(read: ReadTarget, to: number, target: Target): Promise<boolean> {
  try {
    await read.changeMemory(to);
    return true;
  } catch (error) {
    const meaning = meaningOf(error);
    if (meaning === "refused" || meaning === "out-of-time") throw error;
    const now = await target();
    if (typeof now !== "string" && now.live.memorySizeMB === to) return true;
    if (meaning !== "in-the-way") throw error;
    return false;
  }
}
