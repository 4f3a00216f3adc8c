/** What is deployed: the keys of the stack config that are arguments of the component, one level down or not. */
import { CONFIG, DEPLOYMENT } from "./config-table";
import { parseValue } from "./parse-value";
import type { ValueType } from "./value-types";

type DeploymentKeys = typeof DEPLOYMENT;
export type DeploymentKey = keyof DeploymentKeys;

/** The value of every key where nothing else is said; undefined where there is none. */
export const DEFAULTS = Object.fromEntries(
  Object.entries(CONFIG).map(([key, { default: value }]) => [key, value]),
) as {
  readonly [K in keyof typeof CONFIG]: Widened<(typeof CONFIG)[K]["default"], (typeof CONFIG)[K]["type"]>;
};

type Widened<Default, Type> = Default extends undefined
  ? undefined
  : Type extends ValueType<infer T>
    ? T
    : never;

/** An argument's own name: `parallelism`, of `flink.parallelism`. */
type NameIn<
  Group extends string,
  K extends DeploymentKey,
> = DeploymentKeys[K]["argument"] extends `${Group}.${infer Name}` ? Name : never;

/**
 * Refuses arguments of one group that aren't allowed. A value that isn't known yet passes.
 *
 * @param group `flink` for the arguments that are `flink.…`; empty for those of the component itself.
 * @throws SettingError that names the argument.
 */
export function checkArguments<const Group extends string>(
  group: Group,
  args: { readonly [Name in NameIn<Group, DeploymentKey>]?: unknown },
): void {
  const values = args as Readonly<Record<string, unknown>>;
  for (const { argument, type } of Object.values(DEPLOYMENT)) {
    const [name, parent = ""] = argument.split(".").reverse();
    const value = parent === group && name !== undefined ? values[name] : undefined;
    if (isPlain(value)) parseValue<unknown>(argument, type, value);
  }
}

/** An Input that isn't known yet is an object, and so is what a program writes as one: both are checked elsewhere. */
function isPlain(value: unknown): boolean {
  return value !== undefined && typeof value !== "object";
}

/** A sentence about arguments, in the words of the stack config: `flink.logLevel` is `flinkLogLevel` there. */
export function inConfigWords(sentence: string): string {
  const keys = new Map(
    Object.entries(DEPLOYMENT).map(([key, { argument }]) => [argument as string, key] as const),
  );
  return sentence.replace(/\b[a-z]+\.[A-Za-z]+\b/g, (argument) => keys.get(argument) ?? argument);
}
