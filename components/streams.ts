import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { checkArguments, DEFAULTS } from "../runtime/deployment";
import { SettingError } from "../runtime/settings";
import { nameInArn } from "./arn";
import { bringOrMake } from "./bring-your-own";
import type { CommonArgs } from "./common";
import type { StreamsConfig } from "./settings-args";
import { transformed, type Transform } from "./transform";

/** Changes to the streams that the component creates. */
export interface StreamsTransform {
  readonly telemetryStream?: Transform<aws.kinesis.StreamArgs> | undefined;
  readonly recommendationsStream?: Transform<aws.kinesis.StreamArgs> | undefined;
}

export interface StreamsArgs extends CommonArgs, StreamsConfig {
  /** How long the telemetry stream keeps a record if `retentionHours` isn't given, in hours; default: 24. */
  readonly telemetryRetentionHours?: number | undefined;
  readonly transform?: StreamsTransform | undefined;
}

/** @throws SettingError for arguments that don't go together, or a value out of its range. */
export function checkStreams(args: StreamsConfig): void {
  checkArguments("streams", args);
  if (args.mode === "ON_DEMAND" && args.shards !== undefined) {
    throw new SettingError(
      `streams.shards is ${args.shards}; it must be left out if streams.mode is ON_DEMAND.`,
    );
  }
  for (const key of ["mode", "shards"] as const) {
    if (args.telemetryArn !== undefined && args[key] !== undefined) {
      throw new SettingError(
        `streams.${key} is ${args[key]}; it must be left out if streams.telemetryArn brings a stream.`,
      );
    }
  }
}

/** The two Kinesis streams: telemetry from the functions, recommendations for the updater. */
export class Streams extends pulumi.ComponentResource {
  readonly telemetryStreamArn: pulumi.Output<string>;
  readonly telemetryStreamName: pulumi.Output<string>;
  readonly recommendationsStreamArn: pulumi.Output<string>;
  readonly recommendationsStreamName: pulumi.Output<string>;
  /** The streams that the component creates; undefined if the user brings one. */
  readonly nodes: {
    readonly telemetryStream: aws.kinesis.Stream | undefined;
    readonly recommendationsStream: aws.kinesis.Stream | undefined;
  };

  constructor(name: string, args: StreamsArgs = {}, opts?: pulumi.ComponentResourceOptions) {
    checkStreams(args);
    super("lambda-memory-optimizer:index:Streams", name, {}, opts);

    const child = { parent: this };
    const telemetry = bringOrMake(args.telemetryArn, createTelemetryStream);
    const recommendations = bringOrMake(args.recommendationsArn, createRecommendationsStream);

    this.telemetryStreamArn = telemetry.arn;
    this.telemetryStreamName = nameInArn(telemetry.arn, "stream/");
    this.recommendationsStreamArn = recommendations.arn;
    this.recommendationsStreamName = nameInArn(recommendations.arn, "stream/");
    this.nodes = { telemetryStream: telemetry.made, recommendationsStream: recommendations.made };
    this.registerOutputs({
      telemetryStreamArn: this.telemetryStreamArn,
      telemetryStreamName: this.telemetryStreamName,
      recommendationsStreamArn: this.recommendationsStreamArn,
      recommendationsStreamName: this.recommendationsStreamName,
    });

    function createTelemetryStream() {
      const mode = args.mode ?? DEFAULTS.streamsMode;
      return new aws.kinesis.Stream(
        ...transformed(
          args.transform?.telemetryStream,
          `${name}-telemetry`,
          {
            ...common(),
            retentionPeriod:
              args.retentionHours ?? args.telemetryRetentionHours ?? DEFAULTS.streamsRetentionHours,
            streamModeDetails: { streamMode: mode },
            shardCount: mode === "PROVISIONED" ? (args.shards ?? DEFAULTS.streamsShards) : undefined,
          },
          child,
        ),
      );
    }

    /** One shard is enough: there are a few records per function and window, in a burst when a window closes. */
    function createRecommendationsStream() {
      return new aws.kinesis.Stream(
        ...transformed(
          args.transform?.recommendationsStream,
          `${name}-recommendations`,
          { ...common(), streamModeDetails: { streamMode: "PROVISIONED" }, shardCount: 1 },
          child,
        ),
      );
    }

    function common(): aws.kinesis.StreamArgs {
      return {
        retentionPeriod: args.retentionHours ?? DEFAULTS.streamsRetentionHours,
        encryptionType: "KMS",
        kmsKeyId: args.kmsKeyArn ?? "alias/aws/kinesis",
        region: args.region,
        tags: args.tags,
      };
    }
  }
}
