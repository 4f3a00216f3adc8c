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
  lateness: ["flink"],
  idleTimeout: ["flink"],
  maxClockSkew: ["flink"],
  sizing: ["flink"],
  sizingPercentile: ["flink"],
  bufferMB: ["flink"],
  peakMargin: ["flink"],
  pressureStep: ["flink"],
  pressureInterval: ["flink"],
  minActiveDays: ["flink"],
  minInvocations: ["flink"],
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

/** What the Flink job must be told besides the settings. */
export interface FlinkSurroundings {
  readonly telemetryStreamArn: string;
  readonly recommendationsStreamArn: string;
  /** What the ARNs of the functions start with that the job takes telemetry of; see `functionArnPrefix`. */
  readonly functionArnPrefixes: readonly string[];
  /**
   * Whether the telemetry is a recording that is read at once: its arrival on the stream says nothing of its time
   * then, and event time may run ahead of it, by 366 days at most. False by default.
   */
  readonly recorded?: boolean;
}

/** The entries of the Flink application's property group, keys as in the settings' table, values as texts. */
export function flinkProperties(
  settings: Settings,
  { telemetryStreamArn, recommendationsStreamArn, functionArnPrefixes, recorded = false }: FlinkSurroundings,
): Record<string, string> {
  return {
    telemetryStreamArn,
    recommendationsStreamArn,
    functionArnPrefixes: functionArnPrefixes.join(","),
    recorded: String(recorded),
    ...Object.fromEntries(settingsOf("flink").map((key) => [key, String(settings[key])])),
  };
}

/**
 * What the ARNs of all functions of an account and region start with.
 *
 * @param arn of anything there, such as the telemetry stream or one of the functions.
 */
export function functionArnPrefix(arn: string): string {
  const [, partition = "", , region = "", accountId = ""] = arn.split(":");
  return `arn:${partition}:lambda:${region}:${accountId}:function:`;
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
