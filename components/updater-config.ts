/** The updater's arguments. */
import type * as aws from "@pulumi/aws";
import type * as pulumi from "@pulumi/pulumi";
import { checkArguments } from "../runtime/deployment";
import { SettingError, type Settings } from "../runtime/settings";
import type { RoleArgs, VpcArgs } from "./common";
import type { ScheduleTransform } from "./schedule";
import type { EncryptionArgs, LoggingArgs, UpdaterConfig } from "./settings-args";
import type { Transform } from "./transform";
import { checkFunctionArns } from "./updater-permissions";

/** Changes to the updater's children. */
export interface UpdaterTransform {
  readonly function?: Transform<aws.lambda.FunctionArgs> | undefined;
  readonly role?: Transform<aws.iam.RoleArgs> | undefined;
  readonly rolePolicy?: Transform<aws.iam.RolePolicyArgs> | undefined;
  readonly logGroup?: Transform<aws.cloudwatch.LogGroupArgs> | undefined;
  readonly deadLetterQueue?: Transform<aws.sqs.QueueArgs> | undefined;
  readonly deadLetterQueuePolicy?: Transform<aws.sqs.QueuePolicyArgs> | undefined;
  readonly historyTable?: Transform<aws.dynamodb.TableArgs> | undefined;
  readonly eventSourceMapping?: Transform<aws.lambda.EventSourceMappingArgs> | undefined;
  /** The event source mapping on the telemetry stream. */
  readonly pressureMapping?: Transform<aws.lambda.EventSourceMappingArgs> | undefined;
  /** The schedule that applies changes that waited for the change window, and its role. */
  readonly deferredSchedule?: ScheduleTransform | undefined;
}

/** The updater's arguments. */
export interface UpdaterArgs extends RoleArgs, LoggingArgs, EncryptionArgs, UpdaterConfig {
  readonly settings: Settings;
  readonly recommendationsStreamArn: pulumi.Input<string>;
  /** The stream that functions report to. Without it, the updater does not look for it in a function's environment. */
  readonly telemetryStreamArn?: pulumi.Input<string> | undefined;
  /**
   * Whether the updater reads memory pressure from the telemetry stream itself, because the Flink application doesn't
   * always run; default: false.
   */
  readonly readsTelemetry?: boolean | undefined;
  /**
   * ARN of the optimizer's layer, with or without its version. Without it, the updater does not look for it in a
   * function's layers.
   */
  readonly layerArn?: pulumi.Input<string> | undefined;
  /**
   * Whether recommendations for functions that joined by their logs are applied; default: there are no such functions.
   */
  readonly logs?: "apply" | "recommend" | undefined;
  /** ARN of the stream's KMS key; default: the key that AWS manages. */
  readonly streamsKmsKeyArn?: pulumi.Input<string> | undefined;
  /** Path of the updater's bundle. */
  readonly updaterBundle: string;
  /** Default: no VPC. */
  readonly vpc?: VpcArgs | undefined;
  readonly transform?: UpdaterTransform | undefined;
}

/** Rejects invalid arguments in one sentence. */
export function checkUpdater(args: UpdaterConfig, settings: Settings): void {
  checkFunctionArns(settings);
  checkArguments("updater", args);
  if (args.functionTag && (args.functionTag.key === "" || args.functionTag.value === "")) {
    throw new SettingError("updater.functionTag has an empty key or value; it must have both.");
  }
}
