/** The schedule that makes the updater apply changes that waited for the change window. */
import type * as pulumi from "@pulumi/pulumi";
import { DEFERRED_EVERY_MS } from "../runtime/change-window";
import { createSchedule, type ScheduleNodes } from "./schedule";
import type { UpdaterArgs } from "./updater-config";

/**
 * The schedule also runs while the window is closed, because only the updater knows the window, its time zones and their
 * clock changes.
 *
 * @param updater the schedule's parent.
 */
export function createDeferredSchedule(
  name: string,
  args: UpdaterArgs,
  updaterArn: pulumi.Input<string>,
  updater: pulumi.Resource,
): ScheduleNodes {
  const minutes = DEFERRED_EVERY_MS / 60_000;
  return createSchedule(
    name,
    {
      region: args.region,
      tags: args.tags,
      permissionsBoundary: args.permissionsBoundary,
      roleArn: args.scheduleRoleArn,
      description: "Applies the changes of lambda-memory-optimizer that waited for the change window",
      roleDescription: "lambda-memory-optimizer: the schedule invokes the updater",
      scheduleExpression: `rate(${minutes} minutes)`,
      target: {
        arn: updaterArn,
        input: JSON.stringify({ applyDeferred: true }),
        // The next event does the same work.
        retryPolicy: { maximumEventAgeInSeconds: 60, maximumRetryAttempts: 0 },
      },
      statements: [{ Sid: "InvokeUpdater", Action: ["lambda:InvokeFunction"], Resource: updaterArn }],
      transform: args.transform?.deferredSchedule,
    },
    updater,
  );
}
