/** Picks the settings from a component's arguments. */
import { SETTING_KEYS, type SettingKey, type Settings } from "../runtime/settings";
import type { SettingsArgs } from "./settings-args";

/** The settings among an object's properties. */
export function pickSettings(args: SettingsArgs): Partial<Settings> {
  const given = SETTING_KEYS.filter((key) => args[key] !== undefined);
  return Object.fromEntries(given.map((key): [SettingKey, unknown] => [key, args[key]]));
}
