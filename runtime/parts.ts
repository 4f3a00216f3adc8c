/** Settings in the form in which they reach the parts that read them. */
import { plainNumber } from "./number";
import { settingsOf, type Settings } from "./settings";
import { environmentFromSettings } from "./updater/environment";

/** The id of the Flink application's property group that holds the job's parameters. */
export const FLINK_PROPERTY_GROUP = "lambda-memory-optimizer";

/** What the Flink job needs in addition to the settings. */
export interface FlinkSurroundings {
  readonly telemetryStreamArn: string;
  readonly recommendationsStreamArn: string;
  /** The job accepts telemetry of functions whose ARNs start with one of these; see `functionArnPrefix`. */
  readonly functionArnPrefixes: readonly string[];
  /** The stream to which CloudWatch Logs sends functions' reports; undefined if there is none. */
  readonly logs?: LogsSurroundings | undefined;
}

/** What the Flink job must be told to read functions' logs. */
export interface LogsSurroundings {
  readonly streamArn: string;
  /** Function names by log group, for log groups whose own names don't contain them. */
  readonly logGroupFunctions: Readonly<Record<string, string>>;
}

/** The entries of the Flink application's property group, keys as in the settings' table, values as texts. */
export function flinkProperties(
  settings: Settings,
  { telemetryStreamArn, recommendationsStreamArn, functionArnPrefixes, logs }: FlinkSurroundings,
): Record<string, string> {
  return {
    telemetryStreamArn,
    recommendationsStreamArn,
    functionArnPrefixes: functionArnPrefixes.join(","),
    ...(logs && {
      logsStreamArn: logs.streamArn,
      logGroupFunctions: Object.entries(logs.logGroupFunctions)
        .map((pair) => pair.join(":"))
        .join(","),
    }),
    ...Object.fromEntries(settingsOf("flink").map((key) => [key, textOf(settings[key])])),
  };
}

/**
 * The prefix that the ARNs of all functions of an account and region share.
 *
 * @param arn the ARN of any resource there, such as the telemetry stream or a function.
 */
export function functionArnPrefix(arn: string): string {
  const [, partition = "", , region = "", accountId = ""] = arn.split(":");
  return `arn:${partition}:lambda:${region}:${accountId}:function:`;
}

/**
 * The updater's settings, as its environment variables.
 *
 * @param readsTelemetry whether the updater also reads memory pressure from the telemetry stream.
 */
export function updaterEnvironment(settings: Settings, readsTelemetry = false): Record<string, string> {
  const keys = readsTelemetry ? settingsOf("updater", "pressure") : settingsOf("updater");
  return environmentFromSettings(
    Object.fromEntries(keys.map((key) => [key, textOf(settings[key])] as const)),
  );
}

/** A setting's value as text. A number has no exponent and no more decimal places than its setting keeps. */
function textOf(value: string | number): string {
  return typeof value === "number" ? plainNumber(value) : value;
}
