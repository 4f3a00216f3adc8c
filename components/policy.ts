/** IAM policies as values: statements that name exact actions on exact resources. */
import * as pulumi from "@pulumi/pulumi";
import type { ArnParts } from "./arn";

/** One statement that allows something ("IAM JSON policy elements: Statement"). */
export interface Statement {
  readonly Sid: string;
  readonly Action: readonly string[];
  readonly Resource: pulumi.Input<string> | pulumi.Input<string>[];
  readonly Condition?: Record<string, Record<string, pulumi.Input<string> | pulumi.Input<string>[]>>;
}

/** A policy document that allows what the statements say. */
export function allow(statements: readonly Statement[]): pulumi.Output<string> {
  return pulumi.jsonStringify({
    Version: "2012-10-17",
    Statement: statements.map((statement) => ({ Effect: "Allow", ...statement })),
  });
}

/**
 * Lets one AWS service of this account take a role, and nobody else's use of that service
 * ("The confused deputy problem").
 *
 * @param service such as `lambda.amazonaws.com`.
 * @param accountId the account that the service must act for; Lambda sends none, so leave it out there.
 */
export function trust(service: string, accountId?: pulumi.Input<string>): pulumi.Output<string> {
  return pulumi.jsonStringify({
    Version: "2012-10-17",
    Statement: [
      {
        Effect: "Allow",
        Action: "sts:AssumeRole",
        Principal: { Service: service },
        ...(accountId === undefined
          ? {}
          : { Condition: { StringEquals: { "aws:SourceAccount": accountId } } }),
      },
    ],
  });
}

/** Reading a Kinesis stream, record by record. */
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

/** Writing to a Kinesis stream. */
export function writeStream(
  sid: string,
  arn: pulumi.Input<string>,
  actions: readonly ("kinesis:PutRecord" | "kinesis:PutRecords")[],
): Statement {
  return { Sid: sid, Action: actions, Resource: arn };
}

/**
 * What a stream's customer managed key asks of those who read or write it ("What are the permissions to use
 * user-generated KMS keys?"); the key that AWS manages, our default, needs nothing.
 */
export function useKey(
  keyArn: pulumi.Input<string> | undefined,
  actions: readonly ("kms:Decrypt" | "kms:GenerateDataKey")[],
): Statement[] {
  return keyArn === undefined ? [] : [{ Sid: "UseStreamKey", Action: actions, Resource: keyArn }];
}

/**
 * Network interfaces for something that AWS runs in the user's VPC.
 *
 * EC2's Describe actions take no resource, hence their `*`; the others keep to this account and region, and
 * no closer, as "Giving Lambda functions access to resources in an Amazon VPC" asks for deletion.
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
