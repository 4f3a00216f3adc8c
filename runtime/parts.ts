/** Which part of the system reads which setting, and the form in which it reaches that part. */
import type { SettingKey, Settings } from "./settings";
import { environmentFromSettings } from "./updater/environment";

/** The id of the Flink application's property group that holds the job's parameters. */
export const FLINK_PROPERTY_GROUP = "lambda-memory-optimizer";

type Part = "flink" | "updater";

/** A part that does not read a setting does not get it: a new window length must leave the updater alone. */
const READERS: Readonly<Record<SettingKey, readonly Part[]>> = {
  windowType: ["flink"],
  windowLength: ["flink"],
  bucketLength: ["flink"],
  sessionGap: ["flink"],
  slide: ["flink"],
  // The updater checks maxClockSkew against it.
  lateness: ["flink", "updater"],
  idleTimeout: ["flink"],
  maxClockSkew: ["flink", "updater"],
  sizing: ["flink"],
  sizingPercentile: ["flink"],
  bufferMB: ["flink"],
  peakMargin: ["flink"],
  pressureStep: ["flink"],
  minActiveDays: ["flink"],
  minInvocations: ["flink"],
  minMemoryMB: ["flink", "updater"],
  maxMemoryMB: ["flink", "updater"],
  updateMode: ["updater"],
  allowedFunctionArns: ["updater"],
  minChange: ["updater"],
  maxStepDown: ["updater"],
  maxStepUp: ["updater"],
  pressureStepsPerDay: ["updater"],
  cooldown: ["updater"],
  regressionLimit: ["updater"],
  updatesPerSecond: ["updater"],
  readsPerSecond: ["updater"],
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

function settingsOf(part: Part): SettingKey[] {
  return (Object.keys(READERS) as SettingKey[]).filter((key) => READERS[key].includes(part));
}
