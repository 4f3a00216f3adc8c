/** What a change of memory is worth. Only memory is priced: requests and storage cost the same at any size. */

import { dollarsPerGBSecond, MS_PER_MONTH, type Architecture } from "../runtime/pricing";

/** What a function was seen to do. */
export interface Usage {
  /** The sum over the observed invocations. */
  readonly billedDurationMs: number;
  /** How long was observed; what is seen of less than a day is taken for a day's. */
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

/** Per month; a saving is below zero where the function grows. */
export interface Saving {
  readonly gbSeconds: number;
  readonly dollars: number;
}

/** What a function costs in a month at a size, if invocations come as they did and take as long as they did. */
export function monthlyCost(memorySizeMB: number, usage: Usage): Saving {
  const { billedDurationMs, observedMs, region = "us-east-1", architecture = "x86_64" } = usage;
  const months = Math.max(observedMs, 86_400_000) / MS_PER_MONTH;
  return priced(((memorySizeMB / 1_024) * (billedDurationMs / 1_000)) / months, region, architecture);
}

export function priced(gbSeconds: number, region: string, architecture: Architecture): Saving {
  return { gbSeconds, dollars: gbSeconds * dollarsPerGBSecond(region, architecture) };
}

/**
 * What a size saves in a month, if invocations come as they did and take as long as they did. A smaller function
 * has less CPU, and can take longer: the saving is then smaller than this.
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
