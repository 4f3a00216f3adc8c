/** The one place that turns what a function needs, and the size that it has, into the size to go to. Pure. */
import type { Settings } from "../settings";

export type SizeSettings = Pick<Settings, "minMemoryMB" | "maxMemoryMB" | "maxStepUp" | "maxStepDown">;

export interface SizeNeed {
  /** What the recommendation asks for, within `minMemoryMB` and `maxMemoryMB`. */
  readonly recommendedMB: number;
  /** The most that was seen to be needed in the last 90 days; 0 where nothing was. */
  readonly rememberedMB: number;
}

/**
 * The size to go to, were there no objection, in MB: one step neither too far up nor too far down, and down never below
 * what was needed. The bounds of the stack come before the length of a step.
 *
 * @param liveMB the size that the function has now.
 */
export function targetSizeMB(need: SizeNeed, liveMB: number, settings: SizeSettings): number {
  const { recommendedMB, rememberedMB } = need;
  if (recommendedMB >= liveMB) return Math.min(recommendedMB, highestStepMB(liveMB, settings));
  const lowestStepMB = Math.min(Math.ceil(liveMB * (1 - settings.maxStepDown)), settings.maxMemoryMB);
  const to = Math.max(recommendedMB, lowestStepMB, rememberedMB);
  // What was needed may be more than there is: then there is no way down, and the way up is memory-pressure's.
  return Math.min(to, liveMB);
}

/** The largest size that one change up may reach, in MB. */
export function highestStepMB(liveMB: number, { minMemoryMB, maxStepUp }: SizeSettings): number {
  return Math.max(Math.floor(liveMB * (1 + maxStepUp)), minMemoryMB);
}
