/** Settings as a program gives them to a component. */
import { SETTINGS, type SettingKey, type Settings } from "../runtime/settings";

/** Settings as a program gives them; what is left out takes the default of the table in runtime/settings.ts. */
export type SettingsArgs = { readonly [Key in SettingKey]?: Settings[Key] | undefined };

/** The settings among an object's properties, the rest left out. */
export function pickSettings(args: SettingsArgs): SettingsArgs {
  return Object.fromEntries(
    (Object.keys(SETTINGS) as SettingKey[])
      .filter((key) => args[key] !== undefined)
      .map((key) => [key, args[key]]),
  );
}
