import assert from "node:assert/strict";
import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { LambdaMemoryOptimizer, SettingError, type LambdaMemoryOptimizerArgs } from "../../components";
import { deploy, placeholderArtefacts } from "./mock-engine";

const artefacts = placeholderArtefacts();
const LAYER_ARN = "arn:aws:lambda:eu-central-1:123456789012:layer:optimizer-layer-1a2b3c4:1";
const STREAM_ARN = "arn:aws:kinesis:eu-central-1:123456789012:stream/optimizer-streams-telemetry-1a2b3c4";
const role = "arn:aws:iam::123456789012:role/service/orders-role";

/** Registers a function that joins. */
async function join(
  fn: Partial<aws.lambda.FunctionArgs>,
  args: LambdaMemoryOptimizerArgs = {},
  { grant }: { grant?: boolean } = {},
) {
  const { resources } = await deploy(() => {
    const optimizer = new LambdaMemoryOptimizer("optimizer", { artefacts, ...args });
    const joined = optimizer.join("orders", { role, runtime: "nodejs22.x", ...fn }, {}, { grant });
    return new aws.lambda.Function(...joined).arn;
  });
  return { resources, inputs: resources.one("aws:lambda/function:Function", "orders").inputs };
}

describe("A function that joins", () => {
  it("gets the layer and its environment in addition to its own", async () => {
    const { inputs } = await join({
      memorySize: 512,
      layers: ["arn:aws:lambda:eu-central-1:123456789012:layer:theirs:7"],
      environment: { variables: { TABLE: pulumi.output("orders") } },
    });
    assert.deepEqual(inputs, {
      role,
      runtime: "nodejs22.x",
      memorySize: 512,
      layers: ["arn:aws:lambda:eu-central-1:123456789012:layer:theirs:7", LAYER_ARN],
      environment: { variables: { TABLE: "orders", LAMBDA_MEMORY_OPTIMIZER_STREAM_ARN: STREAM_ARN } },
    });
  });

  it("gets the layer's settings, and the tag that the updater requires", async () => {
    const { inputs } = await join(
      { tags: { team: "shop" } },
      {
        layer: { flushInterval: "10s", logLevel: "debug" },
        updater: { functionTag: { key: "optimize", value: "yes" } },
      },
    );
    assert.deepEqual(inputs.environment, {
      variables: {
        LAMBDA_MEMORY_OPTIMIZER_STREAM_ARN: STREAM_ARN,
        LAMBDA_MEMORY_OPTIMIZER_FLUSH_INTERVAL: "10s",
        LAMBDA_MEMORY_OPTIMIZER_LOG_LEVEL: "debug",
      },
    });
    assert.deepEqual(inputs.tags, { team: "shop", optimize: "yes" });
  });

  it("gives its role the permission to send telemetry", async () => {
    const { resources } = await join({});
    const { role: roleName, policy } = resources.one(
      "aws:iam/rolePolicy:RolePolicy",
      "orders-telemetry",
    ).inputs;
    assert.equal(roleName, "orders-role");
    assert.equal(policy, resources.one("aws:iam/policy:Policy").inputs.policy);
  });

  it("leaves the role alone with grant: false", async () => {
    const { resources } = await join({}, {}, { grant: false });
    assert.ok(!resources.all.some(({ name }) => name === "orders-telemetry"));
  });

  it("leaves its memory to the optimizer, and keeps its other ignoreChanges", async () => {
    const { outputs } = await deploy(() => {
      const optimizer = new LambdaMemoryOptimizer("optimizer", { artefacts });
      const args = { role, runtime: "nodejs22.x" };
      const [name, , opts] = optimizer.join("orders", args, { protect: true, ignoreChanges: ["code"] });
      return { name, opts: JSON.stringify(opts) };
    });
    assert.deepEqual(outputs, {
      name: "orders",
      opts: '{"protect":true,"ignoreChanges":["code","memorySize"]}',
    });
  });

  for (const [fn, sentence] of [
    [
      { runtime: "python3.13" },
      /^orders has the runtime "python3\.13"; the layer needs Node, so it must be one of .+\.$/,
    ],
    [{ runtime: "provided.al2023" }, /^orders has the runtime "provided\.al2023"; .+\.$/],
    [{ packageType: "Image" }, /^orders is a container image; only a function with a Node runtime .+\.$/],
    [
      { layers: ["1", "2", "3", "4", "5"] },
      /^orders has 5 layers; it must have at most 4 to carry one more\.$/,
    ],
  ] as const) {
    it(`is refused: ${JSON.stringify(fn)}`, async () => {
      const { outputs } = await deploy(() => {
        const optimizer = new LambdaMemoryOptimizer("optimizer", { artefacts });
        try {
          optimizer.join("orders", Object.assign({ role, runtime: "nodejs22.x" }, fn));
          return "it was not refused";
        } catch (error) {
          assert.ok(error instanceof SettingError);
          return error.message;
        }
      });
      assert.match(outputs, sentence);
    });
  }
});

describe("A function of another region", () => {
  it("is rejected by join in one sentence before it is registered", async () => {
    const { resources, outputs } = await deploy(() => {
      const optimizer = new LambdaMemoryOptimizer("optimizer", { artefacts });
      const [, args] = optimizer.join("orders", { role, runtime: "nodejs22.x", region: "us-east-1" });
      // A registration of the function would wait for this.
      const layers = args.layers as unknown as { promise(): Promise<unknown> };
      return layers.promise().then(
        () => "it was not refused",
        (error: unknown) => {
          assert.ok(error instanceof SettingError);
          return error.message;
        },
      );
    });
    assert.equal(
      outputs,
      "orders is in us-east-1; it must be in eu-central-1, the layer's region, to carry the layer.",
    );
    assert.deepEqual(
      resources.ofType("aws:lambda/function:Function").map(({ name }) => name),
      ["optimizer-updater"],
    );
  });
});

describe("The transform that lets a stack's functions join", () => {
  const functionType = "aws:lambda/function:Function";

  /** The properties that the transform gives a resource, or undefined if it leaves the resource alone. */
  async function transform(
    resource: { type?: string; name?: string; runtime?: string; region?: string; providerRegion?: string },
    prefix = "",
    args: LambdaMemoryOptimizerArgs = {},
  ) {
    const { outputs } = await deploy(async () => {
      const optimizer = new LambdaMemoryOptimizer("optimizer", { artefacts, ...args });
      optimizer.join("joined-already", { role, runtime: "nodejs22.x" });
      const { type = functionType, name = "orders", runtime = "nodejs22.x" } = resource;
      const props = { role, runtime, ...(resource.region !== undefined && { region: resource.region }) };
      const opts = resource.providerRegion
        ? { provider: new aws.Provider("theirs", { region: resource.providerRegion as aws.Region }) }
        : {};
      const result = await optimizer.joinAll((fn) => fn.name.startsWith(prefix))({
        custom: true,
        type,
        name,
        props,
        opts,
      });
      return (
        result && {
          layers: result.props.layers as pulumi.Output<string[]>,
          ignoreChanges: result.opts.ignoreChanges,
        }
      );
    });
    return outputs;
  }

  it("does the same for a function as join", async () => {
    assert.deepEqual(await transform({}), { layers: [LAYER_ARN], ignoreChanges: ["memorySize"] });
  });

  it("leaves all other resources alone", async () => {
    assert.equal(await transform({ type: "aws:sqs/queue:Queue" }), undefined, "another resource");
    assert.equal(await transform({ runtime: "python3.13" }), undefined, "a function without Node");
    assert.equal(await transform({ name: "optimizer-updater" }), undefined, "the updater itself");
    assert.equal(await transform({ name: "joined-already" }), undefined, "a function that joined by itself");
    assert.equal(await transform({}, "billing-"), undefined, "a function that the filter leaves out");
  });

  it("leaves a function of another region alone, and logs it", async () => {
    const { info } = pulumi.log;
    const said: string[] = [];
    Object.assign(pulumi.log, {
      info: (message: string) => {
        said.push(message);
        return Promise.resolve();
      },
    });
    try {
      assert.equal(await transform({ region: "us-east-1" }), undefined);
      assert.equal(await transform({ providerRegion: "us-east-1" }), undefined);
    } finally {
      Object.assign(pulumi.log, { info });
    }
    const sentence =
      "Left alone by lambda-memory-optimizer: orders is in us-east-1; it must be in eu-central-1, the layer's region, to carry the layer.";
    assert.deepEqual(said, [sentence, sentence]);
  });

  it("lets a function of the layer's region join, whether its argument or its provider chose the region", async () => {
    const joined = { layers: [LAYER_ARN], ignoreChanges: ["memorySize"] };
    assert.deepEqual(await transform({ region: "eu-central-1" }), joined);
    assert.deepEqual(await transform({ providerRegion: "eu-central-1" }), joined);
    // An explicit region takes precedence over the provider's.
    assert.deepEqual(await transform({ providerRegion: "us-east-1", region: "eu-central-1" }), joined);
  });

  it("compares functions with the region argument of the optimizer", async () => {
    assert.equal(await transform({}, "", { region: "us-east-1" }), undefined);
  });
});
