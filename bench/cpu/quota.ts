/**
 * Lambda's CPU quota: in every 20 ms the processes of a sandbox may use memory / 1,769 MB × 20 ms of CPU time, on all
 * threads together. Excess use is deducted from the next periods, and unused time is lost. Pure.
 */
import { MB_PER_VCPU } from "../../runtime/sizing/duration-model";

export const PERIOD_MS = 20;

export class Quota {
  private readonly periodsMs: number;
  private leftMs: number;
  private period: number | undefined;

  constructor(memorySizeMB: number) {
    this.periodsMs = this.leftMs = (memorySizeMB / MB_PER_VCPU) * PERIOD_MS;
  }

  /**
   * Whether the processes may run now.
   *
   * @param nowMs from any monotonic clock.
   * @param usedMs the CPU time used since the last call.
   */
  mayRun(nowMs: number, usedMs: number): boolean {
    const period = Math.floor(nowMs / PERIOD_MS);
    const passed = period - (this.period ?? period);
    this.period = period;
    this.leftMs = Math.min(this.leftMs - usedMs + passed * this.periodsMs, this.periodsMs);
    return this.leftMs > 0;
  }
}
