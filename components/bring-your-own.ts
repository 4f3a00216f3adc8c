/** The pattern for every resource that a user may already own: use the user's, or create one. */
import * as pulumi from "@pulumi/pulumi";

/** A resource that a component uses. */
export interface BroughtOrMade<Made> {
  readonly arn: pulumi.Output<string>;
  /** Undefined if the user brings one. */
  readonly made: Made | undefined;
}

/**
 * Uses the user's resource, or creates one.
 *
 * @param broughtArn the ARN of the user's resource, if there is one.
 * @param make creates the resource otherwise.
 * @example
 * const table = bringOrMake(args.historyTableArn, createHistoryTable);
 */
export function bringOrMake<Made extends { readonly arn: pulumi.Output<string> }>(
  broughtArn: pulumi.Input<string> | undefined,
  make: () => Made,
): BroughtOrMade<Made> {
  if (broughtArn !== undefined) return { arn: pulumi.output(broughtArn), made: undefined };
  const made = make();
  return { arn: made.arn, made };
}
