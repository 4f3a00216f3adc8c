/**
 * The duration at another memory size, from what one size showed:
 *
 *     duration(size) = wait + cpu × max(1, 1769 × threads / size)
 *
 * The CPU-bound part of a duration is CPU time ÷ (duration × MB / 1769); more than one thread is believed only where
 * more than one processor's CPU time was seen. Pure.
 */
import { MB_PER_VCPU } from "./quota";

export interface Seen {
  readonly memorySizeMB: number;
  /** Means, per invocation. */
  readonly durationMs: number;
  readonly cpuMs: number;
}

/** By so much CPU time may exceed the duration without a second thread, as a part of it. */
const TOLERANCE = 0.1;

/** @returns milliseconds. */
export function predictDurationMs({ memorySizeMB, durationMs, cpuMs }: Seen, toMB: number): number {
  const threads = Math.max(1, Math.ceil(cpuMs / durationMs - TOLERANCE));
  // How long a millisecond of CPU time takes at best.
  const stretch = (sizeMB: number) => Math.max(1 / threads, MB_PER_VCPU / sizeMB);
  const boundMs = Math.min(durationMs, cpuMs * stretch(memorySizeMB));
  return durationMs - boundMs + boundMs * (stretch(toMB) / stretch(memorySizeMB));
}
