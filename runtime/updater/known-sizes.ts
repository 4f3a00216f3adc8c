/** Which of the sizes in a function's profile the updater believes: forged telemetry can name any size. Pure. */
import type { Measured } from "../sizing/measured";
import { emptyProfile, measuredSizes, type Profile } from "../sizing/profile";
import type { History } from "./history-item";

/** Sizes kept that the optimizer didn't set: the live one, if its owner set it, and a few that may be forged. */
const UNKNOWN_SIZES_KEPT = 3;

/**
 * Measurements at sizes that the function has or had, each faded to the same moment.
 *
 * @param liveMB the size that it has.
 */
export function believedSizes(history: Pick<History, "changes" | "profile">, liveMB: number): Measured[] {
  const had = new Set([liveMB, ...hadSizesMB(history)]);
  const { profile = emptyProfile() } = history;
  return measuredSizes({ ...profile, sizes: profile.sizes.filter((size) => had.has(size.memorySizeMB)) });
}

/**
 * The size that slowdowns are compared with, in MB; undefined if there was no change. Earlier versions kept no profile.
 */
export function baselineMBOf({ profile, originalMemorySizeMB }: History): number | undefined {
  return profile?.baselineMB ?? originalMemorySizeMB;
}

/** The profile with only the newest of the unknown sizes, so that they don't push out the known ones. */
export function withFewUnknownSizes(profile: Profile, history: Pick<History, "changes">): Profile {
  const had = new Set(hadSizesMB({ ...history, profile }));
  const dropped = profile.sizes
    .filter(({ memorySizeMB }) => !had.has(memorySizeMB))
    .toSorted((a, b) => Date.parse(b.at) - Date.parse(a.at))
    .slice(UNKNOWN_SIZES_KEPT);
  return { ...profile, sizes: profile.sizes.filter((size) => !dropped.includes(size)) };
}

/** Every size that the optimizer set, or changed. */
function hadSizesMB({ changes, profile }: Pick<History, "changes" | "profile">): number[] {
  const baselineMB = profile?.baselineMB;
  return [
    ...changes.flatMap(({ from, to }) => [from, to]),
    ...(baselineMB === undefined ? [] : [baselineMB]),
  ];
}
