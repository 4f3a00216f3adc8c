/** The saving of a change of memory. Only memory counts, because requests and storage cost the same at any size. */

import { dollarsPerGBSecond, monthly, type Architecture } from "../runtime/pricing";

/** A function's observed use. */
export interface Usage {
  /** Billed milliseconds, summed over the observed invocations. */
  readonly billedDurationMs: number;
  /** For how long it was observed, in milliseconds. Less than a day counts as a day. */
  readonly observedMs: number;
  /** `us-east-1` by default. */
  readonly region?: string;
  /** `x86_64` by default. */
  readonly architecture?: Architecture;
}

export interface SavingArgs extends Usage {
  /** The function's size before and after, in MB. */
  readonly fromMB: number;
  readonly toMB: number;
}

/** Per month of 730 hours. Negative if the function gets more memory. */
export interface Saving {
  readonly gbSeconds: number;
  readonly dollars: number;
}

/** A function's cost per month at a size, if it has as many invocations as observed and they take as long. */
export function monthlyCost(memorySizeMB: number, usage: Usage): Saving {
  const { billedDurationMs, observedMs, region = "us-east-1", architecture = "x86_64" } = usage;
  const gbSeconds = (memorySizeMB / 1_024) * (billedDurationMs / 1_000);
  return monthly(gbSeconds, Math.max(observedMs, 86_400_000), region, architecture);
}

export function priced(gbSeconds: number, region: string, architecture: Architecture): Saving {
  return { gbSeconds, dollars: gbSeconds * dollarsPerGBSecond(region, architecture) };
}

/**
 * The saving of a size per month, if the function has as many invocations as observed and they take as long. It is less
 * if they take longer because a smaller function has less CPU.
 */
export function monthlySaving({ fromMB, toMB, ...usage }: SavingArgs): Saving {
  return monthlyCost(fromMB - toMB, usage);
}

/** The sum of savings. */
export function totalSaving(savings: readonly Saving[]): Saving {
  return savings.reduce(
    (total, { gbSeconds, dollars }) => ({
      gbSeconds: total.gbSeconds + gbSeconds,
      dollars: total.dollars + dollars,
    }),
    { gbSeconds: 0, dollars: 0 },
  );
}
