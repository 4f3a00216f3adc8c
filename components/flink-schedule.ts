import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { arnParts } from "./arn";
import { bringOrMake } from "./bring-your-own";
import type { RoleArgs } from "./common";
import type { Runs } from "./flink-schedule-config";
import { groupNameOf, schedulesOf } from "./scheduler-source";
import { ServiceRole } from "./service-role";
import { transformed, type Transform } from "./transform";

/** Changes to the schedule's children. */
export interface FlinkScheduleTransform {
  readonly start?: Transform<aws.scheduler.ScheduleArgs> | undefined;
  readonly stop?: Transform<aws.scheduler.ScheduleArgs> | undefined;
  readonly role?: Transform<aws.iam.RoleArgs> | undefined;
  readonly rolePolicy?: Transform<aws.iam.RolePolicyArgs> | undefined;
}

export interface FlinkScheduleArgs extends RoleArgs {
  readonly runs: Runs;
  readonly applicationName: pulumi.Input<string>;
  readonly applicationArn: pulumi.Input<string>;
  /** A role of your own for both schedules; default: one is created. */
  readonly roleArn?: pulumi.Input<string> | undefined;
  readonly transform?: FlinkScheduleTransform | undefined;
}

/**
 * Starts the Flink application from its latest snapshot, and stops it with a new one. EventBridge Scheduler calls the
 * service itself ("Using universal targets in EventBridge Scheduler").
 */
export class FlinkSchedule extends pulumi.ComponentResource {
  readonly startScheduleName: pulumi.Output<string>;
  readonly stopScheduleName: pulumi.Output<string>;
  readonly nodes: {
    readonly start: aws.scheduler.Schedule;
    readonly stop: aws.scheduler.Schedule;
    /** Undefined if the user brought a role. */
    readonly role: aws.iam.Role | undefined;
  };

  constructor(name: string, args: FlinkScheduleArgs, opts?: pulumi.ComponentResourceOptions) {
    super("lambda-memory-optimizer:index:FlinkSchedule", name, {}, opts);
    const { runs, applicationName, transform } = args;
    const child = { parent: this };

    const [startGroupName, resolveStartGroup] = pulumi.deferredOutput<string>();
    const [stopGroupName, resolveStopGroup] = pulumi.deferredOutput<string>();
    const role = bringOrMake(args.roleArn, createRole);
    const start = createStart();
    const stop = createStop();

    this.startScheduleName = start.name;
    this.stopScheduleName = stop.name;
    this.nodes = { start, stop, role: role.made?.nodes.role };
    this.registerOutputs({
      startScheduleName: this.startScheduleName,
      stopScheduleName: this.stopScheduleName,
    });

    function createRole() {
      return new ServiceRole(
        `${name}-role`,
        {
          service: "scheduler.amazonaws.com",
          source: schedulesOf(args.applicationArn, [startGroupName, stopGroupName]),
          description: "lambda-memory-optimizer: the schedules start and stop the Flink application",
          statements: [
            {
              Sid: "StartAndStop",
              Action: ["kinesisanalytics:StartApplication", "kinesisanalytics:StopApplication"],
              Resource: args.applicationArn,
            },
          ],
          permissionsBoundary: args.permissionsBoundary,
          tags: args.tags,
          transform: { role: transform?.role, policy: transform?.rolePolicy },
        },
        child,
      );
    }

    function createStart() {
      return create("start", resolveStartGroup, {
        description: "Starts lambda-memory-optimizer's Flink application",
        scheduleExpression: runs.startExpression,
        target: target(
          "startApplication",
          {
            ApplicationName: applicationName,
            RunConfiguration: {
              // A new application has no snapshot, and starts without one.
              ApplicationRestoreConfiguration: { ApplicationRestoreType: "RESTORE_FROM_LATEST_SNAPSHOT" },
              // As in the application's own configuration: the jar may have changed since the snapshot.
              FlinkRunConfiguration: { AllowNonRestoredState: true },
            },
          },
          // A later start would leave too little of the run.
          runs.runMinutes / 2,
        ),
      });
    }

    function createStop() {
      return create("stop", resolveStopGroup, {
        description: "Stops lambda-memory-optimizer's Flink application, with a snapshot",
        scheduleExpression: runs.stopExpression,
        // A later stop might stop the next run.
        target: target(
          "stopApplication",
          { ApplicationName: applicationName },
          (runs.shortestGap - runs.runMinutes) / 2,
        ),
      });
    }

    function create(
      end: "start" | "stop",
      resolveGroup: (groupName: pulumi.Output<string>) => void,
      schedule: Pick<aws.scheduler.ScheduleArgs, "description" | "scheduleExpression" | "target">,
    ) {
      const scheduleArgs = transformed<aws.scheduler.ScheduleArgs>(
        transform?.[end],
        `${name}-${end}`,
        { ...schedule, flexibleTimeWindow: { mode: "OFF" }, region: args.region },
        { ...child, dependsOn: role.made ?? [] },
      );
      resolveGroup(groupNameOf(scheduleArgs[1].groupName));
      return new aws.scheduler.Schedule(...scheduleArgs);
    }

    /** @param retriedForMinutes how long a failed call is retried. */
    function target(
      action: "startApplication" | "stopApplication",
      input: object,
      retriedForMinutes: number,
    ) {
      const { partition } = arnParts(args.applicationArn);
      return {
        arn: pulumi.interpolate`arn:${partition}:scheduler:::aws-sdk:kinesisanalyticsv2:${action}`,
        roleArn: role.arn,
        input: pulumi.jsonStringify(input),
        retryPolicy: {
          maximumEventAgeInSeconds: Math.floor(retriedForMinutes * 60),
          maximumRetryAttempts: 185,
        },
      };
    }
  }
}
