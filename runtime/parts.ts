/** Settings in the form in which they reach the parts that read them. */
import type { Part } from "./config-table";
import { plainNumber } from "./number";
import { SETTING_KEYS, SETTINGS, type SettingKey, type Settings } from "./settings";
import { environmentFromSettings } from "./updater/environment";

/** The id of the Flink application's property group that holds the job's parameters. */
export const FLINK_PROPERTY_GROUP = "lambda-memory-optimizer";

/** The entries of the Flink application's property group, keys as in the settings' table, values as texts. */
export function flinkProperties(settings: Settings): Record<string, string> {
  return Object.fromEntries(settingsOf("flink").map((key) => [key, textOf(settings[key])]));
}

/** The updater's settings, as its environment variables. */
export function updaterEnvironment(settings: Settings): Record<string, string> {
  return environmentFromSettings(
    Object.fromEntries(settingsOf("updater").map((key) => [key, textOf(settings[key])] as const)),
  );
}

/** A setting's value as text; a number has no exponent, and no more decimal places than its setting keeps. */
function textOf(value: string | number): string {
  return typeof value === "number" ? plainNumber(value) : value;
}

/** The settings that a part reads, in the order of the table. */
export function settingsOf(part: Part): SettingKey[] {
  return SETTING_KEYS.filter((key) => (SETTINGS[key].readBy as readonly Part[]).includes(part));
}
