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
  /** The AWS service that assumes the role, such as `scheduler.amazonaws.com`. */
  readonly service: string;
  /** The resource for which the service assumes the role; left out for services that provide none. */
  readonly source?: TrustedSource | undefined;
  /** What the role is for; shown in the IAM console. */
  readonly description: string;
  /** Everything that the role may do. */
  readonly statements: readonly Statement[];
  readonly transform?: ServiceRoleTransform | undefined;
}

/** A role that one AWS service assumes, with all its permissions in one inline policy. */
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
