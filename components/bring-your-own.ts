/** One pattern for everything that a user may own already: use what is brought, or else make it. */
import * as pulumi from "@pulumi/pulumi";

/** A resource that a component uses, whoever made it. */
export interface BroughtOrMade<Made> {
  readonly arn: pulumi.Output<string>;
  /** Undefined where the user brought one. */
  readonly made: Made | undefined;
}

/**
 * @param broughtArn the ARN of the user's own resource, if there is one.
 * @param make makes the resource otherwise.
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
