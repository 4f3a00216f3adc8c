/** What the component takes, and what it is made of. */
import type * as aws from "@pulumi/aws";
import type * as pulumi from "@pulumi/pulumi";
import type { Artefacts } from "./artefacts";
import type { RoleArgs, VpcArgs } from "./common";
import type { ExtensionLayer } from "./extension-layer";
import type { FlinkApplication, FlinkApplicationTransform } from "./flink-application";
import type { Heartbeat, HeartbeatTransform } from "./heartbeat";
import type {
  EncryptionArgs,
  FlinkConfig,
  HeartbeatConfig,
  LayerConfig,
  LoggingArgs,
  SettingsArgs,
  StreamsConfig,
  UpdaterConfig,
} from "./settings-args";
import type { Streams, StreamsTransform } from "./streams";
import type { Transform } from "./transform";
import type { Updater, UpdaterTransform } from "./updater";

/** Changes to children, part by part. */
export interface LambdaMemoryOptimizerTransform {
  readonly layer?: Transform<aws.lambda.LayerVersionArgs> | undefined;
  readonly producerPolicy?: Transform<aws.iam.PolicyArgs> | undefined;
  readonly streams?: StreamsTransform | undefined;
  readonly flink?: FlinkApplicationTransform | undefined;
  readonly updater?: UpdaterTransform | undefined;
  readonly heartbeat?: HeartbeatTransform | undefined;
}

/**
 * Everything that can be tuned; all of it is optional. The settings are plain values, not Inputs: an impossible
 * one is refused before anything is registered.
 */
export interface LambdaMemoryOptimizerArgs
  extends SettingsArgs, RoleArgs, LoggingArgs, EncryptionArgs, HeartbeatConfig {
  readonly streams?: StreamsConfig | undefined;
  readonly flink?: FlinkConfig | undefined;
  readonly updater?: UpdaterConfig | undefined;
  /** How the layer behaves in functions that join. */
  readonly layer?: LayerConfig | undefined;
  /** A VPC for the Flink application and the updater; default: none. */
  readonly vpc?: VpcArgs | undefined;
  /** Name of a bucket of your own for the Flink application's jar; default: one is made. */
  readonly artefactBucketName?: pulumi.Input<string> | undefined;
  /** Builds to deploy instead of the package's own. */
  readonly artefacts?: Partial<Artefacts> | undefined;
  readonly transform?: LambdaMemoryOptimizerTransform | undefined;
}

/** How a function joins. */
export interface JoinOptions {
  /**
   * Whether to give the function's role the right to send telemetry, as an inline policy of its own; default
   * true. With false, attach `producerPolicyArn` yourself: IAM takes about fifty such inline policies per role.
   */
  readonly grant?: boolean | undefined;
}

/** What the component is made of. */
export interface Parts {
  readonly layer: ExtensionLayer;
  readonly streams: Streams;
  readonly producerPolicy: aws.iam.Policy;
  readonly flink: FlinkApplication;
  readonly updater: Updater;
  readonly heartbeat: Heartbeat;
}
