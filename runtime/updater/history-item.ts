/** The item that the history table keeps of one function: what the updater did to it, and what it saw since. */
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
/** What a change's effect is judged by, summed over one window. */
export type Figures = z.infer<typeof figuresSchema>;

const changeSchema = z.object({
  /** When, by the updater's clock. */
  at: isoTime,
  from: z.number(),
  to: z.number(),
  reason: z.string(),
  /** The kind of recommendation that it rests on; absent for a command, and from older versions. */
  trigger: z.enum(["window", "memory-pressure", "observation"]).optional(),
  /** The window that the change rests on; for a command, when it was given. */
  windowStart: isoTime,
  windowEnd: isoTime,
  /** Of the record on the recommendations stream; empty for a command, and for what the telemetry stream told. */
  sequenceNumber: z.string(),
  /** Of the function as it was judged. */
  revisionId: z.string(),
  /** The alias that was moved, where it wasn't $LATEST alone that changed. */
  aliasName: z.string().optional(),
  before: figuresSchema.optional(),
});
export type Change = z.infer<typeof changeSchema>;

const holdSchema = z.object({
  since: isoTime,
  reason: z.string(),
  /** When a hold that the updater itself put on ends; an operator's lasts until it is released. */
  until: isoTime.optional(),
});
export type Hold = z.infer<typeof holdSchema>;

const needSchema = z.object({
  neededMB: z.number(),
  /** The end of the window that saw it. */
  at: isoTime,
  /** It was seen at a size's cap: the need is this or more. Absent where it was measured. */
  lowerBound: z.literal(true).optional(),
});
export type Need = z.infer<typeof needSchema>;

const watchSchema = z.object({
  /** What was measured at each size before the last change, faded to that moment. */
  before: z.array(measuredSchema),
  /** The sum of what was measured at the new size since; absent until something was. */
  since: measuredSchema.optional(),
  /** Buckets in that sum. */
  buckets: z.int().nonnegative(),
});
/** The last change, as long as observations are held against what was measured before it. */
export type Watch = z.infer<typeof watchSchema>;

export const historySchema = z.object({
  functionName: z.string(),
  /** The size set last: what infrastructure code may adopt. Absent until there is a change. */
  memorySizeMB: z.number().optional(),
  /** The size that its owner gave it last: what it had before the first change since. */
  originalMemorySizeMB: z.number().optional(),
  /** Changes that came about, oldest first. */
  changes: z.array(changeSchema),
  /** The change that is being made, with the hold that it brings. A look at the function tells what became of it. */
  pending: z.object({ change: changeSchema, hold: holdSchema.optional() }).optional(),
  /** What was seen to be needed: oldest first, and only what is more than all of its kind that came after it. */
  needs: z.array(needSchema),
  /** Of the last recommendation that is done with: it, and what came before it, needs no second look. */
  settledSequenceNumber: z.string().optional(),
  /** When a sandbox was last seen at its cap: the pressure record's `windowEnd`. */
  pressureAt: isoTime.optional(),
  /** How many changes memory pressure brought on one UTC day, by the updater's clock. */
  pressureSteps: z.object({ day: z.iso.date(), count: z.int().positive() }).optional(),
  /** What was measured at each size; absent from items of earlier versions. */
  profile: profileSchema.optional(),
  /** Absent where no change is watched any more. */
  watch: watchSchema.optional(),
  /** The function stays at its size, save for memory pressure. */
  hold: holdSchema.optional(),
  /** Counts the writes, so that none is lost to another. 0 is an item that isn't there yet. */
  revision: z.number(),
});
export type History = z.infer<typeof historySchema>;

export function emptyHistory(functionName: string): History {
  return { functionName, changes: [], needs: [], revision: 0 };
}

/**
 * Reads an item of the table, of this version or an earlier one. Earlier versions wrote a change among `changes` before
 * they made it; one that they did not confirm is pending.
 *
 * @throws ZodError where the item is no history.
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

/** Below zero where `a` came first. Sequence numbers are whole numbers too large for a number; an empty one is older than all. */
export function compareSequenceNumbers(a: string, b: string): number {
  const [x, y] = [BigInt(a === "" ? -1 : a), BigInt(b === "" ? -1 : b)];
  return x < y ? -1 : x > y ? 1 : 0;
}
