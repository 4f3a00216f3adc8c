import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { checkArguments, DEFAULTS } from "../runtime/deployment";
import { durationMs } from "../runtime/duration";
import { bringOrMake } from "./bring-your-own";
import type { RoleArgs } from "./common";
import { useKey, writeStream } from "./policy";
import { groupNameOf, schedulesOf } from "./scheduler-source";
import { ServiceRole } from "./service-role";
import type { HeartbeatConfig } from "./settings-args";
import { transformed, type Transform } from "./transform";

/** Changes to the heartbeat's children. */
export interface HeartbeatTransform {
  readonly schedule?: Transform<aws.scheduler.ScheduleArgs> | undefined;
  readonly role?: Transform<aws.iam.RoleArgs> | undefined;
  readonly rolePolicy?: Transform<aws.iam.RolePolicyArgs> | undefined;
}

export interface HeartbeatArgs extends RoleArgs, HeartbeatConfig {
  readonly telemetryStreamArn: pulumi.Input<string>;
  /** ARN of the stream's KMS key; default: the key that AWS manages. */
  readonly streamsKmsKeyArn?: pulumi.Input<string> | undefined;
  readonly transform?: HeartbeatTransform | undefined;
}

/**
 * The interval as an EventBridge Scheduler expression ("Schedule types": rate-based schedules), such as
 * `rate(5 minutes)`.
 *
 * @throws SettingError where it is not a duration of whole minutes.
 */
export function rateExpression(interval: string): string {
  checkArguments("", { heartbeatInterval: interval });
  const minutes = (durationMs(interval) ?? 0) / 60_000;
  return `rate(${minutes} ${minutes === 1 ? "minute" : "minutes"})`;
}

/**
 * A schedule that puts `{"heartbeatAt": …}` on the telemetry stream. While no function runs, nothing else advances
 * event time, and the last window would never close.
 */
export class Heartbeat extends pulumi.ComponentResource {
  readonly scheduleName: pulumi.Output<string>;
  readonly nodes: {
    readonly schedule: aws.scheduler.Schedule;
    /** Undefined where the user has brought a role. */
    readonly role: aws.iam.Role | undefined;
  };

  constructor(name: string, args: HeartbeatArgs, opts?: pulumi.ComponentResourceOptions) {
    const scheduleExpression = rateExpression(args.heartbeatInterval ?? DEFAULTS.heartbeatInterval);
    super("lambda-memory-optimizer:index:Heartbeat", name, {}, opts);

    const child = { parent: this };

    const [groupName, resolveGroupName] = pulumi.deferredOutput<string>();
    const role = bringOrMake(args.heartbeatRoleArn, createRole);
    const schedule = createSchedule();

    this.scheduleName = schedule.name;
    this.nodes = { schedule, role: role.made?.nodes.role };
    this.registerOutputs({ scheduleName: this.scheduleName });

    function createRole() {
      return new ServiceRole(
        `${name}-role`,
        {
          service: "scheduler.amazonaws.com",
          source: schedulesOf(args.telemetryStreamArn, [groupName]),
          description: "lambda-memory-optimizer: the schedule puts heartbeats on the telemetry stream",
          statements: [
            writeStream("WriteHeartbeat", args.telemetryStreamArn, ["kinesis:PutRecord"]),
            ...useKey("UseStreamKey", args.streamsKmsKeyArn, ["kms:GenerateDataKey"]),
          ],
          permissionsBoundary: args.permissionsBoundary,
          tags: args.tags,
          transform: { role: args.transform?.role, policy: args.transform?.rolePolicy },
        },
        child,
      );
    }

    function createSchedule() {
      const scheduleArgs = transformed<aws.scheduler.ScheduleArgs>(
        args.transform?.schedule,
        name,
        {
          description: "Moves lambda-memory-optimizer's event time along while no function reports",
          scheduleExpression,
          flexibleTimeWindow: { mode: "OFF" },
          target: {
            arn: args.telemetryStreamArn,
            roleArn: role.arn,
            kinesisParameters: { partitionKey: "heartbeat" },
            input: JSON.stringify({ heartbeatAt: "<aws.scheduler.scheduled-time>" }),
            // A late heartbeat is useless, because the next one is due.
            retryPolicy: { maximumEventAgeInSeconds: 60, maximumRetryAttempts: 1 },
          },
          region: args.region,
        },
        { ...child, dependsOn: role.made ?? [] },
      );
      resolveGroupName(groupNameOf(scheduleArgs[1].groupName));
      return new aws.scheduler.Schedule(...scheduleArgs);
    }
  }
}
