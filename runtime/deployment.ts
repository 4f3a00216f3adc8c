/**
 * The stack config keys that say what is deployed. They are arguments of the component, some of them one level down.
 */
import { CONFIG, DEPLOYMENT } from "./config-table";
import { suggestion } from "./nearest";
import { parseValue } from "./parse-value";
import { SettingError } from "./setting-error";
import type { SchemaType, ValueType } from "./value-type";

type Table = typeof DEPLOYMENT;
type DeploymentKey = keyof Table;
export type ConfigKey = keyof typeof CONFIG;

type ValueOf<K extends ConfigKey> = (typeof CONFIG)[K]["type"] extends ValueType<infer T> ? T : never;

/** `flink`, of `flink.logLevel`; empty for an argument of the component itself. */
type GroupOf<Argument extends string> = Argument extends `${infer Group}.${string}` ? Group : "";
type NameOf<Argument extends string> = Argument extends `${string}.${infer Name}` ? Name : Argument;
type Group = GroupOf<Table[DeploymentKey]["argument"]>;

/** The arguments of one group, such as `{ parallelism, logLevel, … }` of `flink`. */
type Arguments<G extends Group> = {
  readonly [
    K in DeploymentKey as GroupOf<Table[K]["argument"]> extends G ? NameOf<Table[K]["argument"]> : never
  ]: ValueOf<K> | undefined;
};

/** All arguments that say what is deployed: `{ heartbeatInterval, …, flink: { logLevel, … }, … }`. */
export type Deployment = Arguments<""> & { readonly [G in Exclude<Group, "">]: Arguments<G> };

/** The default of every key; undefined if it has none. */
export const DEFAULTS = Object.fromEntries(
  Object.entries(CONFIG).map(([key, entry]) => [key, entry.default]),
) as {
  readonly [K in ConfigKey]: (typeof CONFIG)[K]["default"] extends undefined ? undefined : ValueOf<K>;
};

/**
 * Parses the given values into the component's arguments.
 *
 * @param read returns a key's value: a text, or the parsed JSON of a list or tags; undefined for none.
 * @throws SettingError that names the key.
 */
export function parseDeployment(read: (key: DeploymentKey, schema: SchemaType) => unknown): Deployment {
  const deployment: Record<string, unknown> = {};
  for (const key of Object.keys(DEPLOYMENT) as DeploymentKey[]) {
    const { argument, type } = DEPLOYMENT[key];
    const [name = "", group] = argument.split(".").reverse();
    const place = group === undefined ? deployment : ((deployment[group] ??= {}) as Record<string, unknown>);
    const value = read(key, type.schema);
    place[name] = value === undefined ? undefined : parseValue<unknown>(key, type, value);
  }
  return deployment as unknown as Deployment;
}

/**
 * Rejects arguments of one group that aren't allowed. Objects pass, and so do values that aren't known yet.
 *
 * @param group `flink` for the arguments that are `flink.…`; empty for those of the component itself.
 * @throws SettingError that names the argument.
 */
export function checkArguments<const G extends Group>(
  group: G,
  args: { readonly [Name in keyof Arguments<G>]?: unknown },
): void {
  const values = args as Readonly<Record<string, unknown>>;
  for (const { argument, type } of Object.values(DEPLOYMENT)) {
    const [name = "", parent = ""] = argument.split(".").reverse();
    const value = parent === group ? values[name] : undefined;
    if (value !== undefined && typeof value !== "object") parseValue<unknown>(argument, type, value);
  }
}

/** Rejects a key that isn't in the config table. A misspelt key would silently leave its default in place. */
export function checkKey(key: string): void {
  if (Object.hasOwn(CONFIG, key)) return;
  const elsewhere = "README.md lists them under Configuration";
  throw new SettingError(`${key} is not a config key${suggestion(key, Object.keys(CONFIG), elsewhere)}`);
}

/** Rewrites a sentence about arguments in the stack config's names: `flink.logLevel` becomes `flinkLogLevel`. */
export function inConfigWords(sentence: string): string {
  const keys = new Map<string, string>(
    Object.entries(DEPLOYMENT).map(([key, { argument }]) => [argument, key]),
  );
  return sentence.replace(/\b[a-z]+\.[A-Za-z]+\b/g, (argument) => keys.get(argument) ?? argument);
}
