/** The trust condition of roles that EventBridge Scheduler assumes: the schedules of a group. */
import * as pulumi from "@pulumi/pulumi";
import { arnParts } from "./arn";
import type { TrustedSource } from "./policy";

/**
 * The source that a role for schedules trusts. The Scheduler names only the schedule's group ("Confused deputy prevention
 * in EventBridge Scheduler").
 *
 * @param arn any ARN in the schedules' account.
 * @param groupNames the names of the schedules' groups.
 */
export function schedulesOf(
  arn: pulumi.Input<string>,
  groupNames: readonly pulumi.Input<string>[],
): TrustedSource {
  const { partition, accountId } = arnParts(arn);
  return {
    accountId,
    arn: pulumi.all([partition, accountId, ...groupNames]).apply(([partition, accountId, ...names]) => {
      const arns = [...new Set(names)].map(
        (name) => `arn:${partition}:scheduler:*:${accountId}:schedule-group/${name}`,
      );
      const [only, ...others] = arns;
      return only !== undefined && others.length === 0 ? only : arns;
    }),
  };
}

/** The name of a schedule's group, which a transform may set. */
export function groupNameOf(groupName: pulumi.Input<string | undefined>): pulumi.Output<string> {
  return pulumi.output(groupName).apply((given) => given ?? "default");
}
