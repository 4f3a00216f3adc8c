/** A recurring EventBridge Scheduler schedule that sends its target a fixed event, and the schedule's role. */
import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { bringOrMake } from "./bring-your-own";
import type { RoleArgs } from "./common";
import type { Statement } from "./policy";
import { groupNameOf, schedulesOf } from "./scheduler-source";
import { ServiceRole } from "./service-role";
import { transformed, type Transform } from "./transform";

/** Changes to a schedule and its role. */
export interface ScheduleTransform {
  readonly schedule?: Transform<aws.scheduler.ScheduleArgs> | undefined;
  readonly role?: Transform<aws.iam.RoleArgs> | undefined;
  readonly rolePolicy?: Transform<aws.iam.RolePolicyArgs> | undefined;
}

export interface ScheduleArgs extends RoleArgs {
  readonly description: string;
  /** The role's purpose, which the IAM console shows. */
  readonly roleDescription: string;
  /** Such as `rate(5 minutes)`. */
  readonly scheduleExpression: string;
  readonly target: Omit<aws.types.input.scheduler.ScheduleTarget, "arn" | "roleArn"> & {
    readonly arn: pulumi.Input<string>;
  };
  /** What the role may do. */
  readonly statements: readonly Statement[];
  /** ARN of a role of the user's own. */
  readonly roleArn?: pulumi.Input<string> | undefined;
  readonly transform?: ScheduleTransform | undefined;
}

export interface ScheduleNodes {
  readonly schedule: aws.scheduler.Schedule;
  /** Undefined if the user brought a role. */
  readonly role: aws.iam.Role | undefined;
}

/** @param parent the parent of the schedule and its role. */
export function createSchedule(name: string, args: ScheduleArgs, parent: pulumi.Resource): ScheduleNodes {
  const child = { parent };
  const [groupName, resolveGroupName] = pulumi.deferredOutput<string>();
  const role = bringOrMake(args.roleArn, createRole);
  return { schedule: create(), role: role.made?.nodes.role };

  function createRole() {
    return new ServiceRole(
      `${name}-role`,
      {
        service: "scheduler.amazonaws.com",
        source: schedulesOf(args.target.arn, [groupName]),
        description: args.roleDescription,
        statements: args.statements,
        permissionsBoundary: args.permissionsBoundary,
        tags: args.tags,
        transform: { role: args.transform?.role, policy: args.transform?.rolePolicy },
      },
      child,
    );
  }

  function create() {
    const scheduleArgs = transformed<aws.scheduler.ScheduleArgs>(
      args.transform?.schedule,
      name,
      {
        description: args.description,
        scheduleExpression: args.scheduleExpression,
        flexibleTimeWindow: { mode: "OFF" },
        target: { ...args.target, roleArn: role.arn },
        region: args.region,
      },
      { ...child, dependsOn: role.made ?? [] },
    );
    resolveGroupName(groupNameOf(scheduleArgs[1].groupName));
    return new aws.scheduler.Schedule(...scheduleArgs);
  }
}
