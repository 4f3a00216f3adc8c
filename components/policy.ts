/** IAM policies as values: statements that name exact actions on exact resources. */
import * as pulumi from "@pulumi/pulumi";
import type { ArnParts } from "./arn";

/** One statement, whose default effect is Allow ("IAM JSON policy elements: Statement"). */
export interface Statement {
  readonly Sid: string;
  readonly Effect?: "Deny";
  readonly Action: readonly string[];
  readonly Resource: pulumi.Input<string> | pulumi.Input<string>[];
  readonly Condition?: Record<string, Record<string, pulumi.Input<string> | pulumi.Input<string>[]>>;
}

/** A policy document with these statements. */
export function allow(statements: readonly Statement[]): pulumi.Output<string> {
  return pulumi.jsonStringify({
    Version: "2012-10-17",
    Statement: statements.map((statement) => ({ Effect: "Allow", ...statement })),
  });
}

/** The resource for which a service assumes a role ("The confused deputy problem"). */
export interface TrustedSource {
  readonly accountId: pulumi.Input<string>;
  /** The resource's ARN. `*` may stand for parts that aren't known before the resource is created. */
  readonly arn: pulumi.Input<string | string[]>;
}

/**
 * A trust policy that lets one AWS service assume a role, only on behalf of one resource in this account.
 *
 * @param service such as `lambda.amazonaws.com`.
 * @param source the resource. Leave it out for Lambda, which provides none.
 */
export function trust(service: string, source?: TrustedSource): pulumi.Output<string> {
  return pulumi.jsonStringify({
    Version: "2012-10-17",
    Statement: [
      {
        Effect: "Allow",
        Action: "sts:AssumeRole",
        Principal: { Service: service },
        ...(source && {
          Condition: {
            StringEquals: { "aws:SourceAccount": source.accountId },
            ArnLike: { "aws:SourceArn": source.arn },
          },
        }),
      },
    ],
  });
}

/**
 * A resource policy that denies every request without TLS. Only here does a wildcard make a policy stricter.
 *
 * @param service such as `s3`.
 */
export function denyPlainHttp(
  service: string,
  resources: readonly pulumi.Input<string>[],
): pulumi.Output<string> {
  return pulumi.jsonStringify({
    Version: "2012-10-17",
    Statement: [
      {
        Sid: "DenyPlainHttp",
        Effect: "Deny",
        Principal: "*",
        Action: `${service}:*`,
        Resource: resources,
        Condition: { Bool: { "aws:SecureTransport": "false" } },
      },
    ],
  });
}

/** Allows reading a Kinesis stream. */
export function readStream(sid: string, arn: pulumi.Input<string>): Statement {
  return {
    Sid: sid,
    Action: [
      "kinesis:DescribeStream",
      "kinesis:DescribeStreamSummary",
      "kinesis:GetRecords",
      "kinesis:GetShardIterator",
      "kinesis:ListShards",
    ],
    Resource: arn,
  };
}

/** Allows writing to a Kinesis stream. */
export function writeStream(
  sid: string,
  arn: pulumi.Input<string>,
  actions: readonly ("kinesis:PutRecord" | "kinesis:PutRecords")[],
): Statement {
  return { Sid: sid, Action: actions, Resource: arn };
}

/**
 * Allows the use of a customer managed key, which is needed to use what it encrypts, such as a stream ("Permissions to
 * use user-generated KMS keys"). The keys that AWS manages, our default, need no permissions.
 */
export function useKey(
  sid: "UseStreamKey" | "UseKey",
  keyArn: pulumi.Input<string> | undefined,
  actions: readonly ("kms:Decrypt" | "kms:GenerateDataKey")[],
): Statement[] {
  return keyArn === undefined ? [] : [{ Sid: sid, Action: actions, Resource: keyArn }];
}

/**
 * Allows network interfaces for something that AWS runs in the user's VPC.
 *
 * EC2's Describe actions have no resources, hence their `*`. The others are limited to this account and region. "Giving
 * Lambda functions access to resources in an Amazon VPC" rules out narrower limits for deletion.
 */
export function joinVpc(scope: pulumi.Output<ArnParts>): Statement[] {
  return [
    {
      Sid: "DescribeNetwork",
      Action: [
        "ec2:DescribeDhcpOptions",
        "ec2:DescribeNetworkInterfaces",
        "ec2:DescribeSecurityGroups",
        "ec2:DescribeSubnets",
        "ec2:DescribeVpcs",
      ],
      Resource: "*",
    },
    {
      Sid: "ManageNetworkInterfaces",
      Action: [
        "ec2:AssignPrivateIpAddresses",
        "ec2:CreateNetworkInterface",
        "ec2:CreateNetworkInterfacePermission",
        "ec2:DeleteNetworkInterface",
        "ec2:UnassignPrivateIpAddresses",
      ],
      Resource: pulumi.interpolate`arn:${scope.partition}:ec2:${scope.region}:${scope.accountId}:*/*`,
    },
  ];
}
