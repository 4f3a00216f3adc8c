/** What happens to a function's history, one step each. Everything here is pure; history-table.ts keeps it. */
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

/** The reasons of changes that put an earlier size back. */
const TAKE_BACKS = ["regression", "rollback"];

export function lastChange(history: History): Change | undefined {
  return history.changes.at(-1);
}

/** Whether a change put an earlier size back. */
export function takesBack({ reason }: Change): boolean {
  return TAKE_BACKS.includes(reason);
}

/** What a recommendation says of its function, whatever becomes of it: the need it saw, and memory pressure. */
export function withObserved(history: History, recommendation: Recommendation): History {
  const { windowEnd, reason } = recommendation;
  const needs = withNeedsOf(history.needs, recommendation);
  const observed = needs === history.needs ? history : { ...history, needs };
  const { pressureAt } = history;
  if (reason !== "memory-pressure") return observed;
  if (pressureAt !== undefined && Date.parse(windowEnd) <= Date.parse(pressureAt)) return observed;
  return { ...observed, pressureAt: windowEnd };
}

/** The history before a change is made: nothing of the change counts yet. */
export function withPending(history: History, change: Change, hold?: Hold): History {
  return { ...history, pending: { change, ...(hold && { hold }) } };
}

/** The history once the pending change has been made: it, its hold and all that follows from it count from here. */
export function withPendingMade(history: History): History {
  const { pending, ...rest } = history;
  if (!pending) return history;
  const { change, hold } = pending;
  const { memorySizeMB, originalMemorySizeMB, settledSequenceNumber: settled = "" } = history;
  // Somebody else set the size that this change began with: that is the owner's word, and the older one is void.
  const setByOwner = originalMemorySizeMB === undefined || memorySizeMB !== change.from;
  const { profile = emptyProfile() } = history;
  const known = setByOwner
    ? { ...omit(profile, "baselineMB"), changes: 0 }
    : { ...profile, baselineMB: baselineMBOf(history) };
  const isNewer = compareSequenceNumbers(change.sequenceNumber, settled) > 0;
  const steps = change.trigger === "memory-pressure" ? pressureStepsOn(history, change.at) + 1 : undefined;
  return {
    ...rest,
    // What takes a change back rests on a lower bound, which must outlive it.
    needs: takesBack(change) ? history.needs : measuredNeeds(history.needs),
    memorySizeMB: change.to,
    originalMemorySizeMB: setByOwner ? change.from : originalMemorySizeMB,
    profile: withChangeFrom(known, change.from),
    watch: { before: believedSizes({ ...history, profile: known }, change.from), buckets: 0 },
    changes: [...history.changes, change].slice(-CHANGES_KEPT),
    ...(isNewer && { settledSequenceNumber: change.sequenceNumber }),
    ...(steps !== undefined && { pressureSteps: { day: dayOf(change.at), count: steps } }),
    ...(hold && { hold }),
  };
}

/** The history once the pending change is known not to have been made. */
export function withPendingDropped(history: History): History {
  return omit(history, "pending");
}

/** The history with its pending change made or dropped, as the live function shows. */
export function withPendingSettled(history: History, live: LiveFunction): History {
  if (!history.pending) return history;
  return live.memorySizeMB === history.pending.change.to
    ? withPendingMade(history)
    : withPendingDropped(history);
}

/**
 * The history of a function that is gone. A function that is created anew under its name inherits neither hold nor
 * needs nor original size. The size stays, for infrastructure code to adopt.
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
    profile,
  } = history;
  if (changes.length === 0 && needs.length === 0 && !hold && !pending && !profile) return history;
  return {
    ...emptyHistory(functionName),
    revision,
    ...(memorySizeMB !== undefined && { memorySizeMB }),
    ...(settledSequenceNumber !== undefined && { settledSequenceNumber }),
  };
}

export function holdOf(by: "regression" | "operator", reason: string, at: string): Hold {
  if (by === "operator") return { since: at, reason };
  return { since: at, reason, until: new Date(Date.parse(at) + HOLD_LASTS_MS).toISOString() };
}

/**
 * Whether the function is held. The updater's own hold ends after 90 days, or when somebody else sets another size:
 * it was for a size that the function no longer has.
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

/** How many changes memory pressure brought on a day. */
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

/** The history once a recommendation is done with; one without a sequence number leaves no trace of it. */
export function withSettled(history: History, sequenceNumber: string): History {
  return sequenceNumber === "" ? history : { ...history, settledSequenceNumber: sequenceNumber };
}

/** Whether a recommendation is known to be settled, without a look at the function. */
export function isSettled(history: History, sequenceNumber: string): boolean {
  if (sequenceNumber === "") return false;
  return [history.settledSequenceNumber, lastChange(history)?.sequenceNumber].some(
    (settled) => settled !== undefined && compareSequenceNumbers(sequenceNumber, settled) <= 0,
  );
}
