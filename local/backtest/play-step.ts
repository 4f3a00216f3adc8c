/**
 * Plays a step's invocations at a memory size: the layer's record of them, and their outcome. The result is the same as
 * that of local/fleet/invocations.ts, which makes reports for the layer's own fold, in a fraction of the time. Pure.
 */
import type { TelemetryRecord } from "../../runtime/contract";
import type { Step, Subject } from "./history";

/** Sums and counts include all invocations that each one stands for. */
export interface StepPlayed {
  readonly record: TelemetryRecord;
  readonly invocations: number;
  /** How many wanted more than the size. */
  readonly outOfMemory: number;
  readonly peakUsedMB: number;
  readonly durationMs: number;
  readonly billedDurationMs: number;
}

export function playStep(subject: Subject, step: Step, memorySizeMB: number): StepPlayed {
  const { functionName, functionArn, weight, cpu } = subject;
  const { usedMB, durationFactor, firstMs, lastMs } = step;
  const middle = subject.durationAt(memorySizeMB);
  const count = usedMB.length;
  let [durationMs, squaredMs2, billedMs, factors] = [0, 0, 0, 0];
  let [outOfMemory, atCap, errors, peakMB] = [0, 0, 0, 0];
  for (let i = 0; i < count; i++) {
    const used = usedMB[i] ?? 0;
    const factor = durationFactor[i] ?? 1;
    // Lambda reports hundredths of a millisecond, and bills whole ones.
    const one = Math.round(middle.durationMs * factor * 100) / 100;
    durationMs += one;
    squaredMs2 += one ** 2;
    billedMs += Math.max(1, Math.ceil(one));
    factors += factor;
    peakMB = Math.max(peakMB, used);
    if (used > memorySizeMB) outOfMemory += 1;
    if (used >= memorySizeMB) atCap += 1;
    errors += used > memorySizeMB ? weight : (step.errors[i] ?? 0);
  }
  const squared = Math.round(squaredMs2);
  const peakUsedMB = Math.min(peakMB, memorySizeMB);
  return {
    record: {
      functionName,
      functionArn,
      functionVersion: "$LATEST",
      memorySizeMB,
      maxMemoryUsedMB: peakUsedMB,
      invocations: count * weight,
      durationMs: hundredths(durationMs) * weight,
      ...(Number.isSafeInteger(squared) && { durationSquaredMs2: squared * weight }),
      billedDurationMs: hundredths(billedMs) * weight,
      ...(cpu && { cpuMs: Math.round(middle.cpuMs * factors * weight) }),
      errors,
      timeouts: 0,
      outOfMemory: atCap * weight,
      firstReportAt: new Date(firstMs).toISOString(),
      lastReportAt: new Date(lastMs).toISOString(),
      sandboxId: `back-test-${step.index}`,
      sequence: 0,
    },
    invocations: count * weight,
    outOfMemory: outOfMemory * weight,
    peakUsedMB,
    durationMs: durationMs * weight,
    billedDurationMs: billedMs * weight,
  };
}

function hundredths(value: number): number {
  return Math.round(value * 100) / 100;
}
