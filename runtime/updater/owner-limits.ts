/** The limits that a function's owner sets with tags, which GetFunction returns. Pure. */
import { SETTINGS, type Settings } from "../settings";
import type { ValueType } from "../value-type";
import type { LiveFunction } from "./live-function";

/** The smallest and the largest size, in MB. They narrow the stack's bounds and never widen them. */
export const MIN_TAG = "memory-optimizer:min";
export const MAX_TAG = "memory-optimizer:max";
/** Overrides `maxSlowdown`. */
export const MAX_SLOWDOWN_TAG = "memory-optimizer:max-slowdown";

type Limits = Pick<Settings, "minMemoryMB" | "maxMemoryMB" | "maxSlowdown">;

export interface Limited<S> {
  /** The stack's settings, narrowed by the owner's limits. */
  readonly settings: S;
  /** What is wrong with the tags, and what applies instead. */
  readonly problem?: string;
}

/**
 * Ignores an invalid tag in the safe direction: with an invalid minimum the function isn't made smaller, with an invalid
 * maximum it may grow as far as the stack allows, and the stack's slowdown limit replaces an invalid one.
 */
export function withOwnerLimits<S extends Limits>(
  settings: S,
  { tags = {}, memorySizeMB }: Pick<LiveFunction, "tags" | "memorySizeMB">,
): Limited<S> {
  const { minMemoryMB, maxMemoryMB, maxSlowdown } = settings;
  const problems: string[] = [];
  const read = <T>(tag: string, type: ValueType<T>, instead: string): T | undefined => {
    const text = tags[tag];
    const own = text === undefined ? undefined : type.parse(text);
    if (text !== undefined && own === undefined) {
      problems.push(`the tag ${tag} is ${JSON.stringify(text)}; it must be ${type.allowed}, so ${instead}`);
    }
    return own;
  };
  const min = read(MIN_TAG, SETTINGS.minMemoryMB.type, "the function isn't made smaller");
  const max = read(MAX_TAG, SETTINGS.maxMemoryMB.type, `maxMemoryMB, which is ${maxMemoryMB}, applies`);
  const slowdown = read(
    MAX_SLOWDOWN_TAG,
    SETTINGS.maxSlowdown.type,
    `maxSlowdown, which is ${maxSlowdown}, applies`,
  );
  const contradict = min !== undefined && max !== undefined && min > max;
  if (contradict) {
    problems.push(
      `the tag ${MIN_TAG} is ${min}, which is more than ${max}, the tag ${MAX_TAG}, so neither applies and the function isn't made smaller`,
    );
  } else if (min !== undefined && min > maxMemoryMB) {
    problems.push(`the tag ${MIN_TAG} is ${min}; maxMemoryMB, which is ${maxMemoryMB}, applies`);
  } else if (max !== undefined && max < minMemoryMB) {
    problems.push(`the tag ${MAX_TAG} is ${max}; minMemoryMB, which is ${minMemoryMB}, applies`);
  }
  const within = (sizeMB: number) => Math.min(Math.max(sizeMB, minMemoryMB), maxMemoryMB);
  const least = tags[MIN_TAG] === undefined ? minMemoryMB : contradict ? memorySizeMB : (min ?? memorySizeMB);
  const most = contradict ? maxMemoryMB : (max ?? maxMemoryMB);
  return {
    settings: {
      ...settings,
      minMemoryMB: within(least),
      maxMemoryMB: within(Math.max(least, most)),
      maxSlowdown: slowdown ?? maxSlowdown,
    },
    ...(problems.length > 0 && { problem: problems.join("; ") }),
  };
}

/** A decision's detail: the defined parts, as one text. */
export function detailOf(...parts: (string | undefined)[]): { readonly detail?: string } {
  const detail = parts.filter((part) => part !== undefined).join("; ");
  return detail === "" ? {} : { detail };
}
