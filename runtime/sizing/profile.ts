/**
 * What was measured of a function at each memory size: the part of its history that sizes are chosen by. All of it
 * is pure; the history table keeps it.
 */
import { z } from "zod";
import { MS_PER_DAY } from "../duration";
import type { Effect, WatchedChange } from "./effect";
import { faded, measuredFrom, measuredSchema, plus, type Measured, type Observation } from "./measured";

/**
 * What was measured counts half as much after 30 days, so that last season's load doesn't decide. It never counts
 * for less than one bucket: fresh figures of the same size soon outweigh that, and where there are none, what was
 * learnt isn't tried out again.
 */
export const HALF_LIFE_MS = 30 * MS_PER_DAY;

/** Sizes kept at most; with about 250 bytes each, the profile stays near 2 KB of a DynamoDB item's 400. */
export const SIZES_KEPT = 8;

export const profileSchema = z.object({
  /** The code that was measured, as Lambda's GetFunction names it; absent until it is known. */
  codeSha256: z.string().optional(),
  /** The size that the function had before the optimizer first changed it, in MB; absent until there was a change. */
  baselineMB: z.number().optional(),
  /** How often this code's size was changed. */
  changes: z.int().nonnegative(),
  sizes: z.array(measuredSchema),
  /** The newest bucket by itself, and when it began: all that is known of code that was deployed just before it. */
  newest: measuredSchema.extend({ from: z.iso.datetime() }).optional(),
});
export type Profile = z.infer<typeof profileSchema>;

export function emptyProfile(): Profile {
  return { changes: 0, sizes: [] };
}

/**
 * The profile of the function's code as it is now: new code starts afresh, save for the baseline's size and a bucket that
 * is all its own.
 *
 * @param codeSha256 of the live function; undefined where it isn't known, which changes nothing.
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
 * The profile with one bucket more.
 *
 * A bucket that the profile has already is left out, whether it comes again or late: the newest end counts per size.
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
 * The profile after a bucket that judges a change. What lies outside is not learnt: a bucket at the smaller size is
 * left out; where the change was taken back and the function is slow all the same, everything is forgotten that was
 * learnt at the smaller size, and since.
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

/** The profile after a change from this size. The first change's is the baseline, and stays it. */
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

/** The sizes that rest on most, and the baseline's. */
function kept(sizes: Measured[], baselineMB: number | undefined): Measured[] {
  if (sizes.length <= SIZES_KEPT) return sizes;
  const nowMs = Math.max(...sizes.map(({ at }) => Date.parse(at)));
  const worth = (size: Measured): number =>
    size.memorySizeMB === baselineMB || Date.parse(size.at) === nowMs
      ? Infinity
      : fadedTo(size, nowMs).buckets;
  return sizes.toSorted((a, b) => worth(b) - worth(a)).slice(0, SIZES_KEPT);
}

/** Nine significant digits are more than any figure has, and keep the item small. */
function rounded(size: Measured): Measured {
  return Object.fromEntries(
    Object.entries(size).map(([field, value]) => [
      field,
      typeof value === "number" && field !== "memorySizeMB" ? Number(value.toPrecision(9)) : value,
    ]),
  ) as Measured;
}
