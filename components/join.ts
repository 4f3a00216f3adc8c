/** Makes a function join: adds everything that it needs to carry the layer to its arguments. */
import type * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { checkArguments } from "../runtime/deployment";
import { SettingError } from "../runtime/settings";
import { parseArn } from "./arn";
import type { FunctionTag } from "./function-tag";
import { whyNotJoin } from "./node-runtimes";
import { knownRegion, whyOtherRegion } from "./region";
import type { LayerConfig } from "./settings-args";

/** What a function joins. */
export interface JoinTarget {
  readonly layerArn: pulumi.Input<string>;
  readonly telemetryStreamArn: pulumi.Input<string>;
  /** The tag that a function must carry to be changed, if there is one. */
  readonly functionTag?: FunctionTag | undefined;
  readonly layer?: LayerConfig | undefined;
}

/** A function's constructor arguments, ready to be spread: `new aws.lambda.Function(...joined)`. */
export type JoinedFunction = [
  name: string,
  args: aws.lambda.FunctionArgs,
  opts: pulumi.CustomResourceOptions,
];

/** A function may have at most five layers ("Lambda quotas"). */
const MAX_LAYERS = 5;

export function checkLayer(args: LayerConfig): void {
  checkArguments("layer", args);
}

/**
 * Adds the layer, its environment and, if there is one, the tag to a function's arguments. The options ignore changes
 * of `memorySize`, so that `pulumi up` doesn't undo the optimizer's changes.
 *
 * @throws SettingError if the function's runtime has no Node, or it already has five layers. If these aren't known yet,
 *   or if the function is in another region, its registration fails with one sentence.
 */
export function withLayer(
  target: JoinTarget,
  name: string,
  args: aws.lambda.FunctionArgs,
  opts: pulumi.CustomResourceOptions = {},
): JoinedFunction {
  checkRuntime(name, args.runtime, args.packageType);
  const region = pulumi.output(args.region).apply((given) => knownRegion(given, opts));
  if (Array.isArray(args.layers)) checkLayerCount(name, args.layers);
  return [
    name,
    {
      ...args,
      runtime: pulumi.all([args.runtime, args.packageType]).apply(([runtime, packageType]) => {
        checkRuntime(name, runtime, packageType);
        return runtime;
      }),
      layers: pulumi.all([args.layers, target.layerArn, region]).apply(([layers = [], layerArn, region]) => {
        refuse(whyOtherRegion(name, region, parseArn(layerArn).region));
        checkLayerCount(name, layers);
        return [...layers, layerArn];
      }),
      environment: pulumi
        .all([args.environment, layerEnvironment(target)])
        .apply(([environment, added]) => ({ variables: { ...environment?.variables, ...added } })),
      ...(target.functionTag && {
        tags: pulumi.output(args.tags).apply((tags) => ({ ...tags, ...asTags(target.functionTag) })),
      }),
    },
    { ...opts, ignoreChanges: [...new Set([...(opts.ignoreChanges ?? []), "memorySize"])] },
  ];
}

/** The layer's environment variables. Without the first, the layer stands by and sends nothing. */
export function layerEnvironment(target: JoinTarget): Record<string, pulumi.Input<string>> {
  const { flushInterval, logLevel } = target.layer ?? {};
  return {
    LAMBDA_MEMORY_OPTIMIZER_STREAM_ARN: target.telemetryStreamArn,
    ...(flushInterval !== undefined && { LAMBDA_MEMORY_OPTIMIZER_FLUSH_INTERVAL: flushInterval }),
    ...(logLevel !== undefined && { LAMBDA_MEMORY_OPTIMIZER_LOG_LEVEL: logLevel }),
  };
}

function checkRuntime(
  name: string,
  runtime: pulumi.Input<string | undefined>,
  packageType: pulumi.Input<string | undefined>,
): void {
  refuse(whyNotJoin(name, runtime, packageType));
}

function refuse(problem: string | undefined): void {
  if (problem !== undefined) throw new SettingError(problem);
}

function checkLayerCount(name: string, layers: readonly unknown[]): void {
  if (layers.length >= MAX_LAYERS) {
    throw new SettingError(
      `${name} has ${layers.length} layers; it must have at most ${MAX_LAYERS - 1} to carry one more.`,
    );
  }
}

function asTags(tag: FunctionTag | undefined): Record<string, string> {
  return tag === undefined ? {} : { [tag.key]: tag.value };
}
