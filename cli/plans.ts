/** What a command would do to a function, according to its history. The updater also checks the live function. Pure. */
import { decideRollback } from "../runtime/updater/command";
import { isHeldByOperator } from "../runtime/updater/history";
import type { History } from "../runtime/updater/history-item";

/** @returns undefined if nothing would be done. */
export function planOfRollback(history: History, to: "previous" | "original"): string | undefined {
  // Assumes that a pending change succeeds, and that nobody else has set another size.
  const memorySizeMB = history.pending?.change.to ?? history.memorySizeMB;
  if (memorySizeMB === undefined) return undefined;
  const live = { memorySizeMB, lastUpdateStatus: "Successful" } as const;
  const decision = decideRollback(live, history, to, new Date().toISOString());
  if (decision.action === "apply") return `${memorySizeMB} → ${decision.to} MB, and held there`;
  const isToBeHeld = decision.action === "skip" && decision.history.hold !== history.hold;
  return isToBeHeld ? `stays at ${memorySizeMB} MB, and is held there` : undefined;
}

export function planOfHold(history: History): string | undefined {
  if (isHeldByOperator(history)) return undefined;
  const { memorySizeMB } = history;
  return `held at ${memorySizeMB === undefined ? "the size that it has" : `${memorySizeMB} MB`}`;
}

export function planOfRelease({ hold }: History): string | undefined {
  return hold && `released (held since ${hold.since.slice(0, 10)}: ${hold.reason})`;
}
