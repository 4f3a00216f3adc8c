/**
 * The state after a fault that can't be repaired: the layer only asks for events, because its exit would end the
 * function too (`Extension.Crash`).
 */
import type { Log } from "./log";

export class Standby {
  private readonly leave: (() => void)[] = [];
  private entered = false;

  constructor(private readonly log: Log) {}

  get isEntered(): boolean {
    return this.entered;
  }

  /** Registers a function to call when standby begins. */
  onEnter(release: () => void): void {
    this.leave.push(release);
  }

  /** @param reason completes the logged sentence; only the first call logs. */
  enter(reason: string): void {
    if (this.entered) return;
    this.entered = true;
    this.log.error(`Standing by and sending nothing: ${reason}.`);
    for (const release of this.leave) {
      try {
        release();
      } catch {
        // Standby goes on even if this fails.
      }
    }
  }
}
