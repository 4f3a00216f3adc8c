/** What several parts take alike. */
import type * as pulumi from "@pulumi/pulumi";
import { checkArguments } from "../runtime/deployment";

export type Tags = pulumi.Input<Record<string, pulumi.Input<string>> | undefined>;

/** Arguments of every part. */
export interface CommonArgs {
  /** The AWS region of every regional child; default: the provider's own. */
  readonly region?: pulumi.Input<string | undefined>;
  /** Tags on every child that takes tags. */
  readonly tags?: Tags;
}

/** Arguments of every part that has a role. */
export interface RoleArgs extends CommonArgs {
  /** ARN of the policy that bounds every role; default: none. */
  readonly permissionsBoundary?: pulumi.Input<string | undefined>;
}

/**
 * Where the Flink application and the updater run in a VPC. The subnets need a way (a NAT gateway or VPC endpoints) to
 * Kinesis for the Flink application, and to Lambda, DynamoDB and SQS for the updater.
 *
 * @example
 * vpc: { subnetIds: ["subnet-0a1b2c3d"], securityGroupIds: ["sg-0a1b2c3d"] }
 */
export interface VpcArgs {
  readonly subnetIds: pulumi.Input<pulumi.Input<string>[]>;
  readonly securityGroupIds: pulumi.Input<pulumi.Input<string>[]>;
}

export function checkLogRetention(logRetentionDays: number | undefined): void {
  checkArguments("", { logRetentionDays });
}
