/** The log groups of the Flink application and the updater. */
import * as aws from "@pulumi/aws";
import type * as pulumi from "@pulumi/pulumi";
import { DEFAULTS } from "../runtime/deployment";
import { nameInArn } from "./arn";
import { bringOrMake, type BroughtOrMade } from "./bring-your-own";
import type { CommonArgs } from "./common";
import type { EncryptionArgs, LoggingArgs } from "./settings-args";
import { transformed, type Transform } from "./transform";

export interface LogGroupArgs extends CommonArgs, LoggingArgs, EncryptionArgs {
  /** ARN of a log group of the user's own; default: one is created. */
  readonly logGroupArn?: pulumi.Input<string> | undefined;
}

/**
 * A component's log group: the user's own, or one with the component's retention and key.
 *
 * @param component the component that writes there, and the parent of a new log group.
 */
export function bringOrMakeLogGroup(
  name: string,
  args: LogGroupArgs,
  transform: Transform<aws.cloudwatch.LogGroupArgs> | undefined,
  component: pulumi.Resource,
): BroughtOrMade<aws.cloudwatch.LogGroup> & { readonly name: pulumi.Output<string> } {
  const { region, tags, kmsKeyArn, logRetentionDays = DEFAULTS.logRetentionDays } = args;
  const { arn, made } = bringOrMake(
    args.logGroupArn,
    () =>
      new aws.cloudwatch.LogGroup(
        ...transformed<aws.cloudwatch.LogGroupArgs>(
          transform,
          name,
          { retentionInDays: logRetentionDays, kmsKeyId: kmsKeyArn, region, tags },
          { parent: component },
        ),
      ),
  );
  return {
    // Some AWS pages show the ARN with `:*`, which stands for its log streams.
    arn: arn.apply((each) => each.replace(/:\*$/, "")),
    name: made?.name ?? nameInArn(arn, "log-group:"),
    made,
  };
}
