import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import type { RoleArgs } from "./common";
import { allow, trust, type Statement, type TrustedSource } from "./policy";
import { transformed, type Transform } from "./transform";

/** Changes to the role and to its policy. */
export interface ServiceRoleTransform {
  readonly role?: Transform<aws.iam.RoleArgs> | undefined;
  readonly policy?: Transform<aws.iam.RolePolicyArgs> | undefined;
}

export interface ServiceRoleArgs extends RoleArgs {
  /** The AWS service that takes the role, such as `scheduler.amazonaws.com`. */
  readonly service: string;
  /** The resource that the service must act for, where it tells which. */
  readonly source?: TrustedSource | undefined;
  /** Why the role is there; shown in the IAM console. */
  readonly description: string;
  /** All that the role may do. */
  readonly statements: readonly Statement[];
  readonly transform?: ServiceRoleTransform | undefined;
}

/** A role that one AWS service takes, with one inline policy that says all it may do. */
export class ServiceRole extends pulumi.ComponentResource {
  readonly arn: pulumi.Output<string>;
  readonly nodes: { readonly role: aws.iam.Role; readonly policy: aws.iam.RolePolicy };

  constructor(name: string, args: ServiceRoleArgs, opts?: pulumi.ComponentResourceOptions) {
    super("lambda-memory-optimizer:index:ServiceRole", name, {}, opts);

    const role = new aws.iam.Role(
      ...transformed(
        args.transform?.role,
        name,
        {
          description: args.description,
          assumeRolePolicy: trust(args.service, args.source),
          permissionsBoundary: args.permissionsBoundary,
          tags: args.tags,
        },
        { parent: this },
      ),
    );
    const policy = new aws.iam.RolePolicy(
      ...transformed<aws.iam.RolePolicyArgs>(
        args.transform?.policy,
        `${name}-policy`,
        { role: role.name, policy: allow(args.statements) },
        { parent: this },
      ),
    );
    this.arn = role.arn;
    this.nodes = { role, policy };
    this.registerOutputs({ arn: this.arn });
  }
}
