/** The history table's item for one function: what the updater did to it, and what it has seen since. */
import { z } from "zod";
import { measuredSchema } from "../sizing/measured";
import { profileSchema } from "../sizing/profile";
import { omit } from "./omit";

const isoTime = z.iso.datetime();

const figuresSchema = z.object({
  invocations: z.number().positive(),
  errors: z.number().optional(),
  timeouts: z.number().optional(),
  billedGBSeconds: z.number().optional(),
});
/** The figures that a change's effect is judged by, summed over one window. */
export type Figures = z.infer<typeof figuresSchema>;

const changeSchema = z.object({
  /** When, by the updater's clock. */
  at: isoTime,
  from: z.number(),
  to: z.number(),
  reason: z.string(),
  /** The kind of record that it is based on; absent for a command, and from older versions. */
  trigger: z.enum(["window", "memory-pressure", "observation"]).optional(),
  /** The window that the change is based on; for a command, when it was given. */
  windowStart: isoTime,
  windowEnd: isoTime,
  /** The sequence number of the record on the recommendations stream; empty for a command or a telemetry record. */
  sequenceNumber: z.string(),
  /** Of the function as it was judged. */
  revisionId: z.string(),
  /** The alias that was moved; absent if only $LATEST changed. */
  aliasName: z.string().optional(),
  before: figuresSchema.optional(),
});
export type Change = z.infer<typeof changeSchema>;

const holdSchema = z.object({
  since: isoTime,
  reason: z.string(),
  /** When the updater's own hold ends; an operator's lasts until it is released. */
  until: isoTime.optional(),
});
export type Hold = z.infer<typeof holdSchema>;

const needSchema = z.object({
  neededMB: z.number(),
  /** The end of the window that saw it. */
  at: isoTime,
  /** It was seen at a size's cap: the need is this or more. Absent if it was measured. */
  lowerBound: z.literal(true).optional(),
});
export type Need = z.infer<typeof needSchema>;

const deferredSchema = z.object({
  /** When it was last deferred, by the updater's clock. */
  since: isoTime,
  /** The size that it would have led to. */
  to: z.number(),
  /** The sequence number of its Kinesis record. */
  sequenceNumber: z.string(),
  /** The record's JSON text, which is checked again, because a later version may accept other records. */
  record: z.string(),
});
/** A window's recommendation that waits for the change window. */
export type Deferred = z.infer<typeof deferredSchema>;

const watchSchema = z.object({
  /** Measurements at each size before the last change, faded to that moment. */
  before: z.array(measuredSchema),
  /** The sum of the measurements at the new size since; absent until there are any. */
  since: measuredSchema.optional(),
  /** Buckets in that sum. */
  buckets: z.int().nonnegative(),
});
/** The last change, as long as observations are compared with the measurements before it. */
export type Watch = z.infer<typeof watchSchema>;

export const historySchema = z.object({
  functionName: z.string(),
  /** The size set last: what infrastructure code may adopt. Absent until there is a change. */
  memorySizeMB: z.number().optional(),
  /** The size that its owner set last: the one before the first change since then. */
  originalMemorySizeMB: z.number().optional(),
  /** Changes that were made, oldest first. */
  changes: z.array(changeSchema),
  /** The change that is being made, with the hold that it brings. A look at the function shows whether it was made. */
  pending: z.object({ change: changeSchema, hold: holdSchema.optional() }).optional(),
  /** A change down that waits for the change window; it doesn't count yet. */
  deferred: deferredSchema.optional(),
  /** Needs that were seen, oldest first. A need stays only if it is larger than every later one of its kind. */
  needs: z.array(needSchema),
  /** The sequence number of the last settled recommendation: neither it nor an earlier one needs another look. */
  settledSequenceNumber: z.string().optional(),
  /** When a sandbox was last seen at its cap: the pressure record's `windowEnd`. */
  pressureAt: isoTime.optional(),
  /** How many changes memory pressure caused on one UTC day, by the updater's clock. */
  pressureSteps: z.object({ day: z.iso.date(), count: z.int().positive() }).optional(),
  /** Measurements at each size; absent from items of earlier versions. */
  profile: profileSchema.optional(),
  /** Absent when no change is watched. */
  watch: watchSchema.optional(),
  /** The function stays at its size, except under memory pressure. */
  hold: holdSchema.optional(),
  /** Counts the writes, so that none overwrites another. 0 stands for an item that doesn't exist yet. */
  revision: z.number(),
});
export type History = z.infer<typeof historySchema>;

export function emptyHistory(functionName: string): History {
  return { functionName, changes: [], needs: [], revision: 0 };
}

/**
 * Reads an item of the table, written by this version or an earlier one. Earlier versions added a change to `changes`
 * before they made it; a change that they didn't confirm is pending.
 *
 * @throws ZodError if the item is not a history.
 */
export function readHistory(item: unknown): History {
  const history = historySchema.parse(item);
  const last = history.changes.at(-1);
  if (history.pending || !last || last.sequenceNumber === "") return history;
  const { settledSequenceNumber: settled } = history;
  if (settled !== undefined && compareSequenceNumbers(last.sequenceNumber, settled) <= 0) return history;
  const { hold } = history;
  const changes = history.changes.slice(0, -1);
  const memorySizeMB = changes.at(-1)?.to;
  const broughtHold = hold?.since === last.at;
  return {
    ...omit(history, "hold", "memorySizeMB"),
    changes,
    pending: { change: last, ...(hold && broughtHold && { hold }) },
    ...(memorySizeMB !== undefined && { memorySizeMB }),
    ...(hold && !broughtHold && { hold }),
  };
}

/**
 * Returns less than zero if `a` came first. Sequence numbers are too large for a JavaScript number; an empty one is
 * older than all others.
 */
export function compareSequenceNumbers(a: string, b: string): number {
  const [x, y] = [BigInt(a === "" ? -1 : a), BigInt(b === "" ? -1 : b)];
  return x < y ? -1 : x > y ? 1 : 0;
}
