/** Turns what a function needs, and the size that it has, into the size to go to. Pure. */
import type { Settings } from "../settings";

export type SizeSettings = Pick<Settings, "minMemoryMB" | "maxMemoryMB" | "maxStepUp" | "maxStepDown">;

export interface SizeNeed {
  /** What the recommendation asks for, within `minMemoryMB` and `maxMemoryMB`. */
  readonly recommendedMB: number;
  /** The largest need seen in the last 90 days; 0 if there was none. */
  readonly rememberedMB: number;
}

/**
 * The size to go to if nothing objects, in MB. A step is limited up and down, and never goes down below what was
 * needed. The stack's bounds take precedence over the length of a step.
 *
 * @param liveMB the size that the function has now.
 */
export function targetSizeMB(need: SizeNeed, liveMB: number, settings: SizeSettings): number {
  const { recommendedMB, rememberedMB } = need;
  if (recommendedMB >= liveMB) return Math.min(recommendedMB, highestStepMB(liveMB, settings));
  const lowestStepMB = Math.min(Math.ceil(liveMB * (1 - settings.maxStepDown)), settings.maxMemoryMB);
  const to = Math.max(recommendedMB, lowestStepMB, rememberedMB);
  // If more was needed than the function has, it can't go down, and only memory pressure takes it up.
  return Math.min(to, liveMB);
}

/** The largest size that one change up may reach, in MB. */
export function highestStepMB(liveMB: number, { minMemoryMB, maxStepUp }: SizeSettings): number {
  return Math.max(Math.floor(liveMB * (1 + maxStepUp)), minMemoryMB);
}
