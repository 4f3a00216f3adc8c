/** Decides when held reports are sent. Pure: the caller passes the time. */
import type { HeldEntries } from "./fold";

/** Real sandboxes need one or two. */
const REMEMBERED_ENTRIES = 16;
/** A peak waits for the next flush unless it is this much higher than the last one sent. */
export const SMALL_RISE = 0.05;

/**
 * - The first report of a sandbox goes out at once, so that a short-lived sandbox counts, too.
 * - After that, held reports go out every `flushIntervalMs`.
 * - The first report at a memory size's cap goes out at once, because the sandbox may be killed next.
 * - A peak at least 5% higher than the last one sent goes out at once, because it would be lost if the sandbox were
 *   killed. A smaller rise waits; otherwise a slow leak would cost a call per invocation.
 */
export class FlushPolicy {
  private lastFlushAtMs: number | undefined;
  private told = new Map<number, { maxMemoryUsedMB: number; atCap: boolean }>();

  constructor(private readonly flushIntervalMs: number) {}

  /**
   * Decides whether the held entries are sent now. If so, remembers their peaks as sent.
   *
   * @param mustFlush sends them regardless of the rules.
   */
  decide(held: HeldEntries, nowMs: number, mustFlush = false): "flush" | "wait" {
    if (!mustFlush && !this.isDue(held, nowMs)) return "wait";
    this.lastFlushAtMs = nowMs;
    for (const [key, entry] of held) {
      const before = this.told.get(key);
      this.told.delete(key);
      this.told.set(key, {
        maxMemoryUsedMB: Math.max(entry.maxMemoryUsedMB, before?.maxMemoryUsedMB ?? 0),
        atCap: entry.outOfMemory > 0 || before?.atCap === true,
      });
    }
    for (const key of this.told.keys()) {
      if (this.told.size <= REMEMBERED_ENTRIES) break;
      this.told.delete(key);
    }
    return "flush";
  }

  private isDue(held: HeldEntries, nowMs: number): boolean {
    for (const [key, entry] of held) {
      if (this.lastFlushAtMs === undefined) return true;
      // A clock that was set back must not silence the sandbox.
      if (Math.abs(nowMs - this.lastFlushAtMs) >= this.flushIntervalMs) return true;
      const told = this.told.get(key);
      if (entry.outOfMemory > 0 && !told?.atCap) return true;
      if (entry.maxMemoryUsedMB >= (told?.maxMemoryUsedMB ?? 0) * (1 + SMALL_RISE)) return true;
    }
    return false;
  }
}
