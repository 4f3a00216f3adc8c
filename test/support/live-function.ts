import type { LiveFunction } from "../../runtime/updater/live-function";

/** An ordinary function of 1,024 MB as the updater reads it: idle, untagged, without the layer. */
export function liveFunction(
  fields: Partial<LiveFunction> & Pick<LiveFunction, "functionArn">,
): LiveFunction {
  return {
    version: "$LATEST",
    memorySizeMB: 1_024,
    lastModifiedMs: Date.parse("2025-06-01T00:00:00.000Z"),
    lastUpdateStatus: "Successful",
    revisionId: "now",
    codeSha256: "code",
    tags: {},
    layerArns: [],
    telemetryStreamArn: undefined,
    managedInstances: false,
    durable: false,
    architecture: "x86_64",
    ...fields,
  };
}
