/** Arguments that several components share. */
import type * as pulumi from "@pulumi/pulumi";
import { checkArguments } from "../runtime/deployment";

export type Tags = pulumi.Input<Record<string, pulumi.Input<string>> | undefined>;

/** Arguments of every component. */
export interface CommonArgs {
  /** The AWS region of every regional child; default: the provider's own. */
  readonly region?: pulumi.Input<string | undefined>;
  /** Tags on every child that takes tags. */
  readonly tags?: Tags;
}

/** Arguments of every component that has a role. */
export interface RoleArgs extends CommonArgs {
  /** ARN of the permissions boundary of every role; default: none. */
  readonly permissionsBoundary?: pulumi.Input<string | undefined>;
}

/**
 * The VPC of the Flink application and the updater. From its subnets, a NAT gateway or VPC endpoints must give the
 * Flink application access to Kinesis, and the updater access to Lambda, DynamoDB and SQS.
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
