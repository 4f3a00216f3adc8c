/**
 * Remembers which memory pressure was settled less than `pressureInterval` ago, by function, version and memory size, like
 * the Flink job (`pressure-first.sql`). Each sandbox of the updater has its own memory of this.
 */
import type { Recommendation } from "../contract";
import { durationMs } from "../duration";
import type { Settings } from "../settings";
import { Remembered } from "./remembered";

const KEPT = 10_000;

export class PressureSent {
  private readonly remembered: Remembered;

  /** @param nowMs a clock in milliseconds, with any origin. */
  constructor({ pressureInterval }: Pick<Settings, "pressureInterval">, nowMs?: () => number) {
    this.remembered = new Remembered(durationMs(pressureInterval) ?? 0, KEPT, nowMs);
  }

  add(recommendation: Recommendation): void {
    this.remembered.add(keyOf(recommendation));
  }

  has(recommendation: Recommendation): boolean {
    return this.remembered.has(keyOf(recommendation));
  }
}

function keyOf({ functionArn, functionVersion, memorySizeMB }: Recommendation): string {
  return `${functionArn} ${functionVersion} ${memorySizeMB}`;
}
