/** Remembers for a while which functions don't exist, so that records for them don't cost a call each. */
import { Remembered } from "./remembered";

const REMEMBERED_FOR_MS = 5 * 60_000;
/** About a megabyte, at the longest names. */
const NAMES_KEPT = 10_000;

export class MissingFunctions extends Remembered {
  /** @param nowMs a clock in milliseconds, with any origin. */
  constructor(nowMs?: () => number) {
    super(REMEMBERED_FOR_MS, NAMES_KEPT, nowMs);
  }
}
