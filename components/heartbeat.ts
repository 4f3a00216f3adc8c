import * as pulumi from "@pulumi/pulumi";
import { checkArguments, DEFAULTS } from "../runtime/deployment";
import { durationMs } from "../runtime/duration";
import type { RoleArgs } from "./common";
import { useKey, writeStream } from "./policy";
import { createSchedule, type ScheduleNodes, type ScheduleTransform } from "./schedule";
import type { HeartbeatConfig } from "./settings-args";

/** Changes to the heartbeat's children. */
export type HeartbeatTransform = ScheduleTransform;

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
 * @throws SettingError if it is not a duration of whole minutes.
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
  readonly nodes: ScheduleNodes;

  constructor(name: string, args: HeartbeatArgs, opts?: pulumi.ComponentResourceOptions) {
    const scheduleExpression = rateExpression(args.heartbeatInterval ?? DEFAULTS.heartbeatInterval);
    super("lambda-memory-optimizer:index:Heartbeat", name, {}, opts);

    const { schedule, role } = createSchedule(
      name,
      {
        ...args,
        roleArn: args.heartbeatRoleArn,
        description: "Advances lambda-memory-optimizer's event time while no function reports",
        roleDescription: "lambda-memory-optimizer: the schedule puts heartbeats on the telemetry stream",
        scheduleExpression,
        target: {
          arn: args.telemetryStreamArn,
          kinesisParameters: { partitionKey: "heartbeat" },
          input: JSON.stringify({ heartbeatAt: "<aws.scheduler.scheduled-time>" }),
          // A late heartbeat is useless, because the next one is due.
          retryPolicy: { maximumEventAgeInSeconds: 60, maximumRetryAttempts: 1 },
        },
        statements: [
          writeStream("WriteHeartbeat", args.telemetryStreamArn, ["kinesis:PutRecord"]),
          ...useKey("UseStreamKey", args.streamsKmsKeyArn, ["kms:GenerateDataKey"]),
        ],
      },
      this,
    );

    this.scheduleName = schedule.name;
    this.nodes = { schedule, role };
    this.registerOutputs({ scheduleName: this.scheduleName });
  }
}
