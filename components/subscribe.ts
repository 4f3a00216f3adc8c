/** Helpers for functions that join by their logs: their log groups, and the checks. */
import type * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import type { FunctionTag } from "./function-tag";
import { whyOtherRegion } from "./region";

/** The log group that a function writes to ("LoggingConfig", Lambda API Reference). */
export function logGroupOf(target: aws.lambda.Function | pulumi.Input<string>): pulumi.Input<string> {
  if (!isFunction(target)) return target;
  return pulumi
    .all([target.name, target.loggingConfig])
    .apply(([name, config]) => givenLogGroup(config) ?? `/aws/lambda/${name}`);
}

function isFunction(target: aws.lambda.Function | pulumi.Input<string>): target is aws.lambda.Function {
  return pulumi.Resource.isInstance(target);
}

/** With mocks and older providers there is no configuration at all. */
function givenLogGroup(config: { readonly logGroup?: string } | undefined): string | undefined {
  return config?.logGroup === "" ? undefined : config?.logGroup;
}

/** What `subscribeAll` needs to know about a function. */
interface Logging {
  readonly logGroup?: pulumi.Input<string | undefined>;
  readonly logFormat?: pulumi.Input<string>;
  readonly systemLogLevel?: pulumi.Input<string | undefined>;
}

/** A function's log group as its program declares it; undefined if it declares none. */
export function declaredLogGroup({
  loggingConfig,
}: aws.lambda.FunctionArgs): pulumi.Input<string> | undefined {
  const { logGroup } = (loggingConfig ?? {}) as Logging;
  return logGroup as pulumi.Input<string> | undefined;
}

/**
 * Why a function can't join by its logs, as one sentence; undefined if it can.
 *
 * @param region the function's region; one that isn't known yet passes, like `logsRegion`.
 */
export function whyNotSubscribe(
  name: string,
  args: aws.lambda.FunctionArgs,
  region: string | undefined,
  logsRegion: string | undefined,
): string | undefined {
  const { logFormat, systemLogLevel } = (args.loggingConfig ?? {}) as Logging;
  if (declaredLogGroup(args) === undefined) {
    return `${name} has no loggingConfig.logGroup; it must have one, so that the log group is there to subscribe to.`;
  }
  if (logFormat === "JSON" && systemLogLevel === "WARN") {
    return `${name} has the system log level WARN; it must be INFO or DEBUG, or reports of success are not logged.`;
  }
  return whyOtherRegion(name, region, logsRegion, "the logs stream's region, to join by its log");
}

/** A function's arguments and options that leave `memorySize` to the optimizer, with the tag that the updater requires. */
export function withMemoryLeft(
  args: aws.lambda.FunctionArgs,
  opts: pulumi.CustomResourceOptions,
  tag: FunctionTag | undefined,
): { props: aws.lambda.FunctionArgs; opts: pulumi.CustomResourceOptions } {
  const props = tag === undefined ? args : { ...args, tags: withTag(args.tags, tag) };
  return {
    props,
    opts: { ...opts, ignoreChanges: [...new Set([...(opts.ignoreChanges ?? []), "memorySize"])] },
  };
}

function withTag(tags: aws.lambda.FunctionArgs["tags"], { key, value }: FunctionTag) {
  return pulumi.output(tags).apply((given) => ({ ...given, [key]: value }));
}
