import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { DEFAULTS } from "../runtime/deployment";
import { arnParts } from "./arn";
import { bringOrMake } from "./bring-your-own";
import type { RoleArgs } from "./common";
import { checkLogs } from "./logs-config";
import { useKey, writeStream } from "./policy";
import { ServiceRole } from "./service-role";
import type { LogsConfig, StreamsConfig } from "./settings-args";
import { transformed, type Transform } from "./transform";

/** Changes to the logs stream's children. */
export interface LogsStreamTransform {
  readonly stream?: Transform<aws.kinesis.StreamArgs> | undefined;
  readonly role?: Transform<aws.iam.RoleArgs> | undefined;
  readonly rolePolicy?: Transform<aws.iam.RolePolicyArgs> | undefined;
}

export interface LogsStreamArgs
  extends
    RoleArgs,
    Pick<LogsConfig, "shards" | "streamArn" | "roleArn">,
    Pick<StreamsConfig, "retentionHours" | "kmsKeyArn"> {
  readonly transform?: LogsStreamTransform | undefined;
}

/**
 * The Kinesis stream that CloudWatch Logs sends functions' reports to, and the role that it uses. It is separate from
 * the telemetry stream because functions may write to that one, and could report for each other there.
 */
export class LogsStream extends pulumi.ComponentResource {
  readonly streamArn: pulumi.Output<string>;
  readonly roleArn: pulumi.Output<string>;
  readonly nodes: {
    /** Undefined if the user brings a stream. */
    readonly stream: aws.kinesis.Stream | undefined;
    /** Undefined if the user brings a role, like the next. */
    readonly role: aws.iam.Role | undefined;
    readonly rolePolicy: aws.iam.RolePolicy | undefined;
  };

  constructor(name: string, args: LogsStreamArgs = {}, opts?: pulumi.ComponentResourceOptions) {
    const { region, tags, permissionsBoundary, transform } = args;
    checkLogs({ shards: args.shards, streamArn: args.streamArn, roleArn: args.roleArn });
    super("lambda-memory-optimizer:index:LogsStream", name, {}, opts);

    const child = { parent: this };
    const stream = bringOrMake(args.streamArn, createStream);
    const role = bringOrMake(args.roleArn, createRole);

    this.streamArn = stream.arn;
    this.roleArn = role.arn;
    this.nodes = {
      stream: stream.made,
      role: role.made?.nodes.role,
      rolePolicy: role.made?.nodes.policy,
    };
    this.registerOutputs({ streamArn: this.streamArn, roleArn: this.roleArn });

    function createStream() {
      return new aws.kinesis.Stream(
        ...transformed(
          transform?.stream,
          `${name}-stream`,
          {
            streamModeDetails: { streamMode: "PROVISIONED" },
            shardCount: args.shards ?? DEFAULTS.logsStreamShards,
            retentionPeriod: args.retentionHours ?? DEFAULTS.streamsRetentionHours,
            encryptionType: "KMS",
            kmsKeyId: args.kmsKeyArn ?? "alias/aws/kinesis",
            region,
            tags,
          },
          child,
        ),
      );
    }

    function createRole() {
      const { partition, region, accountId } = arnParts(stream.arn);
      return new ServiceRole(
        `${name}-role`,
        {
          service: "logs.amazonaws.com",
          // CloudWatch Logs provides the log group's ARN, and there may be any number of log groups.
          source: { accountId, arn: pulumi.interpolate`arn:${partition}:logs:${region}:${accountId}:*` },
          description: "lambda-memory-optimizer: CloudWatch Logs sends functions' reports to the logs stream",
          statements: [
            writeStream("WriteLogs", stream.arn, ["kinesis:PutRecord"]),
            ...useKey("UseStreamKey", args.kmsKeyArn, ["kms:GenerateDataKey"]),
          ],
          permissionsBoundary,
          tags,
          transform: { role: transform?.role, policy: transform?.rolePolicy },
        },
        child,
      );
    }
  }
}
