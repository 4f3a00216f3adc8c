/** The steps that change a function's history, one function each. All are pure; history-table.ts stores the result. */
import type { Recommendation } from "../contract";
import { MS_PER_DAY } from "../duration";
import { emptyProfile, withChangeFrom } from "../sizing/profile";
import {
  compareSequenceNumbers,
  emptyHistory,
  type Change,
  type Figures,
  type History,
  type Hold,
} from "./history-item";
import { baselineMBOf, believedSizes } from "./known-sizes";
import type { LiveFunction } from "./live-function";
import { measuredNeeds, withNeedsOf } from "./needs";
import { omit } from "./omit";

/** How many changes are kept; older ones are in the log. */
const CHANGES_KEPT = 20;

/** How long the updater itself holds a function after a regression. An operator's hold has no end. */
const HOLD_LASTS_MS = 90 * MS_PER_DAY;

/** The reasons for changes that restore an earlier size. */
const TAKE_BACKS = ["regression", "rollback"];

export function lastChange(history: History): Change | undefined {
  return history.changes.at(-1);
}

/** Whether a change restored an earlier size. */
export function takesBack({ reason }: Change): boolean {
  return TAKE_BACKS.includes(reason);
}

/** Adds what a recommendation says about its function, whether or not it is applied: its need, and memory pressure. */
export function withObserved(history: History, recommendation: Recommendation): History {
  const { windowEnd, reason } = recommendation;
  const needs = withNeedsOf(history.needs, recommendation);
  const observed = needs === history.needs ? history : { ...history, needs };
  const { pressureAt } = history;
  if (reason !== "memory-pressure") return observed;
  if (pressureAt !== undefined && Date.parse(windowEnd) <= Date.parse(pressureAt)) return observed;
  return { ...observed, pressureAt: windowEnd };
}

/** The history before a change is made. Nothing of the change counts yet. */
export function withPending(history: History, change: Change, hold?: Hold): History {
  return { ...history, pending: { change, ...(hold && { hold }) } };
}

/** The history once the pending change has been made. The change, its hold and its consequences count from here on. */
export function withPendingMade(history: History): History {
  // A change that waited for the change window was measured at a size that the function no longer has.
  const { pending, ...rest } = omit(history, "deferred");
  if (!pending) return history;
  const { change, hold } = pending;
  const { memorySizeMB, originalMemorySizeMB, settledSequenceNumber: settled = "" } = history;
  // Somebody else set the size that this change began with. That is now the owner's size, and replaces the older one.
  const setByOwner = originalMemorySizeMB === undefined || memorySizeMB !== change.from;
  const { profile = emptyProfile() } = history;
  const known = setByOwner
    ? { ...omit(profile, "baselineMB"), changes: 0 }
    : { ...profile, baselineMB: baselineMBOf(history) };
  const isNewer = compareSequenceNumbers(change.sequenceNumber, settled) > 0;
  const steps = change.trigger === "memory-pressure" ? pressureStepsOn(history, change.at) + 1 : undefined;
  return {
    ...rest,
    // A take-back is based on a lower bound, which must outlive it.
    needs: takesBack(change) ? history.needs : measuredNeeds(history.needs),
    memorySizeMB: change.to,
    originalMemorySizeMB: setByOwner ? change.from : originalMemorySizeMB,
    profile: withChangeFrom(known, change.from),
    watch: { before: believedSizes({ ...history, profile: known }, change.from), buckets: 0 },
    changes: [...history.changes, change].slice(-CHANGES_KEPT),
    ...(isNewer && { settledSequenceNumber: change.sequenceNumber }),
    ...(steps !== undefined && { pressureSteps: { day: dayOf(change.at), count: steps } }),
    ...(hold && !isHeldByOperator(history) && { hold }),
  };
}

/** The history once it is known that the pending change was not made. */
export function withPendingDropped(history: History): History {
  return omit(history, "pending");
}

/** The history with its pending change made or dropped, as the live function shows. */
export function withPendingSettled(history: History, live: Pick<LiveFunction, "memorySizeMB">): History {
  if (!history.pending) return history;
  return live.memorySizeMB === history.pending.change.to
    ? withPendingMade(history)
    : withPendingDropped(history);
}

/**
 * The history of a function that is gone. A new function of the same name inherits neither hold nor needs nor original
 * size. The size stays, for infrastructure code to adopt.
 */
export function ofDeletedFunction(history: History): History {
  const {
    functionName,
    revision,
    changes,
    memorySizeMB,
    settledSequenceNumber,
    needs,
    hold,
    pending,
    deferred,
    profile,
  } = history;
  if (changes.length === 0 && needs.length === 0 && !hold && !pending && !deferred && !profile) {
    return history;
  }
  return {
    ...emptyHistory(functionName),
    revision,
    ...(memorySizeMB !== undefined && { memorySizeMB }),
    ...(settledSequenceNumber !== undefined && { settledSequenceNumber }),
  };
}

/** Whether an operator holds the function. That hold has no end, and the updater's own never replaces it. */
export function isHeldByOperator({ hold }: Pick<History, "hold">): boolean {
  return hold !== undefined && hold.until === undefined;
}

export function holdOf(by: "regression" | "operator", reason: string, at: string): Hold {
  if (by === "operator") return { since: at, reason };
  return { since: at, reason, until: new Date(Date.parse(at) + HOLD_LASTS_MS).toISOString() };
}

/**
 * Whether the function is held. The updater's own hold ends after 90 days, or when somebody else sets another size: the
 * function no longer has the size that the hold was for.
 */
export function isHeld(
  { hold, memorySizeMB }: History,
  live: Pick<LiveFunction, "memorySizeMB">,
  nowMs: number,
): boolean {
  if (!hold) return false;
  if (hold.until === undefined) return true;
  return nowMs < Date.parse(hold.until) && live.memorySizeMB === memorySizeMB;
}

/** How many changes memory pressure caused on a day. */
export function pressureStepsOn({ pressureSteps }: History, at: string): number {
  return pressureSteps?.day === dayOf(at) ? pressureSteps.count : 0;
}

function dayOf(isoTime: string): string {
  return isoTime.slice(0, 10);
}

export function figures({ invocations, errors, timeouts, billedGBSeconds }: Recommendation): Figures {
  return {
    invocations,
    ...(errors !== undefined && { errors }),
    ...(timeouts !== undefined && { timeouts }),
    ...(billedGBSeconds !== undefined && { billedGBSeconds }),
  };
}

/** The history with a window's recommendation that waits for the change window. */
export function withDeferred(
  history: History,
  recommendation: Recommendation,
  { to, sequenceNumber, nowMs }: { to: number; sequenceNumber: string; nowMs: number },
): History {
  const since = new Date(nowMs).toISOString();
  return { ...history, deferred: { since, to, sequenceNumber, record: JSON.stringify(recommendation) } };
}

/** The history after a window's recommendation that is newer than the one that waits for the change window. */
export function withoutEarlierDeferred(
  history: History,
  { reason }: Pick<Recommendation, "reason">,
  sequenceNumber: string,
): History {
  const isNewer = reason === "window" && history.deferred?.sequenceNumber !== sequenceNumber;
  return isNewer && history.deferred ? omit(history, "deferred") : history;
}

/**
 * The history once a recommendation is settled. A deferred one may be settled after later records. One from the telemetry
 * stream has no sequence number and leaves no trace.
 */
export function withSettled(history: History, sequenceNumber: string): History {
  if (sequenceNumber === "") return history;
  const { settledSequenceNumber: settled = "", deferred } = history;
  return {
    ...(deferred?.sequenceNumber === sequenceNumber ? omit(history, "deferred") : history),
    settledSequenceNumber: compareSequenceNumbers(sequenceNumber, settled) > 0 ? sequenceNumber : settled,
  };
}

/** Whether the history alone shows that a recommendation is settled. A deferred one isn't. */
export function isSettled(history: History, sequenceNumber: string): boolean {
  if (sequenceNumber === "") return false;
  if (history.deferred?.sequenceNumber === sequenceNumber) return false;
  return [history.settledSequenceNumber, lastChange(history)?.sequenceNumber].some(
    (settled) => settled !== undefined && compareSequenceNumbers(sequenceNumber, settled) <= 0,
  );
}
