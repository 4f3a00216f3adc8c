/** Compares how often a changed function runs out of memory with how often it did before the change. Pure. */
import type { Observation } from "../contract";
import { lastChange } from "./history";
import type { History } from "./history-item";

export interface OutOfMemory {
  /** How many of these invocations would have run out of memory at the rate from before the change; may be fractional. */
  readonly before: number;
  /** How many ran out of memory at the new size. */
  readonly after: number;
}

/**
 * The comparison for one observation; undefined if nothing was measured at the size before the change.
 *
 * @param history the history before the observation, which must be about the watched change.
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
