/** What a change of memory is worth. Only memory is priced: requests and storage cost the same at any size. */

import { DOLLARS_PER_GB_SECOND, type Architecture } from "../runtime/pricing";

/** A month of 730 hours, as the AWS Pricing Calculator has it. */
export const MS_PER_MONTH = 730 * 3_600_000;

export interface SavingArgs {
  /** The function's size before and after, in MB. */
  readonly fromMB: number;
  readonly toMB: number;
  /** The sum over the observed invocations. */
  readonly billedDurationMs: number;
  /** How long was observed; what is seen of less than a day is taken for a day's. */
  readonly observedMs: number;
  /** `x86_64` by default. */
  readonly architecture?: Architecture;
}

/** Per month; below zero where the function grows. */
export interface Saving {
  readonly gbSeconds: number;
  readonly dollars: number;
}

/**
 * What a size saves in a month, if invocations come as they did and take as long as they did. A smaller function
 * has less CPU, and can take longer: the saving is then smaller than this.
 */
export function monthlySaving({
  fromMB,
  toMB,
  billedDurationMs,
  observedMs,
  architecture = "x86_64",
}: SavingArgs): Saving {
  const months = Math.max(observedMs, 86_400_000) / MS_PER_MONTH;
  const gbSeconds = (((fromMB - toMB) / 1_024) * (billedDurationMs / 1_000)) / months;
  return { gbSeconds, dollars: gbSeconds * DOLLARS_PER_GB_SECOND[architecture] };
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
