/** The Flink application's arguments. */
import type * as aws from "@pulumi/aws";
import type * as pulumi from "@pulumi/pulumi";
import { checkArguments, DEFAULTS } from "../runtime/deployment";
import { SettingError, type Settings } from "../runtime/settings";
import type { ArtefactBucketTransform } from "./artefact-bucket";
import type { RoleArgs, VpcArgs } from "./common";
import type { FlinkScheduleTransform } from "./flink-schedule";
import { runsOf } from "./flink-schedule-config";
import type { EncryptionArgs, FlinkConfig, LoggingArgs } from "./settings-args";
import type { Transform } from "./transform";

/** Changes to the Flink application's children. */
export interface FlinkApplicationTransform extends ArtefactBucketTransform {
  readonly jar?: Transform<aws.s3.BucketObjectv2Args> | undefined;
  readonly role?: Transform<aws.iam.RoleArgs> | undefined;
  readonly rolePolicy?: Transform<aws.iam.RolePolicyArgs> | undefined;
  readonly logStream?: Transform<aws.cloudwatch.LogStreamArgs> | undefined;
  readonly logGroup?: Transform<aws.cloudwatch.LogGroupArgs> | undefined;
  readonly application?: Transform<aws.kinesisanalyticsv2.ApplicationArgs> | undefined;
  readonly schedule?: FlinkScheduleTransform | undefined;
}

export interface FlinkApplicationArgs extends RoleArgs, LoggingArgs, EncryptionArgs, FlinkConfig {
  readonly settings: Settings;
  readonly telemetryStreamArn: pulumi.Input<string>;
  readonly recommendationsStreamArn: pulumi.Input<string>;
  /** The stream of functions that join by their logs; default: none. */
  readonly logsStreamArn?: pulumi.Input<string> | undefined;
  /** Function names by log group, for groups whose function is named by neither the group nor its streams. */
  readonly logGroupFunctions?: Record<string, string> | undefined;
  /** ARN of the streams' KMS key; default: the key that AWS manages. */
  readonly streamsKmsKeyArn?: pulumi.Input<string> | undefined;
  /** Path of the application's jar. */
  readonly flinkJar: string;
  /** Name of a bucket of your own for the jar; default: one is created. */
  readonly artefactBucketName?: pulumi.Input<string> | undefined;
  /** Default: no VPC. */
  readonly vpc?: VpcArgs | undefined;
  readonly transform?: FlinkApplicationTransform | undefined;
}

/** Rejects invalid arguments in one sentence. */
export function checkFlink(args: FlinkConfig): void {
  checkArguments("flink", args);
  const { parallelism = DEFAULTS.flinkParallelism, parallelismPerKPU = DEFAULTS.flinkParallelismPerKPU } =
    args;
  if (parallelismPerKPU > parallelism) {
    throw new SettingError(
      `flink.parallelismPerKPU is ${parallelismPerKPU}; it must be at most flink.parallelism, which is ${parallelism}.`,
    );
  }
  runsOf(args);
}
