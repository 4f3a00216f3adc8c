/**
 * Makes at most one change to one function. It first writes the planned change to the history, then changes the
 * function only if it is still in the state that was judged. If the result is in doubt (a lost answer, somebody else's
 * update), it looks at the function again. So a change is made once, however often it is asked for.
 */
import { meaningOf } from "./aws-errors";
import type { Deadline } from "./deadline";
import { holdOf, ofDeletedFunction, withPending, withPendingDropped, withPendingMade } from "./history";
import type { Change, History } from "./history-item";
import { HistoryConflictError, type HistoryTable } from "./history-table";
import type { LiveFunction } from "./live-function";
import { skipped, tidingsOf, type Decision, type Outcome, type SkipReason } from "./outcome";
import type { ReadTarget, Target } from "./targets";

/** About half a minute. If a function is busy for longer, the next delivery handles it. */
const MOST_WAITS = 10;

/** The function was still being updated when the wait ended. */
export class FunctionBusyError extends Error {
  override readonly name = "FunctionBusyError";
}

export interface ChangeRequest {
  readonly functionName: string;
  readonly target: Target;
  /** Returns why there is nothing to do, if the history alone shows it; undefined otherwise. */
  readonly settledBy?: (history: History) => SkipReason | undefined;
  readonly decide: (live: LiveFunction, history: History) => Decision;
  /** What the change is based on. */
  readonly basis: Omit<Change, "at" | "from" | "to" | "reason" | "revisionId">;
}

/**
 * @throws the control plane's or the history table's error, if it is final or lasts too long; FunctionBusyError;
 *   OutOfTimeError.
 */
export async function change(
  { functionName, target, settledBy, decide, basis }: ChangeRequest,
  histories: HistoryTable,
  deadline: Deadline,
): Promise<Outcome> {
  let history = await histories.read(functionName);
  // When a batch comes again, records that are already settled cost no control-plane call.
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
          // Refused for good, so it was never made. After any other error it may still be made.
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
  throw new FunctionBusyError(`${functionName} was still being updated when the wait for it ended`);
}

/**
 * Returns the history with the change that is about to be made. Pure.
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

/** Records that the change was made, so that nobody needs to look again. */
async function confirm(pending: History, histories: HistoryTable): Promise<void> {
  try {
    await histories.write(withPendingMade(pending), pending);
  } catch {
    // The change was made all the same. The next look at the function shows it.
  }
}

/** Changes the function. If that fails or is in doubt, it checks whether the function was changed all the same. */
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
