/** The updater's settings, as the function's environment variables. */
import { parseSettings, settingsOf, type Settings } from "../settings";

const PREFIX = "LAMBDA_MEMORY_OPTIMIZER_";
const READ = settingsOf("updater", "pressure");

/**
 * The environment variable that carries a setting: `minMemoryMB` is `LAMBDA_MEMORY_OPTIMIZER_MIN_MEMORY_MB`.
 *
 * @param key one of the stack config's keys.
 */
export function environmentVariable(key: string): string {
  return PREFIX + key.replace(/([a-z])([A-Z])/g, "$1_$2").toUpperCase();
}

/**
 * Reads the settings from an environment. A variable that is missing or empty means the default.
 *
 * @throws SettingError for a value out of its range.
 */
export function settingsFromEnvironment(environment: Readonly<Record<string, string | undefined>>): Settings {
  return parseSettings(
    Object.fromEntries(
      READ.map((key) => {
        const value = environment[environmentVariable(key)];
        return [key, value === "" ? undefined : value];
      }),
    ),
    READ,
  );
}

/**
 * The reverse, for whatever deploys or starts the updater: settings as environment variables.
 *
 * @param values by key; undefined ones are left out.
 */
export function environmentFromSettings(
  values: Readonly<Record<string, string | number | undefined>>,
): Record<string, string> {
  return Object.fromEntries(
    Object.entries(values).flatMap(([key, value]) =>
      value === undefined ? [] : [[environmentVariable(key), String(value)]],
    ),
  );
}
