/**
 * The state for every fault that can't be mended: the layer answers `/next` and does nothing else, for its exit
 * would be its function's (`Extension.Crash`).
 */
import type { Log } from "./log";

export class Standby {
  private readonly leave: (() => void)[] = [];
  private entered = false;

  constructor(private readonly log: Log) {}

  get isEntered(): boolean {
    return this.entered;
  }

  /** What to let go of when standby begins. */
  onEnter(release: () => void): void {
    this.leave.push(release);
  }

  /** @param reason why, as the middle of a sentence; said once, in one line. */
  enter(reason: string): void {
    if (this.entered) return;
    this.entered = true;
    this.log.error(`Standing by and sending nothing: ${reason}.`);
    for (const release of this.leave) {
      try {
        release();
      } catch {
        // There is nothing left to fall back to.
      }
    }
  }
}
