/**
 * What the updater did to one function, and what it saw since: the item that the next decision reads. Everything
 * here is pure; history-table.ts keeps it.
 */
import { z } from "zod";
import type { Recommendation } from "../contract";
import type { LiveFunction } from "./judge";

/** How many changes are kept; older ones are in the log. */
const CHANGES_KEPT = 20;

/**
 * How long a peak that kept a function from getting smaller is remembered, by event time: 90 days. For ever would
 * let one odd day decide for all time, in a function that is never changed again because of it.
 */
export const NEED_REMEMBERED_FOR_MS = 90 * 86_400_000;

/** Far more than 90 days of daily windows leave, so that an item stays small whatever comes. */
const NEEDS_KEPT = 200;

const isoTime = z.iso.datetime();

const figuresSchema = z.object({
  invocations: z.number().positive(),
  errors: z.number().optional(),
  timeouts: z.number().optional(),
  billedGBSeconds: z.number().optional(),
});
/** What a change's effect is judged by, summed over one window. */
export type Figures = z.infer<typeof figuresSchema>;

const changeSchema = z.object({
  /** When, by the updater's clock. */
  at: isoTime,
  from: z.number(),
  to: z.number(),
  reason: z.string(),
  /** The window that the change rests on; for a command, when it was given. */
  windowStart: isoTime,
  windowEnd: isoTime,
  /** Of the recommendation's Kinesis record; empty for a command. */
  sequenceNumber: z.string(),
  /** Of the function as it was judged. It still has this one where the change never came about. */
  revisionId: z.string(),
  /** The alias that was moved, where it wasn't $LATEST alone that changed. */
  aliasName: z.string().optional(),
  before: figuresSchema.optional(),
});
export type Change = z.infer<typeof changeSchema>;

export const historySchema = z.object({
  functionName: z.string(),
  /** The size set last: what infrastructure code may adopt. Absent until there is a change. */
  memorySizeMB: z.number().optional(),
  /** The size that the function had before the first change ever. */
  originalMemorySizeMB: z.number().optional(),
  /** Oldest first. */
  changes: z.array(changeSchema),
  /**
   * What was seen to be needed since the last change, each with the end of the window that saw it: oldest first, and
   * only what is more than all that came after it.
   */
  needs: z.array(z.object({ neededMB: z.number(), at: isoTime })),
  /** Of the last recommendation that is done with: it, and what came before it, needs no second look. */
  settledSequenceNumber: z.string().optional(),
  /** When a sandbox was last seen at its cap: the pressure record's `windowEnd`. */
  pressureAt: isoTime.optional(),
  /** The function stays at its size, save for memory-pressure, until it is released. */
  hold: z.object({ since: isoTime, reason: z.string() }).optional(),
  /** Counts the writes, so that none is lost to another. 0 is an item that isn't there yet. */
  revision: z.number(),
});
export type History = z.infer<typeof historySchema>;

export function emptyHistory(functionName: string): History {
  return { functionName, changes: [], needs: [], revision: 0 };
}

export function lastChange(history: History): Change | undefined {
  return history.changes.at(-1);
}

/**
 * The history less a last change that was written down but never came about, as the live function shows: it has
 * another size and is still in the very state from before.
 */
export function withoutUnmade(history: History, live: LiveFunction): History {
  const last = lastChange(history);
  if (last?.revisionId !== live.revisionId || last.to === live.memorySizeMB) return history;
  return withoutLast(history);
}

/** The history less its last change. */
function withoutLast(history: History): History {
  const changes = history.changes.slice(0, -1);
  const memorySizeMB = changes.at(-1)?.to;
  if (memorySizeMB !== undefined) return { ...history, changes, memorySizeMB };
  return { ...omit(history, "memorySizeMB", "originalMemorySizeMB"), changes };
}

/** What a recommendation says of its function, whatever becomes of it: the need it saw, and memory-pressure. */
export function withObserved(history: History, recommendation: Recommendation): History {
  const { windowEnd, reason } = recommendation;
  const last = lastChange(history);
  if (last && Date.parse(windowEnd) < Date.parse(last.windowEnd)) return history;
  const needs = withNeed(history.needs, { neededMB: neededMB(recommendation), at: windowEnd });
  const observed = needs === history.needs ? history : { ...history, needs };
  const { pressureAt } = history;
  if (reason !== "memory-pressure") return observed;
  if (pressureAt !== undefined && Date.parse(windowEnd) <= Date.parse(pressureAt)) return observed;
  return { ...observed, pressureAt: windowEnd };
}

type Need = History["needs"][number];

/** The needs with one more, less those that it makes up for or that are too long ago. */
function withNeed(needs: Need[], need: Need): Need[] {
  const endMs = Date.parse(need.at);
  if (needs.some(({ neededMB, at }) => neededMB >= need.neededMB && Date.parse(at) >= endMs)) return needs;
  const others = needs.filter(
    ({ neededMB, at }) =>
      endMs - Date.parse(at) <= NEED_REMEMBERED_FOR_MS &&
      (neededMB > need.neededMB || Date.parse(at) > endMs),
  );
  return [...others, need].sort((a, b) => Date.parse(a.at) - Date.parse(b.at)).slice(-NEEDS_KEPT);
}

/** The most that was seen to be needed since the last change, in MB; 0 where nothing was, or too long ago. */
export function rememberedNeedMB({ needs }: History, at: string): number {
  const remembered = needs.filter((need) => Date.parse(at) - Date.parse(need.at) <= NEED_REMEMBERED_FOR_MS);
  return Math.max(0, ...remembered.map(({ neededMB }) => neededMB));
}

/** A value at the cap is only a lower bound: what ran out of memory needs more than it had. */
export function neededMB(recommendation: Recommendation): number {
  const cappedAt = cappedMB(recommendation);
  return Math.ceil(Math.max(recommendation.peakMB, cappedAt === undefined ? 0 : cappedAt + 1));
}

/**
 * The largest size at which it ran out of memory, in MB. A producer that doesn't tell may mean the size seen last,
 * if it ran out at all.
 */
export function cappedMB(recommendation: Recommendation): number | undefined {
  const { cappedMemorySizeMB, outOfMemory, reason, memorySizeMB } = recommendation;
  const ranOut = outOfMemory > 0 || reason === "memory-pressure";
  return cappedMemorySizeMB ?? (ranOut ? memorySizeMB : undefined);
}

/** The history with one more change; what was needed counts afresh from here. */
export function withChange(history: History, change: Change, holdReason?: string): History {
  return {
    ...history,
    needs: [],
    memorySizeMB: change.to,
    originalMemorySizeMB: history.originalMemorySizeMB ?? change.from,
    changes: [...history.changes, change].slice(-CHANGES_KEPT),
    ...(holdReason !== undefined && { hold: { since: change.at, reason: holdReason } }),
  };
}

export function figures({ invocations, errors, timeouts, billedGBSeconds }: Recommendation): Figures {
  return {
    invocations,
    ...(errors !== undefined && { errors }),
    ...(timeouts !== undefined && { timeouts }),
    ...(billedGBSeconds !== undefined && { billedGBSeconds }),
  };
}

/** Whether a recommendation is known to be settled, without a look at the function. */
export function isSettled(history: History, sequenceNumber: string): boolean {
  const { settledSequenceNumber: settled } = history;
  if (settled !== undefined && compareSequenceNumbers(sequenceNumber, settled) <= 0) return true;
  // The last change itself may have been written down and not made: there only a look tells.
  const last = lastChange(history);
  return last !== undefined && compareSequenceNumbers(sequenceNumber, last.sequenceNumber) < 0;
}

/** Sequence numbers are whole numbers too large for a number; an empty one is older than all. */
function compareSequenceNumbers(a: string, b: string): number {
  const [x, y] = [BigInt(a === "" ? -1 : a), BigInt(b === "" ? -1 : b)];
  return x < y ? -1 : x > y ? 1 : 0;
}

/** The same object without some of its fields. */
export function omit<T extends object, K extends keyof T>(value: T, ...fields: K[]): Omit<T, K> {
  return Object.fromEntries(
    Object.entries(value).filter(([field]) => !(fields as PropertyKey[]).includes(field)),
  ) as Omit<T, K>;
}
