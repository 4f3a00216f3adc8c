/** The Flink application's configuration, as the service takes it. */
import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import type { FlinkApplicationArgs } from "./flink-config";
import { DEFAULTS } from "../runtime/deployment";
import { FLINK_PROPERTY_GROUP, flinkProperties, functionArnPrefix } from "../runtime/parts";

/** Without it the service keeps its own defaults and ignores the fields beside it. */
const CUSTOM = { configurationType: "CUSTOM" };

/**
 * The application's code, parameters and runtime configuration.
 *
 * @param args the application's arguments.
 * @param codeLocation its jar's location in S3.
 */
export function applicationConfiguration(
  args: FlinkApplicationArgs,
  codeLocation: { bucketArn: pulumi.Input<string>; fileKey: pulumi.Input<string> },
): aws.types.input.kinesisanalyticsv2.ApplicationApplicationConfiguration {
  const snapshotsEnabled = args.snapshots ?? DEFAULTS.flinkSnapshots;
  return {
    applicationCodeConfiguration: {
      codeContentType: "ZIPFILE",
      codeContent: { s3ContentLocation: codeLocation },
    },
    environmentProperties: {
      propertyGroups: [
        {
          propertyGroupId: FLINK_PROPERTY_GROUP,
          propertyMap: pulumi
            .all([args.telemetryStreamArn, args.recommendationsStreamArn, args.logsStreamArn])
            .apply(([telemetryStreamArn, recommendationsStreamArn, logsStreamArn]) =>
              flinkProperties(args.settings, {
                telemetryStreamArn,
                recommendationsStreamArn,
                // Functions report to the stream of their own account and region.
                functionArnPrefixes: [functionArnPrefix(telemetryStreamArn)],
                ...(logsStreamArn !== undefined && {
                  logs: { streamArn: logsStreamArn, logGroupFunctions: args.logGroupFunctions ?? {} },
                }),
              }),
            ),
        },
      ],
    },
    flinkApplicationConfiguration: {
      checkpointConfiguration: {
        ...CUSTOM,
        checkpointingEnabled: true,
        checkpointInterval: 60_000,
        minPauseBetweenCheckpoints: 5_000,
      },
      monitoringConfiguration: {
        ...CUSTOM,
        logLevel: args.logLevel ?? DEFAULTS.flinkLogLevel,
        metricsLevel: args.metricsLevel ?? DEFAULTS.flinkMetricsLevel,
      },
      parallelismConfiguration: {
        ...CUSTOM,
        parallelism: args.parallelism ?? DEFAULTS.flinkParallelism,
        parallelismPerKpu: args.parallelismPerKPU ?? DEFAULTS.flinkParallelismPerKPU,
        autoScalingEnabled: args.autoScaling ?? DEFAULTS.flinkAutoScaling,
      },
    },
    applicationSnapshotConfiguration: { snapshotsEnabled },
    runConfiguration: {
      applicationRestoreConfiguration: {
        applicationRestoreType:
          snapshotsEnabled && args.restoreFrom !== "nothing"
            ? "RESTORE_FROM_LATEST_SNAPSHOT"
            : "SKIP_RESTORE_FROM_SNAPSHOT",
      },
      // A new jar or window may leave out an operator that the snapshot knows; the others keep their state.
      flinkRunConfiguration: { allowNonRestoredState: true },
    },
    ...(args.vpc && { vpcConfiguration: args.vpc }),
  };
}
