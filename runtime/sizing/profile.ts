/**
 * The measurements of a function at each memory size: the part of its history on which the choice of a size is based.
 * All functions are pure; the history table stores the profile.
 */
import { z } from "zod";
import { MS_PER_DAY } from "../duration";
import type { Effect, WatchedChange } from "./effect";
import { faded, measuredFrom, measuredSchema, plus, type Measured, type Observation } from "./measured";

/**
 * Measurements count half as much after 30 days, so that last season's load doesn't decide. They never count for less
 * than one bucket: fresh figures at the same size soon outweigh that, and without fresh ones the updater doesn't try
 * the size again.
 */
export const HALF_LIFE_MS = 30 * MS_PER_DAY;

/** The most sizes kept. With about 250 bytes each, the profile stays near 2 KB; a DynamoDB item may have 400. */
export const SIZES_KEPT = 8;

export const profileSchema = z.object({
  /** The measured code's hash, as Lambda's GetFunction gives it; absent until it is known. */
  codeSha256: z.string().optional(),
  /** The size that the function had before the optimizer first changed it, in MB; absent until there was a change. */
  baselineMB: z.number().optional(),
  /** How often this code's size was changed. */
  changes: z.int().nonnegative(),
  sizes: z.array(measuredSchema),
  /**
   * The newest bucket by itself, and when it began. It is all that is known about code that was deployed just before
   * it.
   */
  newest: measuredSchema.extend({ from: z.iso.datetime() }).optional(),
});
export type Profile = z.infer<typeof profileSchema>;

export function emptyProfile(): Profile {
  return { changes: 0, sizes: [] };
}

/**
 * The profile for the function's code as it is now. New code starts afresh, and keeps only the baseline's size and a
 * bucket in which nothing else ran.
 *
 * @param codeSha256 the live function's; undefined if unknown, which changes nothing.
 * @param sinceMs when the function was updated last, in milliseconds since the epoch.
 */
export function withCode(profile: Profile, codeSha256: string | undefined, sinceMs = Infinity): Profile {
  if (codeSha256 === undefined || codeSha256 === profile.codeSha256) return profile;
  if (profile.codeSha256 === undefined) return { ...profile, codeSha256 };
  const { newest } = profile;
  const isItsOwn = newest !== undefined && Date.parse(newest.from) >= sinceMs;
  return { ...profile, codeSha256, changes: 0, sizes: isItsOwn ? [measuredSchema.parse(newest)] : [] };
}

/**
 * The profile with one more bucket.
 *
 * A bucket that isn't newer than the newest of its size is left out, whether it is a duplicate or late.
 */
export function withObservation(profile: Profile, observation: Observation): Profile {
  const { memorySizeMB, windowStart, windowEnd, invocations, durationMs } = observation;
  if (!(invocations > 0) || !(durationMs > 0)) return profile;
  const before = profile.sizes.find((size) => size.memorySizeMB === memorySizeMB);
  const atMs = Date.parse(windowEnd);
  if (before && Date.parse(before.at) >= atMs) return profile;
  const measured = measuredFrom(observation);
  const size = rounded(before ? plus(fadedTo(before, atMs), measured) : measured);
  const others = profile.sizes.filter((other) => other !== before);
  const isNewest = windowStart !== undefined && !(profile.newest && Date.parse(profile.newest.at) > atMs);
  return {
    ...profile,
    sizes: kept([...others, size], profile.baselineMB),
    ...(isNewest && { newest: { ...rounded(measured), from: windowStart } }),
  };
}

/**
 * The profile after a bucket that judges a change. A slowdown with an outside cause must not be learnt: a bucket at the
 * smaller size is left out. If the change was taken back and the function is still slow, the profile forgets everything
 * measured at the smaller size, and since.
 */
export function withJudged(
  profile: Profile,
  observation: Observation,
  { fromMB, toMB, before }: Pick<WatchedChange, "fromMB" | "toMB" | "before">,
  { verdict }: Pick<Effect, "verdict">,
): Profile {
  if (verdict !== "outside") return withObservation(profile, observation);
  if (toMB < fromMB) return profile;
  return { ...profile, sizes: before.filter(({ memorySizeMB }) => memorySizeMB !== fromMB) };
}

/** The profile after a change from this size. The first change's size becomes the baseline, and stays it. */
export function withChangeFrom(profile: Profile, memorySizeMB: number): Profile {
  return {
    ...profile,
    baselineMB: profile.baselineMB ?? memorySizeMB,
    changes: profile.changes + 1,
  };
}

/** What the profile knows of each size, faded to one moment. */
export function measuredSizes({ sizes }: Profile): Measured[] {
  const nowMs = Math.max(...sizes.map(({ at }) => Date.parse(at)));
  return sizes.map((size) => fadedTo(size, nowMs));
}

function fadedTo(size: Measured, atMs: number): Measured {
  const part = 2 ** -(Math.max(0, atMs - Date.parse(size.at)) / HALF_LIFE_MS);
  const at = new Date(Math.max(atMs, Date.parse(size.at))).toISOString();
  return { ...faded(size, Math.min(1, Math.max(part, 1 / size.buckets))), at };
}

/** The sizes with the most behind them, and the baseline's. */
function kept(sizes: Measured[], baselineMB: number | undefined): Measured[] {
  if (sizes.length <= SIZES_KEPT) return sizes;
  const nowMs = Math.max(...sizes.map(({ at }) => Date.parse(at)));
  const worth = (size: Measured): number =>
    size.memorySizeMB === baselineMB || Date.parse(size.at) === nowMs
      ? Infinity
      : fadedTo(size, nowMs).buckets;
  return sizes.toSorted((a, b) => worth(b) - worth(a)).slice(0, SIZES_KEPT);
}

/** Rounds to nine significant digits, more than any figure needs, to keep the item small. */
function rounded(size: Measured): Measured {
  return Object.fromEntries(
    Object.entries(size).map(([field, value]) => [
      field,
      typeof value === "number" && field !== "memorySizeMB" ? Number(value.toPrecision(9)) : value,
    ]),
  ) as Measured;
}
