import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { SettingError } from "../runtime/settings";
import { arnParts, checkArn } from "./arn";
import { checkOneOf, checkWholeNumber, type CommonArgs } from "./common";
import { transformed, type Transform } from "./transform";

export const STREAM_MODES = ["PROVISIONED", "ON_DEMAND"] as const;

/** How the streams are built. */
export interface StreamsConfig {
  /** The telemetry stream's capacity mode; default PROVISIONED. The recommendations stream is always one shard. */
  readonly mode?: (typeof STREAM_MODES)[number] | undefined;
  /** The telemetry stream's shards in PROVISIONED mode, 1,000 records a second each; default 1. */
  readonly shards?: number | undefined;
  /** Hours that both streams keep a record, 24 to 8,760; default 24. */
  readonly retentionHours?: number | undefined;
  /** ARN of the KMS key of both streams, made or brought; default: the key that AWS manages for Kinesis. */
  readonly kmsKeyArn?: pulumi.Input<string> | undefined;
  /** ARN of a stream of your own to use for telemetry. */
  readonly telemetryArn?: pulumi.Input<string> | undefined;
  /** ARN of a stream of your own to use for recommendations. */
  readonly recommendationsArn?: pulumi.Input<string> | undefined;
}

export interface StreamsTransform {
  readonly telemetryStream?: Transform<aws.kinesis.StreamArgs> | undefined;
  readonly recommendationsStream?: Transform<aws.kinesis.StreamArgs> | undefined;
}

export interface StreamsArgs extends CommonArgs, StreamsConfig {
  readonly transform?: StreamsTransform | undefined;
}

/** Refuses what the streams can't be, in one sentence. */
export function checkStreams(args: StreamsConfig): void {
  checkOneOf("streams.mode", args.mode, STREAM_MODES);
  checkWholeNumber("streams.shards", args.shards, 1, 20_000);
  checkWholeNumber("streams.retentionHours", args.retentionHours, 24, 8_760);
  checkArn("streams.kmsKeyArn", args.kmsKeyArn, "kms");
  checkArn("streams.telemetryArn", args.telemetryArn, "kinesis");
  checkArn("streams.recommendationsArn", args.recommendationsArn, "kinesis");
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
      const mode = args.mode ?? "PROVISIONED";
      return new aws.kinesis.Stream(
        ...transformed(
          args.transform?.telemetryStream,
          `${name}-telemetry`,
          {
            ...common(),
            streamModeDetails: { streamMode: mode },
            shardCount: mode === "PROVISIONED" ? (args.shards ?? 1) : undefined,
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
        retentionPeriod: args.retentionHours ?? 24,
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
