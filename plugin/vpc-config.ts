import type * as pulumi from "@pulumi/pulumi";

/** A VPC. From its subnets, a NAT gateway or VPC endpoints must lead to the AWS services that are called. */
export interface VpcConfig {
  /** The subnets' ids. */
  readonly subnetIds: pulumi.Input<pulumi.Input<string>[]>;
  /** The security groups' ids. */
  readonly securityGroupIds: pulumi.Input<pulumi.Input<string>[]>;
}
