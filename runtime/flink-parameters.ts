/** What the Flink job is told: the entries of its one property group, in AWS and in the one-machine run alike. */
import type { SettingKey, Settings } from "./settings";

/** The id of the application's property group that holds the job's parameters. */
export const FLINK_PROPERTY_GROUP = "lambda-memory-optimizer";

/** The settings that shape the job; what is left out here is the updater's. */
const FLINK_SETTINGS = [
  "windowType",
  "windowLength",
  "bucketLength",
  "lateness",
  "sizing",
  "bufferMB",
  "peakMargin",
  "minMemoryMB",
  "maxMemoryMB",
] as const satisfies readonly SettingKey[];

export interface Streams {
  readonly telemetryStreamArn: string;
  readonly recommendationsStreamArn: string;
}

/** The property group's entries, all of them texts of at most 2,048 characters, as the service demands. */
export function flinkParameters(settings: Settings, streams: Streams): Record<string, string> {
  return { ...Object.fromEntries(FLINK_SETTINGS.map((key) => [key, String(settings[key])])), ...streams };
}
