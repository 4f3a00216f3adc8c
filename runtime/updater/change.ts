/**
 * Makes at most one change to one function. What is to be done is written to the history first, the function is
 * changed from just the state that was judged, and whatever leaves the end in doubt (a lost answer, somebody else's
 * update) is settled by looking again. So a change is made once, however often it is asked for.
 */
import {
  LambdaServiceException,
  PreconditionFailedException,
  ResourceConflictException,
} from "@aws-sdk/client-lambda";
import type { Deadline } from "./deadline";
import { withChange, type Change, type History } from "./history";
import { HistoryConflictError, type HistoryTable } from "./history-table";
import type { LiveFunction } from "./judge";
import { ChangedMeanwhileError, type ReadTarget, type Target } from "./targets";

/** What became of it; sizes in MB, null where they aren't known. */
export interface Outcome {
  readonly status: "applied" | "skipped" | "failed";
  readonly from: number | null;
  readonly to: number | null;
  readonly reason: string;
  /** More of the reason, for a person. */
  readonly detail?: string;
  readonly live?: LiveFunction;
}

/** What to do with a function, given its state and its history. */
export type Decision =
  | {
      readonly action: "apply";
      readonly to: number;
      readonly reason: string;
      readonly holdReason?: string;
      readonly history: History;
    }
  | { readonly action: "wait" }
  | {
      readonly action: "skip";
      readonly to: number | null;
      readonly reason: string;
      readonly history: History;
    };

export interface ChangeRequest {
  readonly functionName: string;
  readonly target: Target;
  /** Whether the history alone tells that there is nothing to do any more. */
  readonly isSettled?: (history: History) => boolean;
  readonly decide: (live: LiveFunction, history: History) => Decision;
  /** What the change rests on. */
  readonly basis: Omit<Change, "at" | "from" | "to" | "reason" | "revisionId">;
}

/**
 * @throws what the control plane or the history table refuses with for good or for too long, and OutOfTimeError.
 */
export async function change(
  { functionName, target, isSettled, decide, basis }: ChangeRequest,
  histories: HistoryTable,
  deadline: Deadline,
): Promise<Outcome> {
  let history = await histories.read(functionName);
  // A batch that comes again costs no control-plane call for what was settled the first time.
  if (isSettled?.(history)) return { status: "skipped", from: null, to: null, reason: "already-settled" };
  let waits = 0;
  for (;;) {
    deadline.check();
    const read = await target();
    if (typeof read === "string") return { status: "skipped", from: null, to: null, reason: read };
    const { live } = read;
    const from = live.memorySizeMB;
    const decision = decide(live, history);
    if (decision.action === "wait") {
      await deadline.wait(waits++);
      continue;
    }
    try {
      if (decision.action === "skip") {
        if (decision.history !== history) await histories.write(decision.history, history);
        return { status: "skipped", from, to: decision.to, reason: decision.reason, live };
      }
      const { to, reason, holdReason } = decision;
      const made = { ...basis, at: new Date().toISOString(), from, to, reason, revisionId: live.revisionId };
      const written = await histories.write(withChange(decision.history, made, holdReason), history);
      const isMade = await make(read, to, target).catch(async (error: unknown) => {
        // Refused for good: it was never made. Of anything else nobody knows what is still to come.
        if (isRefusal(error)) await histories.write(decision.history, written);
        throw error;
      });
      if (isMade) {
        await confirm(written, basis.sequenceNumber, histories);
        return {
          status: "applied",
          from,
          to,
          reason,
          live,
          ...(holdReason !== undefined && { detail: holdReason }),
        };
      }
      history = await histories.write(decision.history, written);
    } catch (error) {
      if (!(error instanceof HistoryConflictError)) throw error;
      history = await histories.read(functionName);
    }
    await deadline.wait(waits++);
  }
}

/** Notes that the change was made, so that nobody needs to look again. It was made all the same if this fails. */
async function confirm(history: History, sequenceNumber: string, histories: HistoryTable): Promise<void> {
  try {
    await histories.write({ ...history, settledSequenceNumber: sequenceNumber }, history);
  } catch {
    // The next delivery, if there is one, looks.
  }
}

/** Changes the function; where that is refused or in doubt, looks whether it was changed all the same. */
async function make(read: ReadTarget, to: number, target: Target): Promise<boolean> {
  try {
    await read.changeMemory(to);
    return true;
  } catch (error) {
    const inTheWay =
      error instanceof PreconditionFailedException ||
      error instanceof ResourceConflictException ||
      error instanceof ChangedMeanwhileError;
    if (isRefusal(error) && !inTheWay) throw error;
    const now = await target();
    if (typeof now !== "string" && now.live.memorySizeMB === to) return true;
    if (!inTheWay) throw error;
    return false;
  }
}

/** Whether Lambda refused the call itself, so that trying it again won't help. */
export function isRefusal(error: unknown): boolean {
  if (!(error instanceof LambdaServiceException) || error.$fault !== "client") return false;
  const passing = ["TooManyRequestsException", "ThrottlingException", "ResourceConflictException"];
  return !passing.includes(error.name) && error.$metadata.httpStatusCode !== 429;
}
