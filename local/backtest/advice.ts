/** Finds the policies that no other beats, and advises one of them. Pure. */
import { stringify } from "yaml";
import { SETTINGS, type SettingKey } from "../../runtime/settings";
import type { Policy } from "./policies";
import type { Walked } from "./walk";

/** A row of `--json`'s `policies`. */
export interface PolicyResult extends Omit<Walked, "days" | "changes" | "invocations" | "gbSecondsPerMonth"> {
  readonly name: string;
  readonly settings: Policy["settings"];
  /** Whether no other policy is at least as good in all `OBJECTIVES`, and better in one. */
  readonly onFrontier: boolean;
}

export interface Advice {
  /** The name of a policy. */
  readonly policy: string;
  readonly sentence: string;
  /** Stack config to copy. */
  readonly stackConfig: string;
}

/** Of each, less is better. */
const OBJECTIVES = ["invocationsBeyond", "costPerMonth", "meanSlowdown"] as const;

/** The fraction of the invocations that may want more than their size. */
export const MOST_BEYOND = 0.0001;

export function withFrontier(
  results: readonly { readonly policy: Policy; readonly walked: Walked }[],
): PolicyResult[] {
  return results.map(({ policy, walked }) => {
    const beats = (other: Walked) =>
      OBJECTIVES.every((objective) => other[objective] <= walked[objective]) &&
      OBJECTIVES.some((objective) => other[objective] < walked[objective]);
    return {
      name: policy.name,
      settings: policy.settings,
      daysBeyond: walked.daysBeyond,
      invocationsBeyond: walked.invocationsBeyond,
      meanSlackMB: walked.meanSlackMB,
      meanSlowdown: walked.meanSlowdown,
      worstSlowdown: walked.worstSlowdown,
      costPerMonth: walked.costPerMonth,
      changesPerFunctionAndMonth: walked.changesPerFunctionAndMonth,
      onFrontier: !results.some(({ walked: other }) => beats(other)),
    };
  });
}

/**
 * The cheapest of the policies that keep nearly all invocations within their size, or of those that keep the most.
 *
 * @param policies at least one; if two cost the same, the earlier is advised.
 * @param asItIs the result with the sizes that the functions have now.
 */
export function adviceOn(
  policies: readonly [PolicyResult, ...PolicyResult[]],
  invocations: number,
  asItIs: Pick<Walked, "costPerMonth">,
): Advice {
  const fewest = Math.min(...policies.map(({ invocationsBeyond }) => invocationsBeyond));
  const mostBeyond = Math.max(fewest, Math.floor(MOST_BEYOND * invocations));
  const safe = policies.filter(({ invocationsBeyond }) => invocationsBeyond <= mostBeyond);
  const best = safe.reduce(
    (least, policy) => (policy.costPerMonth < least.costPerMonth ? policy : least),
    safe[0] ?? policies[0],
  );
  const among =
    fewest <= MOST_BEYOND * invocations
      ? `keep ${percent(1 - MOST_BEYOND)} of the invocations within their size`
      : `have the fewest invocations beyond their size (${count(fewest)} of ${count(invocations)})`;
  const saved = asItIs.costPerMonth - best.costPerMonth;
  const than = saved >= 0 ? `${dollars(saved)} less than now` : `${dollars(-saved)} more than now`;
  const subject = best.name === "default" ? "Stay with the default" : `Take "${best.name}"`;
  return {
    policy: best.name,
    sentence: `${subject}: it is the cheapest of the ${safe.length} of ${policies.length} policies that ${among}. It costs ${dollars(best.costPerMonth)} a month, ${than}, at ${best.meanSlowdown.toFixed(2)} times the duration on average and ${best.worstSlowdown.toFixed(2)} times at worst.`,
    stackConfig: stackConfig(best.settings),
  };
}

/** As a `Pulumi.STACK.yaml` has it. */
function stackConfig(settings: Policy["settings"]): string {
  const config = Object.fromEntries(
    Object.entries(settings).map(([key, value]) => [
      `lambda-memory-optimizer:${key}`,
      configValue(key as SettingKey, value),
    ]),
  );
  // YAML 1.1, as Pulumi reads it, would take `off` for false.
  return stringify({ config }, { version: "1.1" }).trimEnd();
}

function configValue(key: SettingKey, value: string | number): string | number {
  return SETTINGS[key].type.schema === "integer" ? Number(value) : String(value);
}

function dollars(value: number): string {
  return `$${value.toLocaleString("en-US", { minimumFractionDigits: 2, maximumFractionDigits: 2 })}`;
}

function count(value: number): string {
  return value.toLocaleString("en-US");
}

function percent(part: number): string {
  return `${Number((part * 100).toFixed(2))}%`;
}
