import type * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import type { FunctionFilter, JoinOptions, LambdaMemoryOptimizerArgs, Parts } from "./args";
import { SettingError } from "../runtime/settings";
import { checkedArgs } from "./checked-args";
import { withLayer, type JoinedFunction } from "./join";
import type { LogSubscriptions } from "./log-subscriptions";
import { whyNotJoin } from "./node-runtimes";
import { outputsOf } from "./outputs";
import { createParts } from "./parts";
import { grantTelemetry, producerPolicy } from "./producer-policy";
import { knownRegion, whyOtherRegion } from "./region";
import { declaredLogGroup, logGroupOf, whyNotSubscribe, withMemoryLeft } from "./subscribe";

/**
 * Right-sizes the memory of Lambda functions: layer → telemetry stream → Flink SQL → recommendations stream →
 * updater.
 *
 * @example
 * const optimizer = new LambdaMemoryOptimizer("optimizer", { windowLength: "7d", tags: { team: "platform" } });
 * new aws.lambda.Function(...optimizer.join("orders", { runtime: "nodejs22.x", role: role.arn, handler, code }));
 */
export class LambdaMemoryOptimizer extends pulumi.ComponentResource {
  /** The layer's version that functions carry. */
  readonly layerArn!: pulumi.Output<string>;
  /** The policy that a function's role needs to send telemetry. */
  readonly producerPolicyArn!: pulumi.Output<string>;
  /** The name of the Kinesis stream that functions' layers write to. */
  readonly telemetryStreamName!: pulumi.Output<string>;
  /** The ARN of the Kinesis stream that functions' layers write to. */
  readonly telemetryStreamArn!: pulumi.Output<string>;
  /** The name of the Kinesis stream that the updater reads. */
  readonly recommendationsStreamName!: pulumi.Output<string>;
  /** The ARN of the Kinesis stream that the updater reads. */
  readonly recommendationsStreamArn!: pulumi.Output<string>;
  /** The ARN of the Kinesis stream for subscriptions made with another tool; undefined unless `logs` enables it. */
  readonly logsStreamArn: pulumi.Output<string> | undefined;
  /** The ARN of the role for subscriptions made with another tool; undefined unless `logs` enables a logs stream. */
  readonly logsRoleArn: pulumi.Output<string> | undefined;
  /** The name of the Managed Service for Apache Flink application. */
  readonly flinkApplicationName!: pulumi.Output<string>;
  /** The name of the updater's Lambda function. */
  readonly updaterFunctionName!: pulumi.Output<string>;
  /** The name of the DynamoDB table that keeps measurements and changes. */
  readonly historyTableName!: pulumi.Output<string>;
  /** The URL of the SQS queue of records that can't be processed. */
  readonly deadLetterQueueUrl!: pulumi.Output<string>;
  /** The name of the CloudWatch dashboard; undefined if `monitoring` is false. */
  readonly dashboardName: pulumi.Output<string> | undefined;

  readonly #args: LambdaMemoryOptimizerArgs;
  readonly #parts: Parts;
  readonly #name: string;
  readonly #joined = new Set<string>();

  constructor(name: string, args: LambdaMemoryOptimizerArgs = {}, opts?: pulumi.ComponentResourceOptions) {
    const checked = checkedArgs(name, args);
    super("lambda-memory-optimizer:index:LambdaMemoryOptimizer", name, {}, opts);
    const parts = createParts(name, args, checked, this);

    this.#args = args;
    this.#name = name;
    this.#parts = parts;
    Object.assign(this, this.outputs);
    this.registerOutputs(this.outputs);
  }

  /**
   * A function's constructor arguments with everything needed to right-size it: the layer and its environment, the
   * permission to send telemetry, and `ignoreChanges: ["memorySize"]`, so that the next `pulumi up` does not undo the
   * optimizer. `memorySize` is then only the size that the function starts with.
   *
   * @throws SettingError if the function's runtime has no Node; in another region its registration fails.
   * @example
   * new aws.lambda.Function(...optimizer.join("orders", { runtime: "nodejs22.x", role: role.arn, handler, code }));
   */
  join(
    name: string,
    args: aws.lambda.FunctionArgs,
    opts?: pulumi.CustomResourceOptions,
    { grant = true }: JoinOptions = {},
  ): JoinedFunction {
    const joined = withLayer(
      {
        layerArn: this.layerArn,
        telemetryStreamArn: this.telemetryStreamArn,
        functionTag: this.#args.updater?.functionTag,
        layer: this.#args.layer,
      },
      name,
      args,
      opts,
    );
    if (grant) {
      const policy = producerPolicy(this.telemetryStreamArn, this.#args.streams?.kmsKeyArn);
      grantTelemetry(name, args.role, policy, this.#args.transform?.telemetryPolicy, this);
    }
    this.#joined.add(name);
    return joined;
  }

  /**
   * The same for every function that a stack registers from here on. Functions without Node and functions of another
   * region are left alone, and the log says so.
   *
   * @param matches which functions join; default: all.
   * @example
   * pulumi.runtime.registerResourceTransform(optimizer.joinAll(({ name }) => name.startsWith("orders-")));
   */
  joinAll(matches: FunctionFilter = () => true, options?: JoinOptions): pulumi.ResourceTransform {
    return async ({ type, name, props, opts }) => {
      const args = props as aws.lambda.FunctionArgs;
      if (!this.#mayJoin(type, name) || !matches({ name, args })) return undefined;
      const problem =
        whyNotJoin(name, args.runtime, args.packageType) ??
        whyOtherRegion(name, ...(await this.#regions(args, opts)));
      if (problem !== undefined) {
        void pulumi.log.info(`Left alone by lambda-memory-optimizer: ${problem}`, this);
        return undefined;
      }
      const [, joinedProps, joinedOpts] = this.join(name, args, opts, options);
      return { props: joinedProps, opts: joinedOpts };
    };
  }

  /**
   * Lets a function of any runtime join by its log: CloudWatch Logs sends its reports, and nothing else, to the logs stream.
   * The function is not touched. Give it `ignoreChanges: ["memorySize"]`, or the next `pulumi up` undoes the optimizer.
   *
   * @param name the subscription's name.
   * @param target the function, or its log group's name. The log group must exist; Lambda creates it with the function's
   *   first invocation.
   * @throws SettingError without a logs stream, or if a policy covers the whole account.
   * @example
   * optimizer.subscribe("orders", ordersFunction);
   * optimizer.subscribe("billing", "/aws/lambda/billing");
   */
  subscribe(
    name: string,
    target: aws.lambda.Function | pulumi.Input<string>,
    opts?: pulumi.CustomResourceOptions,
  ): aws.cloudwatch.LogSubscriptionFilter {
    this.#joined.add(name);
    return this.#subscriptions(name).subscribe(name, logGroupOf(target), opts);
  }

  /**
   * The same for every function that a stack registers from here on and that declares its log group
   * (`loggingConfig.logGroup`), with `ignoreChanges: ["memorySize"]`. Functions that carry the layer are left alone.
   *
   * @param matches which functions join by their logs; default: all.
   * @example
   * pulumi.runtime.registerResourceTransform(optimizer.subscribeAll(({ name }) => name.startsWith("orders-")));
   */
  subscribeAll(matches: FunctionFilter = () => true): pulumi.ResourceTransform {
    return async ({ type, name, props, opts }) => {
      const args = props as aws.lambda.FunctionArgs;
      if (!this.#mayJoin(type, name) || !matches({ name, args })) return undefined;
      const problem = whyNotSubscribe(name, args, ...(await this.#regions(args, opts)));
      if (problem !== undefined) {
        void pulumi.log.info(`Left alone by lambda-memory-optimizer: ${problem}`, this);
        return undefined;
      }
      // A policy for the whole account already covers it.
      if (this.#args.logs?.account !== true) this.subscribe(name, declaredLogGroup(args) ?? "");
      return withMemoryLeft(args, opts, this.#args.updater?.functionTag);
    };
  }

  #subscriptions(name: string): LogSubscriptions {
    const { logSubscriptions } = this.#parts;
    if (logSubscriptions !== undefined) return logSubscriptions;
    throw new SettingError(
      `${name} subscribes to a log group, and there is no logs stream; set logs.enabled to true.`,
    );
  }

  /** Whether it is a function that hasn't joined yet, other than the updater. */
  #mayJoin(type: string, name: string): boolean {
    if (type !== "aws:lambda/function:Function" || name === `${this.#name}-updater`) return false;
    return !this.#joined.has(name);
  }

  /** The function's region and the optimizer's own; each undefined if it isn't known yet. */
  async #regions(args: aws.lambda.FunctionArgs, opts: pulumi.CustomResourceOptions) {
    const [own, optimizers] = [
      knownRegion(args.region, opts),
      knownRegion(this.#args.region, { parent: this }),
    ];
    return [await own, await optimizers] as const;
  }

  /** The parts, whose own `nodes` hold the raw resources: `optimizer.nodes.flink.nodes.application`. */
  get nodes(): Parts {
    return this.#parts;
  }

  /** The outputs, as a stack exports them. */
  get outputs() {
    return outputsOf(this.#parts);
  }
}
