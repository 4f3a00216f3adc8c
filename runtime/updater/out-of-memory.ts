/** How often a changed function runs out of memory, held against how often it did before the change. Pure. */
import type { Observation } from "../contract";
import { lastChange } from "./history";
import type { History } from "./history-item";

export interface OutOfMemory {
  /** How many of as many invocations would have run out of memory at the rate from before the change; a fraction. */
  readonly before: number;
  /** How many did at the new size. */
  readonly after: number;
}

/**
 * What one observation says; undefined where nothing was measured at the size before the change.
 *
 * @param history as it was before the observation, which must be of the change that is watched.
 */
export function outOfMemory(history: History, observation: Observation): OutOfMemory | undefined {
  const fromMB = lastChange(history)?.from;
  const before = history.watch?.before.find(({ memorySizeMB }) => memorySizeMB === fromMB);
  if (!before || before.invocations === 0) return undefined;
  return {
    before: (before.outOfMemory / before.invocations) * observation.invocations,
    after: observation.outOfMemory,
  };
}
