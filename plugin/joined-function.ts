import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import type { Tags } from "../components/common";
import type { FunctionTag } from "../components/function-tag";
import { checkLayer, withLayer } from "../components/join";
import { grantTelemetry, producerPolicy } from "../components/producer-policy";
import type { LayerConfig } from "./settings-args";
import type { VpcConfig } from "./vpc-config";

/** A Lambda function, and the optimizer that it joins. */
export interface JoinedFunctionArgs {
  /** The optimizer's output `layerArn`. */
  readonly layerArn: pulumi.Input<string>;
  /** The optimizer's output `telemetryStreamArn`. */
  readonly telemetryStreamArn: pulumi.Input<string>;
  /** ARN of the streams' KMS key, if it is not the one that AWS manages: the optimizer's `streams.kmsKeyArn`. */
  readonly streamsKmsKeyArn?: pulumi.Input<string>;
  /** The tag that the optimizer requires with `updater.functionTag`; default: none. */
  readonly functionTag?: FunctionTag;
  /** How the layer behaves in this function. */
  readonly layer?: LayerConfig;
  /** One of nodejs20.x, nodejs22.x, nodejs24.x: the layer needs Node. Functions of other runtimes join by their logs. */
  readonly runtime: pulumi.Input<string>;
  /** The function's entry point, such as `index.handler`. */
  readonly handler: pulumi.Input<string>;
  /** ARN of the function's role. The role gets an inline policy that allows sending telemetry. */
  readonly role: pulumi.Input<string>;
  /** The function's code. */
  readonly code: pulumi.Input<pulumi.asset.Archive>;
  /** The memory that the function starts with, in MB; the optimizer changes it from then on. Default: 128. */
  readonly memorySize?: pulumi.Input<number>;
  /** How long an invocation may take, in seconds. Default: 3. */
  readonly timeout?: pulumi.Input<number>;
  /** What the function does. */
  readonly description?: pulumi.Input<string>;
  /** The instruction set, `x86_64` (the default) or `arm64`, as a list of one. */
  readonly architectures?: pulumi.Input<pulumi.Input<string>[]>;
  /** The function's own environment variables. */
  readonly environment?: pulumi.Input<Record<string, pulumi.Input<string>>>;
  /** ARNs of the function's other layers, four at most. */
  readonly layers?: pulumi.Input<pulumi.Input<string>[]>;
  /** The function's VPC; default: none. */
  readonly vpc?: VpcConfig;
  /** The function's tags. */
  readonly tags?: Tags;
  /** The function's region, which must be the optimizer's; default: the provider's own. */
  readonly region?: pulumi.Input<string>;
}

/**
 * A Node.js function that the optimizer right-sizes. It carries the layer and may send telemetry, and `pulumi up` doesn't
 * change the memory that the optimizer gave it.
 */
export class JoinedFunction extends pulumi.ComponentResource {
  /** The function's ARN. */
  readonly arn: pulumi.Output<string>;
  /** The function's name in AWS. */
  readonly functionName: pulumi.Output<string>;
  /** The ARN by which API Gateway invokes the function. */
  readonly invokeArn: pulumi.Output<string>;

  constructor(name: string, args: JoinedFunctionArgs, opts?: pulumi.ComponentResourceOptions) {
    const { layerArn, telemetryStreamArn, streamsKmsKeyArn, functionTag, layer, environment, vpc, ...rest } =
      args;
    checkLayer(layer ?? {});
    super("lambda-memory-optimizer:index:JoinedFunction", name, {}, opts);

    const target = { layerArn, telemetryStreamArn, functionTag, layer };
    const functionArgs: aws.lambda.FunctionArgs = {
      ...rest,
      ...(environment && { environment: { variables: environment } }),
      ...(vpc && { vpcConfig: vpc }),
    };
    const fn = new aws.lambda.Function(...withLayer(target, name, functionArgs, { parent: this }));
    grantTelemetry(name, args.role, producerPolicy(telemetryStreamArn, streamsKmsKeyArn), undefined, this);

    this.arn = fn.arn;
    this.functionName = fn.name;
    this.invokeArn = fn.invokeArn;
    this.registerOutputs({ arn: fn.arn, functionName: fn.name, invokeArn: fn.invokeArn });
  }
}
