/** When held reports go out. A pure decision: time comes in as a number. */
import type { Entry } from "./fold";

/** Enough for the entries of any real sandbox, and bounded. */
const REMEMBERED_ENTRIES = 16;

/**
 * - The first report of a sandbox goes out at once: a short-lived one still counts.
 * - Then what is held goes out every `flushIntervalMs`.
 * - At once when a memory size's cap is hit, for such a sandbox may be killed next.
 * - At once, too, a peak higher than any sent before: the high-water mark of a sandbox that dies without SHUTDOWN is
 *   the one number that nothing else can bring back. It only ever rises, and soon stays where it is.
 */
export class FlushPolicy {
  private lastFlushAtMs: number | undefined;
  private told = new Map<string, { maxMemoryUsedMB: number; atCap: boolean }>();

  constructor(private readonly flushIntervalMs: number) {}

  /** Whether what is held should go out now. */
  isDue(held: Iterable<Readonly<Entry>>, nowMs: number): boolean {
    for (const entry of held) {
      if (this.lastFlushAtMs === undefined) return true;
      // A clock that was set back must not silence the sandbox.
      if (Math.abs(nowMs - this.lastFlushAtMs) >= this.flushIntervalMs) return true;
      const told = this.told.get(keyOf(entry));
      if (entry.outOfMemory > 0 && !told?.atCap) return true;
      if (entry.maxMemoryUsedMB > (told?.maxMemoryUsedMB ?? 0)) return true;
    }
    return false;
  }

  /** To be told of every flush, before the held entries are taken. */
  flushed(held: Iterable<Readonly<Entry>>, nowMs: number): void {
    this.lastFlushAtMs = nowMs;
    for (const entry of held) {
      const key = keyOf(entry);
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
  }
}

function keyOf({ day, memorySizeMB }: Readonly<Entry>): string {
  return `${day} ${memorySizeMB}`;
}
