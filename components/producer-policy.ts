/** The policy that allows sending telemetry, and its grant to a function's role. */
import * as aws from "@pulumi/aws";
import type * as pulumi from "@pulumi/pulumi";
import { arnParts } from "./arn";
import { allow, useKey, writeStream } from "./policy";
import { transformed, type Transform } from "./transform";

/**
 * Grants a function's role the permission to send telemetry. Each function has its own inline policy instead of an
 * attachment of a shared one, because functions may share a role: removing one of them must not affect the others.
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
