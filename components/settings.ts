/** Which part of the system reads which setting, and the form in which it reaches that part. */
import { SETTINGS, type SettingKey, type Settings } from "../runtime/settings";
import { environmentFromSettings } from "../runtime/updater/environment";

/** Settings as a program gives them; what is left out takes the default of the table in runtime/settings.ts. */
export type SettingsArgs = { readonly [Key in SettingKey]?: Settings[Key] | undefined };

type Part = "flink" | "updater";

/** A part that does not read a setting does not get it: a new window length must leave the updater alone. */
const READERS: Readonly<Record<SettingKey, readonly Part[]>> = {
  windowType: ["flink"],
  windowLength: ["flink"],
  bucketLength: ["flink"],
  lateness: ["flink"],
  sizing: ["flink"],
  bufferMB: ["flink"],
  peakMargin: ["flink"],
  minMemoryMB: ["flink", "updater"],
  maxMemoryMB: ["flink", "updater"],
  updateMode: ["updater"],
  allowedFunctionArns: ["updater"],
  minChange: ["updater"],
  maxStepDown: ["updater"],
  cooldown: ["updater"],
  regressionLimit: ["updater"],
  updatesPerSecond: ["updater"],
  aliasName: ["updater"],
  retryFor: ["updater"],
};

/** The entries of the Flink application's property group, keys as in the settings' table, values as texts. */
export function flinkProperties(settings: Settings): Record<string, string> {
  return Object.fromEntries(settingsOf("flink").map((key) => [key, String(settings[key])]));
}

/** The updater's settings, as its environment variables. */
export function updaterEnvironment(settings: Settings): Record<string, string> {
  return environmentFromSettings(
    Object.fromEntries(settingsOf("updater").map((key) => [key, settings[key]] as const)),
  );
}

/** The settings among an object's properties, the rest left out. */
export function pickSettings(args: SettingsArgs): SettingsArgs {
  return Object.fromEntries(
    (Object.keys(SETTINGS) as SettingKey[])
      .filter((key) => args[key] !== undefined)
      .map((key) => [key, args[key]]),
  );
}

function settingsOf(part: Part): SettingKey[] {
  return (Object.keys(READERS) as SettingKey[]).filter((key) => READERS[key].includes(part));
}
