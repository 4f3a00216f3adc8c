/** What a function's role needs to put telemetry on the stream, and giving it to one. */
import * as aws from "@pulumi/aws";
import type * as pulumi from "@pulumi/pulumi";
import { arnParts } from "./arn";
import { allow, useKey, writeStream } from "./policy";
import { transformed, type Transform } from "./transform";

/**
 * Gives a function's role an inline policy of the function's own rather than one attachment of a shared policy: functions
 * may share a role, and taking one of them away must not take the right from the others.
 *
 * @param parent the policy's parent.
 */
export function grantTelemetry(
  functionName: string,
  roleArn: pulumi.Input<string>,
  policy: pulumi.Input<string>,
  transform: Transform<aws.iam.RolePolicyArgs> | undefined,
  parent: pulumi.Resource,
): void {
  const role = arnParts(roleArn).resource.apply((resource) => resource.replace(/^.*\//, ""));
  new aws.iam.RolePolicy(
    ...transformed<aws.iam.RolePolicyArgs>(
      transform,
      `${functionName}-telemetry`,
      { role, policy },
      { parent },
    ),
  );
}

/** A policy document that allows putting telemetry on the stream. */
export function producerPolicy(
  telemetryStreamArn: pulumi.Input<string>,
  streamsKmsKeyArn: pulumi.Input<string> | undefined,
): pulumi.Output<string> {
  return allow([
    writeStream("WriteTelemetry", telemetryStreamArn, ["kinesis:PutRecords"]),
    ...useKey("UseStreamKey", streamsKmsKeyArn, ["kms:GenerateDataKey"]),
  ]);
}
