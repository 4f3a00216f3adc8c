import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { checkArguments, DEFAULTS } from "../runtime/deployment";
import { SettingError } from "../runtime/settings";
import { arnParts } from "./arn";
import type { CommonArgs } from "./common";
import type { StreamsConfig } from "./settings-args";
import { transformed, type Transform } from "./transform";

export interface StreamsTransform {
  readonly telemetryStream?: Transform<aws.kinesis.StreamArgs> | undefined;
  readonly recommendationsStream?: Transform<aws.kinesis.StreamArgs> | undefined;
}

export interface StreamsArgs extends CommonArgs, StreamsConfig {
  readonly transform?: StreamsTransform | undefined;
}

/** Refuses what the streams can't be, in one sentence. */
export function checkStreams(args: StreamsConfig): void {
  checkArguments("streams", args);
  if (args.mode === "ON_DEMAND" && args.shards !== undefined) {
    throw new SettingError(
      `streams.shards is ${args.shards}; it must be left out where streams.mode is ON_DEMAND.`,
    );
  }
  for (const key of ["mode", "shards"] as const) {
    if (args.telemetryArn !== undefined && args[key] !== undefined) {
      throw new SettingError(
        `streams.${key} is ${args[key]}; it must be left out where streams.telemetryArn brings a stream.`,
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
  /** The streams made here; one that was brought is not among them. */
  readonly nodes: {
    readonly telemetryStream: aws.kinesis.Stream | undefined;
    readonly recommendationsStream: aws.kinesis.Stream | undefined;
  };

  constructor(name: string, args: StreamsArgs = {}, opts?: pulumi.ComponentResourceOptions) {
    checkStreams(args);
    super("lambda-memory-optimizer:index:Streams", name, {}, opts);

    const telemetryStream = args.telemetryArn === undefined ? createTelemetryStream(this) : undefined;
    const recommendationsStream =
      args.recommendationsArn === undefined ? createRecommendationsStream(this) : undefined;

    this.telemetryStreamArn = eitherArn(telemetryStream, args.telemetryArn);
    this.telemetryStreamName = nameOf(this.telemetryStreamArn);
    this.recommendationsStreamArn = eitherArn(recommendationsStream, args.recommendationsArn);
    this.recommendationsStreamName = nameOf(this.recommendationsStreamArn);
    this.nodes = { telemetryStream, recommendationsStream };
    this.registerOutputs({
      telemetryStreamArn: this.telemetryStreamArn,
      telemetryStreamName: this.telemetryStreamName,
      recommendationsStreamArn: this.recommendationsStreamArn,
      recommendationsStreamName: this.recommendationsStreamName,
    });

    function createTelemetryStream(parent: Streams) {
      const mode = args.mode ?? DEFAULTS.streamsMode;
      return new aws.kinesis.Stream(
        ...transformed(
          args.transform?.telemetryStream,
          `${name}-telemetry`,
          {
            ...common(),
            streamModeDetails: { streamMode: mode },
            shardCount: mode === "PROVISIONED" ? (args.shards ?? DEFAULTS.streamsShards) : undefined,
          },
          { parent },
        ),
      );
    }

    /** A few records per function and window: one shard takes the burst of a closing window. */
    function createRecommendationsStream(parent: Streams) {
      return new aws.kinesis.Stream(
        ...transformed(
          args.transform?.recommendationsStream,
          `${name}-recommendations`,
          { ...common(), streamModeDetails: { streamMode: "PROVISIONED" }, shardCount: 1 },
          { parent },
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

function eitherArn(made: aws.kinesis.Stream | undefined, brought: pulumi.Input<string> | undefined) {
  return pulumi.output(made?.arn ?? brought ?? "");
}

function nameOf(streamArn: pulumi.Output<string>) {
  return arnParts(streamArn).resource.apply((resource) => resource.replace(/^stream\//, ""));
}
