/** What a command would do to a function, by its history alone. The updater looks at the function itself, too. Pure. */
import { decideRollback } from "../runtime/updater/command";
import { isHeldByOperator } from "../runtime/updater/history";
import type { History } from "../runtime/updater/history-item";

/** Undefined where nothing would be done. */
export function planOfRollback(history: History, to: "previous" | "original"): string | undefined {
  // As far as the history tells, the change under way comes about, and nobody else set another size.
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
