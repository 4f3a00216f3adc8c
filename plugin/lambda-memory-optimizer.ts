import * as pulumi from "@pulumi/pulumi";
import type { LambdaMemoryOptimizerArgs as ComponentArgs } from "../components/args";
import { checkedArgs } from "../components/checked-args";
import type { RoleArgs } from "../components/common";
import { layerEnvironment } from "../components/join";
import { outputsOf, type Outputs } from "../components/outputs";
import { createParts } from "../components/parts";
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
import type { VpcConfig } from "./vpc-config";

/** Everything that can be tuned, all of it optional. */
export interface LambdaMemoryOptimizerArgs
  extends SettingsArgs, RoleArgs, LoggingArgs, EncryptionArgs, HeartbeatConfig, MonitoringConfig {
  /**
   * How the two Kinesis streams are built, or streams of your own. Default: one shard each, kept for a day, encrypted
   * with the key that AWS manages for Kinesis.
   */
  readonly streams?: StreamsConfig;
  /** How functions of any runtime join by their logs. Default: not at all. */
  readonly logs?: LogsConfig;
  /** How the Flink application runs. Default: one task on one KPU. */
  readonly flink?: FlinkConfig;
  /** How the updater runs, and which tag limits the functions that it may change, in addition to `allowedFunctionArns`. */
  readonly updater?: UpdaterConfig;
  /** How the layer behaves in functions that join. */
  readonly layer?: LayerConfig;
  /** When alarms go off, and which topic they notify. Default: no topic, so alarms appear only in CloudWatch. */
  readonly alarms?: AlarmsConfig;
  /**
   * A VPC for the Flink application and the updater; default: none. Its subnets need a way to Kinesis, Lambda, DynamoDB
   * and SQS ("In a VPC" in docs/deploying.md).
   */
  readonly vpc?: VpcConfig;
  /** Name of a bucket of your own for the Flink application's jar; default: one is created. */
  readonly artefactBucketName?: pulumi.Input<string>;
}

/**
 * Right-sizes the memory of Lambda functions: layer → telemetry stream → Flink SQL → recommendations stream → updater.
 * A Node.js function joins with three properties: `layers` with `layerArn`, `environment` with `layerEnvironment`, and
 * `ignoreChanges` of `memorySize`; its role needs the policy `producerPolicyArn`. Functions of any runtime join by their
 * logs, with the argument `logs`.
 */
export class LambdaMemoryOptimizer extends pulumi.ComponentResource implements Outputs {
  /** The layer's version that functions carry. */
  readonly layerArn!: pulumi.Output<string>;
  /** The environment variables that the layer needs in a function. */
  readonly layerEnvironment!: pulumi.Output<Record<string, string>>;
  /** The policy that a function's role needs to send telemetry. */
  readonly producerPolicyArn!: pulumi.Output<string>;
  /** The name of the Kinesis stream that functions' layers write to. */
  readonly telemetryStreamName!: pulumi.Output<string>;
  /** The ARN of the Kinesis stream that functions' layers write to. */
  readonly telemetryStreamArn!: pulumi.Output<string>;
  /** The name of the Kinesis stream that the updater reads. */
  readonly recommendationsStreamName!: pulumi.Output<string>;
  /** The ARN of the Kinesis stream that the updater reads. */
  readonly recommendationsStreamArn!: pulumi.Output<string>;
  /** The ARN of the Kinesis stream for subscriptions made with another tool; none unless `logs` enables it. */
  readonly logsStreamArn?: pulumi.Output<string>;
  /** The ARN of the role for subscriptions made with another tool; none unless `logs` enables a logs stream. */
  readonly logsRoleArn?: pulumi.Output<string>;
  /** The name of the Managed Service for Apache Flink application. */
  readonly flinkApplicationName!: pulumi.Output<string>;
  /** The name of the updater's Lambda function. */
  readonly updaterFunctionName!: pulumi.Output<string>;
  /** The name of the DynamoDB table that keeps measurements and changes. */
  readonly historyTableName!: pulumi.Output<string>;
  /** The URL of the SQS queue of records that can't be processed. */
  readonly deadLetterQueueUrl!: pulumi.Output<string>;
  /** The name of the CloudWatch dashboard; none if `monitoring` is false. */
  readonly dashboardName?: pulumi.Output<string>;

  constructor(name: string, args: LambdaMemoryOptimizerArgs, opts?: pulumi.ComponentResourceOptions) {
    // The settings parse a number that is given as a string.
    const componentArgs = args as ComponentArgs;
    const checked = checkedArgs(name, componentArgs);
    super("lambda-memory-optimizer:index:LambdaMemoryOptimizer", name, {}, opts);
    const outputs = outputsOf(createParts(name, componentArgs, checked, this));
    const { telemetryStreamArn } = outputs;
    Object.assign(this, outputs, {
      layerEnvironment: pulumi.all(layerEnvironment({ ...outputs, telemetryStreamArn, layer: args.layer })),
    });
    this.registerOutputs(outputs);
  }
}
