/** The component's arguments, and its parts. */
import type * as aws from "@pulumi/aws";
import type * as pulumi from "@pulumi/pulumi";
import type { Artefacts } from "./artefacts";
import type { RoleArgs, VpcArgs } from "./common";
import type { ExtensionLayer } from "./extension-layer";
import type { FlinkApplication } from "./flink-application";
import type { FlinkApplicationTransform } from "./flink-config";
import type { Heartbeat, HeartbeatTransform } from "./heartbeat";
import type { LogSubscriptions, LogSubscriptionsTransform } from "./log-subscriptions";
import type { LogsStream, LogsStreamTransform } from "./logs-stream";
import type { Monitoring, MonitoringTransform } from "./monitoring";
import type {
  AlarmsConfig,
  EncryptionArgs,
  FlinkConfig,
  HeartbeatConfig,
  LayerConfig,
  LoggingArgs,
  LogsConfig,
  MonitoringConfig,
  SettingsArgs,
  StreamsConfig,
  UpdaterConfig,
} from "./settings-args";
import type { Streams, StreamsTransform } from "./streams";
import type { Transform } from "./transform";
import type { Updater } from "./updater";
import type { UpdaterTransform } from "./updater-config";

/** Changes to the resources that let functions join by their logs. */
export interface LogsTransform extends LogsStreamTransform, LogSubscriptionsTransform {}

/** Changes to children, part by part. Every child can be changed here. */
export interface LambdaMemoryOptimizerTransform {
  readonly layer?: Transform<aws.lambda.LayerVersionArgs> | undefined;
  readonly producerPolicy?: Transform<aws.iam.PolicyArgs> | undefined;
  /** The inline policy that `join` adds to each function's role. */
  readonly telemetryPolicy?: Transform<aws.iam.RolePolicyArgs> | undefined;
  readonly streams?: StreamsTransform | undefined;
  readonly logs?: LogsTransform | undefined;
  readonly flink?: FlinkApplicationTransform | undefined;
  readonly updater?: UpdaterTransform | undefined;
  readonly heartbeat?: HeartbeatTransform | undefined;
  readonly monitoring?: MonitoringTransform | undefined;
}

/**
 * Everything that can be tuned, all of it optional. The settings are plain values instead of Inputs, so an invalid one
 * is rejected before anything is registered.
 */
export interface LambdaMemoryOptimizerArgs
  extends SettingsArgs, RoleArgs, LoggingArgs, EncryptionArgs, HeartbeatConfig, MonitoringConfig {
  /**
   * How the two Kinesis streams are built, or streams of your own. Default: one shard each, kept for a day, encrypted
   * with the key that AWS manages for Kinesis.
   * @example
   * streams: { shards: 4, retentionHours: 72 }
   */
  readonly streams?: StreamsConfig | undefined;
  /**
   * How functions of any runtime join by their logs. Default: not at all.
   * @example
   * logs: { groups: ["/aws/lambda/orders", "/aws/lambda/billing"] }
   */
  readonly logs?: LogsConfig | undefined;
  /**
   * How the Flink application runs. Default: one task on one KPU.
   * @example
   * flink: { parallelism: 4, logLevel: "INFO" }
   */
  readonly flink?: FlinkConfig | undefined;
  /**
   * How the updater runs, and which tag limits the functions that it may change, in addition to `allowedFunctionArns`.
   * @example
   * updater: { functionTag: { key: "memory-optimizer", value: "on" } }
   */
  readonly updater?: UpdaterConfig | undefined;
  /**
   * How the layer behaves in functions that join.
   * @example
   * layer: { flushInterval: "10s", logLevel: "info" }
   */
  readonly layer?: LayerConfig | undefined;
  /**
   * When alarms go off, and which topic they notify. Default: no topic, so alarms appear only in CloudWatch.
   * @example
   * alarms: { topicArn: topic.arn, behind: "2h" }
   */
  readonly alarms?: AlarmsConfig | undefined;
  /**
   * A VPC for the Flink application and the updater; default: none. Its subnets need a way to Kinesis, Lambda, DynamoDB
   * and SQS ("In a VPC" in docs/deploying.md).
   * @example
   * vpc: { subnetIds: ["subnet-0a1b2c3d"], securityGroupIds: ["sg-0a1b2c3d"] }
   */
  readonly vpc?: VpcArgs | undefined;
  /** Name of a bucket of your own for the Flink application's jar; default: one is created. */
  readonly artefactBucketName?: pulumi.Input<string> | undefined;
  /** Builds to deploy instead of the package's own. */
  readonly artefacts?: Partial<Artefacts> | undefined;
  /**
   * Changes to any child's arguments and options, for everything that the other arguments don't cover: properties that
   * override ours, or a function that changes both in place.
   * @example
   * transform: {
   *   streams: { telemetryStream: { shardLevelMetrics: ["IncomingBytes"] } },
   *   updater: { historyTable: (args, opts) => { opts.retainOnDelete = true; } },
   * }
   */
  readonly transform?: LambdaMemoryOptimizerTransform | undefined;
}

/** Decides whether a function joins, from its resource's name and arguments. */
export type FunctionFilter = (fn: {
  readonly name: string;
  readonly args: aws.lambda.FunctionArgs;
}) => boolean;

/** How a function joins. */
export interface JoinOptions {
  /**
   * Whether to give the function's role the right to send telemetry, as an inline policy of its own; default
   * true. With false, attach `producerPolicyArn` yourself: IAM takes about fifty such inline policies per role.
   */
  readonly grant?: boolean | undefined;
}

/** The component's parts. */
export interface Parts {
  readonly layer: ExtensionLayer;
  readonly streams: Streams;
  /** Undefined unless functions join by their logs, like `logSubscriptions`. */
  readonly logsStream: LogsStream | undefined;
  readonly producerPolicy: aws.iam.Policy;
  readonly flink: FlinkApplication;
  readonly updater: Updater;
  readonly heartbeat: Heartbeat;
  readonly logSubscriptions: LogSubscriptions | undefined;
  /** Undefined if `monitoring` is false. */
  readonly monitoring: Monitoring | undefined;
}
