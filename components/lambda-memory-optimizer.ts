import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import type { JoinOptions, LambdaMemoryOptimizerArgs, Parts } from "./args";
import { checkedArgs } from "./checked-args";
import { ExtensionLayer } from "./extension-layer";
import { FlinkApplication } from "./flink-application";
import { Heartbeat } from "./heartbeat";
import { withLayer, type JoinedFunction } from "./join";
import { whyNotJoin } from "./node-runtimes";
import { grantTelemetry, producerPolicy } from "./producer-policy";
import { knownRegion, whyOtherRegion } from "./region";
import { Streams } from "./streams";
import { transformed } from "./transform";
import { Updater } from "./updater";

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
  readonly layerArn: pulumi.Output<string>;
  /** The policy that a function's role needs to send telemetry. */
  readonly producerPolicyArn: pulumi.Output<string>;
  readonly telemetryStreamName: pulumi.Output<string>;
  readonly telemetryStreamArn: pulumi.Output<string>;
  readonly recommendationsStreamName: pulumi.Output<string>;
  readonly recommendationsStreamArn: pulumi.Output<string>;
  readonly flinkApplicationName: pulumi.Output<string>;
  readonly updaterFunctionName: pulumi.Output<string>;
  readonly historyTableName: pulumi.Output<string>;
  readonly deadLetterQueueUrl: pulumi.Output<string>;

  readonly #args: LambdaMemoryOptimizerArgs;
  readonly #parts: Parts;
  readonly #name: string;
  readonly #joined = new Set<string>();

  constructor(name: string, args: LambdaMemoryOptimizerArgs = {}, opts?: pulumi.ComponentResourceOptions) {
    const { settings, artefacts } = checkedArgs(name, args);
    super("lambda-memory-optimizer:index:LambdaMemoryOptimizer", name, {}, opts);
    const { region, tags, permissionsBoundary, logRetentionDays, kmsKeyArn, vpc, transform } = args;
    const common = { region, tags, permissionsBoundary, logRetentionDays, kmsKeyArn, vpc };
    const streamsKmsKeyArn = args.streams?.kmsKeyArn;
    const child = { parent: this };

    const layer = createLayer();
    const streams = createStreams();
    const policy = createProducerPolicy();
    const flink = createFlinkApplication();
    const updater = createUpdater();
    const heartbeat = createHeartbeat();

    this.#args = args;
    this.#name = name;
    this.#parts = { layer, streams, producerPolicy: policy, flink, updater, heartbeat };
    this.layerArn = layer.layerArn;
    this.producerPolicyArn = policy.arn;
    this.telemetryStreamName = streams.telemetryStreamName;
    this.telemetryStreamArn = streams.telemetryStreamArn;
    this.recommendationsStreamName = streams.recommendationsStreamName;
    this.recommendationsStreamArn = streams.recommendationsStreamArn;
    this.flinkApplicationName = flink.applicationName;
    this.updaterFunctionName = updater.functionName;
    this.historyTableName = updater.historyTableName;
    this.deadLetterQueueUrl = updater.deadLetterQueueUrl;
    this.registerOutputs(this.outputs);

    function createLayer() {
      const { layerZip } = artefacts;
      return new ExtensionLayer(
        `${name}-layer`,
        { layerZip, region, transform: { layer: transform?.layer } },
        child,
      );
    }

    function createStreams() {
      return new Streams(
        `${name}-streams`,
        { ...args.streams, region, tags, transform: transform?.streams },
        child,
      );
    }

    function createProducerPolicy() {
      return new aws.iam.Policy(
        ...transformed(
          transform?.producerPolicy,
          `${name}-producer`,
          {
            description: "Lets a function's layer send telemetry to lambda-memory-optimizer",
            policy: producerPolicy(streams.telemetryStreamArn, streamsKmsKeyArn),
            tags,
          },
          child,
        ),
      );
    }

    function createFlinkApplication() {
      return new FlinkApplication(
        `${name}-flink`,
        {
          ...common,
          ...args.flink,
          settings,
          telemetryStreamArn: streams.telemetryStreamArn,
          recommendationsStreamArn: streams.recommendationsStreamArn,
          streamsKmsKeyArn,
          flinkJar: artefacts.flinkJar,
          artefactBucketName: args.artefactBucketName,
          transform: transform?.flink,
        },
        child,
      );
    }

    function createUpdater() {
      return new Updater(
        `${name}-updater`,
        {
          ...common,
          ...args.updater,
          settings,
          recommendationsStreamArn: streams.recommendationsStreamArn,
          telemetryStreamArn: streams.telemetryStreamArn,
          layerArn: layer.layerArn,
          streamsKmsKeyArn,
          updaterBundle: artefacts.updaterBundle,
          transform: transform?.updater,
        },
        child,
      );
    }

    function createHeartbeat() {
      return new Heartbeat(
        `${name}-heartbeat`,
        {
          ...common,
          heartbeatInterval: args.heartbeatInterval,
          heartbeatRoleArn: args.heartbeatRoleArn,
          telemetryStreamArn: streams.telemetryStreamArn,
          streamsKmsKeyArn,
          transform: transform?.heartbeat,
        },
        child,
      );
    }
  }

  /**
   * A function's constructor arguments with all it takes to be right-sized: the layer and its environment, the
   * right to send telemetry, and `ignoreChanges: ["memorySize"]`, so that the next `pulumi up` does not undo the
   * optimizer. `memorySize` is then only the size that the function starts with.
   *
   * @throws SettingError where the function's runtime has no Node; in another region its registration fails.
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
   * region are left as they are, which the log says.
   *
   * @param matches which functions join; default: all.
   * @example
   * pulumi.runtime.registerResourceTransform(optimizer.joinAll(({ name }) => name.startsWith("orders-")));
   */
  joinAll(
    matches: (fn: { readonly name: string; readonly args: aws.lambda.FunctionArgs }) => boolean = () => true,
    options?: JoinOptions,
  ): pulumi.ResourceTransform {
    return async ({ type, name, props, opts }) => {
      const args = props as aws.lambda.FunctionArgs;
      if (type !== "aws:lambda/function:Function" || name === `${this.#name}-updater`) return undefined;
      if (this.#joined.has(name) || !matches({ name, args })) return undefined;
      const problem =
        whyNotJoin(name, args.runtime, args.packageType) ??
        whyOtherRegion(
          name,
          await knownRegion(args.region, opts),
          await knownRegion(this.#args.region, { parent: this }),
        );
      if (problem !== undefined) {
        void pulumi.log.info(`Left alone by lambda-memory-optimizer: ${problem}`, this);
        return undefined;
      }
      const [, joinedProps, joinedOpts] = this.join(name, args, opts, options);
      return { props: joinedProps, opts: joinedOpts };
    };
  }

  /** The parts, whose own `nodes` hold the raw resources: `optimizer.nodes.flink.nodes.application`. */
  get nodes(): Parts {
    return this.#parts;
  }

  /** The outputs, as a stack exports them. */
  get outputs() {
    return {
      layerArn: this.layerArn,
      producerPolicyArn: this.producerPolicyArn,
      telemetryStreamName: this.telemetryStreamName,
      telemetryStreamArn: this.telemetryStreamArn,
      recommendationsStreamName: this.recommendationsStreamName,
      recommendationsStreamArn: this.recommendationsStreamArn,
      flinkApplicationName: this.flinkApplicationName,
      updaterFunctionName: this.updaterFunctionName,
      historyTableName: this.historyTableName,
      deadLetterQueueUrl: this.deadLetterQueueUrl,
    };
  }
}
