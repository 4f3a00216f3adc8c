/** A function's state, cost and saving, from its history. Pure. */
import { monthly, type Architecture } from "../runtime/pricing";
import { durationModel } from "../runtime/sizing/duration-model";
import { isHeld, lastChange } from "../runtime/updater/history";
import type { Change, History } from "../runtime/updater/history-item";
import { believedSizes } from "../runtime/updater/known-sizes";

/** The history doesn't contain the architecture. arm64 costs a fifth less. */
const ASSUMED_ARCHITECTURE: Architecture = "x86_64";

interface Amount {
  readonly gbSeconds: number;
  readonly dollars: number;
}

/** Sizes are in MB, times in ISO 8601. Unknown values are null. */
export interface FunctionState {
  readonly functionName: string;
  /** By `knownSizeMB`. */
  readonly memorySizeMB: number | null;
  /** The size that its owner set last. */
  readonly originalMemorySizeMB: number | null;
  readonly changedAt: string | null;
  /** Of the last change. */
  readonly reason: string | null;
  readonly held: string | null;
  readonly heldUntil: string | null;
  /** The cost of its durations at the original size, per month of 730 hours. */
  readonly before: Amount | null;
  /** What the current size saves of that; negative if the function grew. */
  readonly saved: Amount | null;
}

/** The size set last; if the updater never changed the function, the size measured last. */
export function knownSizeMB({ memorySizeMB, profile }: History): number | undefined {
  return memorySizeMB ?? profile?.newest?.memorySizeMB;
}

/** @param nowMs milliseconds since the epoch. */
export function functionState(history: History, region: string, nowMs: number): FunctionState {
  const { functionName, originalMemorySizeMB = null, hold } = history;
  const memorySizeMB = knownSizeMB(history) ?? null;
  const last = lastChange(history);
  const held =
    hold !== undefined && isHeld(history, { memorySizeMB: memorySizeMB ?? 0 }, nowMs) ? hold : null;
  return {
    functionName,
    memorySizeMB,
    originalMemorySizeMB,
    changedAt: last?.at ?? null,
    reason: last?.reason ?? null,
    held: held?.reason ?? null,
    heldUntil: held?.until ?? null,
    ...amounts(history, region),
  };
}

/**
 * The amounts are based on the billed time in the window before the last change. The measured durations convert it to
 * other sizes; without any, only the memory size does.
 */
function amounts(history: History, region: string): Pick<FunctionState, "before" | "saved"> {
  const { memorySizeMB, originalMemorySizeMB } = history;
  const basis = history.changes.findLast((change) => windowOf(change) !== undefined);
  const window = basis && windowOf(basis);
  if (!window || memorySizeMB === undefined || originalMemorySizeMB === undefined) {
    return { before: null, saved: null };
  }
  const measured = believedSizes(history, memorySizeMB);
  const model = durationModel(measured);
  const slowdown = (toMB: number) => (measured.length > 0 ? model.slowdown(basis.from, toMB).expected : 1);
  const at = (toMB: number) =>
    monthly((window.gbSeconds * slowdown(toMB) * toMB) / basis.from, window.ms, region, ASSUMED_ARCHITECTURE);
  const [before, now] = [at(originalMemorySizeMB), at(memorySizeMB)];
  return {
    before,
    saved: { gbSeconds: before.gbSeconds - now.gbSeconds, dollars: before.dollars - now.dollars },
  };
}

/** The billed time before a change, and the length of that window. */
function windowOf({ before, windowStart, windowEnd }: Change): { gbSeconds: number; ms: number } | undefined {
  const ms = Date.parse(windowEnd) - Date.parse(windowStart);
  if (before?.billedGBSeconds === undefined || ms <= 0) return undefined;
  return { gbSeconds: before.billedGBSeconds, ms };
}
